import type { MessagePort } from 'node:worker_threads';
import type { ConnectTask, ReplyMessage, WorkerReply } from '../src/protocol.js';
import { raiseReplySignal } from './raise-reply-signal.js';

/** So many go out at once, and a reply waits so long for company while other tasks are under way. */
const MAX_BATCH_COUNT = 4;
const MAX_WAIT_MILLIS = 10;

/**
 * Sends replies home, several in a message: a message wakes the service's event loop, which costs it more than reading a
 * few further replies does. The last task under way takes all with it, so nothing waits for company that can't come.
 */
export class ReplyOutbox {
  readonly #port: MessagePort;
  readonly #replySignal: Int32Array;
  #replies: [taskId: number, reply: WorkerReply][] = [];
  #underWayCount = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor({ port, replySignal }: ConnectTask) {
    this.#port = port;
    this.#replySignal = replySignal;
  }

  /** To be called when a task begins, once for each {@link send}. */
  expect(): void {
    this.#underWayCount += 1;
  }

  send(taskId: number, reply: WorkerReply): void {
    this.#underWayCount -= 1;
    this.#replies.push([taskId, reply]);
    if (this.#underWayCount === 0 || this.#replies.length >= MAX_BATCH_COUNT) this.post();
    else this.#timer ??= setTimeout(() => this.post(), MAX_WAIT_MILLIS);
  }

  /** Sends what there is. */
  post(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const message: ReplyMessage = this.#replies;
    this.#replies = [];
    this.#port.postMessage(message, message.flatMap(readTransferable));
    raiseReplySignal(this.#replySignal);
  }
}

function readTransferable([, reply]: ReplyMessage[number]): ArrayBuffer[] {
  return reply.type === 'exported' && reply.buffer !== undefined ? [reply.buffer] : [];
}
