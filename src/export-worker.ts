import { logSetUpFault } from './diag-log.js';
import { OffloopError } from './errors.js';
import type { WorkerReply, WorkerTask } from './protocol.js';
import { WorkerThread, type WorkerThreadOptions } from './worker-thread.js';

/** How long nothing is tried after a worker could not start: what kept it from starting may pass. */
const RESTART_DELAY_MILLIS = 5_000;

/** No worker could be started, or none is wanted any more. */
export class NoWorkerError extends Error {
  override readonly name = 'NoWorkerError';
}

/** Called once, with the reply or with why there is none: {@link NoWorkerError}, or how the worker died. */
export interface TaskListener {
  onReply(reply: WorkerReply): void;
  onLost(error: Error): void;
}

/** One worker thread, replaced when it dies. */
export class ExportWorker {
  readonly #options: WorkerThreadOptions;
  #thread: WorkerThread | undefined;
  /** Whether the last thread died before its first word. */
  #hasFailedToStart = false;
  /** Why there is no thread, when there is none. */
  #failure = '';
  #restartAtMillis = 0;
  #lastTaskId = 0;
  readonly #pending = new Map<number, TaskListener>();
  /**
   * What has come and was not told yet. Not on the stack, because a listener may end the process, whose exit handler goes
   * on with it.
   */
  readonly #untold: (() => void)[] = [];
  /** Threads that were replaced and are not gone yet. */
  readonly #ending = new Set<Promise<void>>();

  constructor(options: WorkerThreadOptions) {
    this.#options = options;
    this.#start();
  }

  /** Whether a task may find a thread: there is one, or it is time to try again. */
  get isAvailable(): boolean {
    return this.#thread !== undefined || performance.now() >= this.#restartAtMillis;
  }

  /**
   * Callbacks and no promise, because in a process that exits no promise is settled any more.
   *
   * @throws {DataCloneError} when the task can't be posted; the listener is then not called.
   */
  run(task: WorkerTask, transferList: ArrayBuffer[], listener: TaskListener): void {
    if (this.#thread === undefined && this.isAvailable) this.#start();
    const thread = this.#thread;
    if (thread === undefined) {
      listener.onLost(new NoWorkerError(this.#failure));
      return;
    }
    const taskId = ++this.#lastTaskId;
    thread.post([taskId, task], transferList);
    this.#pending.set(taskId, listener);
  }

  /** Takes the replies that are here, without the event loop. */
  receiveReplies(): void {
    this.#tell();
    this.#thread?.receiveReplies();
  }

  /**
   * Starts a new thread in place of one that no longer answers, whose tasks are lost. The old one is not waited for:
   * in native code it may never end.
   */
  replace(): void {
    const stuck = this.#thread;
    this.#restart(new Error('the worker did not answer and was replaced'));
    if (stuck === undefined) return;
    const ended = stuck.destroy().finally(() => this.#ending.delete(ended));
    this.#ending.add(ended);
  }

  /** Ends the thread for good. Its tasks are lost. Resolves when it is gone, which native code can put off for ever. */
  async destroy(): Promise<void> {
    const thread = this.#thread;
    this.#giveUp('the processor is shut down', Number.POSITIVE_INFINITY);
    await Promise.all([thread?.destroy(), ...this.#ending]);
  }

  #start(): void {
    try {
      this.#thread = this.#startThread();
    } catch (error) {
      if (error instanceof OffloopError) logSetUpFault(error);
      this.#fail(error);
    }
  }

  #restart(error: Error): void {
    // Even if no new thread can be had, they met the end of one that ran.
    const lost = [...this.#pending.values()];
    this.#pending.clear();
    // First, or what is sent again at once would go to the dead thread.
    this.#start();
    this.#lose(lost, error);
  }

  #startThread(): WorkerThread {
    const thread = new WorkerThread(this.#options, {
      onReplies: (replies) => {
        if (this.#thread !== thread) return;
        this.#hasFailedToStart = false;
        for (const [taskId, reply] of replies) this.#onReply(taskId, reply);
        this.#tell();
      },
      onDeath: (error, isStarted) => {
        if (this.#thread !== thread) return;
        // One that dies as it starts may have been killed; two in a row can't start.
        const isTriedAgain = isStarted || !this.#hasFailedToStart;
        this.#hasFailedToStart = !isStarted;
        if (isTriedAgain) this.#restart(error);
        else this.#fail(error);
      },
    });
    return thread;
  }

  #fail(error: unknown): void {
    this.#giveUp(String(error), performance.now() + RESTART_DELAY_MILLIS);
  }

  #onReply(taskId: number, reply: WorkerReply): void {
    const task = this.#pending.get(taskId);
    this.#pending.delete(taskId);
    if (task !== undefined) this.#untold.push(() => task.onReply(reply));
  }

  #giveUp(failure: string, restartAtMillis: number): void {
    this.#thread = undefined;
    this.#failure = failure;
    this.#restartAtMillis = restartAtMillis;
    const lost = [...this.#pending.values()];
    this.#pending.clear();
    this.#lose(lost, new NoWorkerError(failure));
  }

  #lose(listeners: readonly TaskListener[], error: Error): void {
    for (const listener of listeners) this.#untold.push(() => listener.onLost(error));
    this.#tell();
  }

  #tell(): void {
    for (let next = this.#untold.shift(); next !== undefined; next = this.#untold.shift()) next();
  }
}
