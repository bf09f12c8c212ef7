import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { Piscina } from 'piscina';
import type { ConnectTask, ReplyMessage, TaskMessage, WorkerSettings } from './protocol.js';
import { replySignal } from './reply-signal.js';

/** The one place that names the worker's file; `src/` never imports `workers/`. */
const WORKER_FILE = fileURLToPath(new URL('../workers/export.js', import.meta.url));

const require = createRequire(import.meta.url);

export interface WorkerThreadOptions {
  readonly settings: WorkerSettings;
  readonly maxOldGenerationSizeMb: number | undefined;
}

export interface WorkerThreadListener {
  onReplies(replies: ReplyMessage): void;
  /** Called once, however the thread ended; `isStarted` tells whether it ever took a task. */
  onDeath(error: Error, isStarted: boolean): void;
}

/**
 * One thread and the channel to it, for the thread's one life. piscina starts, watches and ends the thread; tasks go
 * over a channel of their own, because piscina's costs the main thread three times as much a task.
 */
export class WorkerThread {
  readonly #port: MessagePort;
  readonly #listener: WorkerThreadListener;
  readonly #piscina: Piscina<ConnectTask, void>;
  /** Shared with the thread, which raises it when it ends: an exit handler has no event loop to be told by. */
  readonly #hasEnded = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  #cause: Error | undefined;
  #isStarted = false;
  #isOver = false;

  /** @throws {Error} when no thread can be had. */
  constructor(options: WorkerThreadOptions, listener: WorkerThreadListener) {
    this.#listener = listener;
    this.#piscina = startPiscina(options);
    this.#piscina.on('error', (error) => this.#endSoon(error));
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.on('message', (replies: ReplyMessage) => this.#onReplies(replies));
    port1.on('close', () => this.#endSoon());
    port1.unref();
    const connect: ConnectTask = { port: port2, replySignal, hasEnded: this.#hasEnded };
    this.#piscina
      .run(connect, { transferList: [port2] })
      .catch((error: unknown) => this.#endSoon(error instanceof Error ? error : new Error(String(error))));
  }

  /** May be called at once: what is posted before the thread runs waits in the channel. */
  post(message: TaskMessage, transferList: ArrayBuffer[]): void {
    this.#port.postMessage(message, transferList);
  }

  /** Takes what the thread has said, without the event loop, be it that it has ended. */
  receiveReplies(): void {
    // Read first: a thread that ends has said before all it had to say.
    const hasEnded = Atomics.load(this.#hasEnded, 0) !== 0;
    this.#takeReplies();
    if (hasEnded) this.#end();
  }

  /** Whether the process stays alive for what the thread has to say. */
  keepAlive(isNeeded: boolean): void {
    if (isNeeded) this.#port.ref();
    else this.#port.unref();
  }

  /** Ends the thread; its listener is not told. Resolves when it is gone, which native code can put off for ever. */
  async destroy(): Promise<void> {
    this.#isOver = true;
    const threads = [...this.#piscina.threads];
    const destroyed = this.#piscina.destroy();
    this.#port.close();
    // piscina keeps the process alive for a thread that it ends.
    setImmediate(() => {
      for (const thread of threads) thread.unref();
    }).unref();
    await destroyed;
  }

  #onReplies(replies: ReplyMessage): void {
    this.#isStarted = true;
    this.#listener.onReplies(replies);
  }

  #takeReplies(): void {
    let received = receiveMessageOnPort(this.#port);
    while (received !== undefined) {
      this.#onReplies(received.message as ReplyMessage);
      received = receiveMessageOnPort(this.#port);
    }
  }

  /** Once what the thread has said and why it ended are here as well: they come in any order. */
  #endSoon(cause?: Error): void {
    this.#cause ??= cause;
    setImmediate(() => setImmediate(() => this.#end()));
  }

  #end(): void {
    if (this.#isOver) return;
    void this.destroy();
    const cause = this.#cause ?? new Error('the worker thread ended');
    // Before it has started it had no spans.
    this.#listener.onDeath(this.#isStarted ? withoutWords(cause) : cause, this.#isStarted);
  }
}

/** Says what was thrown and where. The words of an exporter may quote spans; Node's own do not. */
function withoutWords(cause: Error): Error {
  if ('code' in cause && String(cause.code).startsWith('ERR_WORKER_')) return cause;
  const { name, message, stack = '' } = cause;
  const place = /\n\s+(at [^\n]+)/.exec(stack.replace(message, ''))?.[1] ?? '';
  return Object.assign(new Error(place), { name });
}

/**
 * What survives in the young generation moves to the old one at once. With Node 24's default size that can overrun the heap
 * limit before Node ends the thread, and V8 then aborts the process: with 32 MB it never did.
 */
const MAX_YOUNG_GENERATION_MB = 32;

function startPiscina({ settings, maxOldGenerationSizeMb }: WorkerThreadOptions): Piscina<ConnectTask, void> {
  // Not with the module, of whose time it would be most; and not in the background, because a process may end before.
  const { Piscina } = require('piscina') as typeof import('piscina');
  // A worker inherits both otherwise, and a preload that registers tracing would load itself in it, for ever.
  const { NODE_OPTIONS: _, ...env } = process.env;
  const piscina = new Piscina<ConnectTask, void>({
    filename: WORKER_FILE,
    execArgv: [],
    env,
    // Of the first one piscina knows at once that it takes tasks, without an event loop.
    minThreads: 1,
    maxThreads: 1,
    idleTimeout: Number.POSITIVE_INFINITY,
    // In its other modes the worker sleeps between tasks, and its sockets and timers with it.
    atomics: 'disabled',
    recordTiming: false,
    workerData: settings,
    resourceLimits: {
      maxYoungGenerationSizeMb: MAX_YOUNG_GENERATION_MB,
      ...(maxOldGenerationSizeMb === undefined ? {} : { maxOldGenerationSizeMb }),
    },
  });
  // And no second one: piscina would start it when the first dies, and again after the pool is destroyed.
  piscina.options.minThreads = 0;
  return piscina;
}
