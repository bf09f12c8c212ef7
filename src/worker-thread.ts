import Module from 'node:module';
import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { Piscina } from 'piscina';
import { OffloopError } from './errors.js';
import { findWorker, type WorkerFile } from './find-worker.js';
import { movePort } from './move-port.js';
import type { ConnectTask, ReplyMessage, TaskMessage, WorkerSettings } from './protocol.js';
import { replySignal } from './reply-signal.js';
import { describeWorkerDeath } from './worker-death.js';
import { listWorkerFlags } from './worker-flags.js';

export interface WorkerThreadOptions {
  readonly settings: WorkerSettings;
  /** Of a standalone worker; unset: the worker is looked for. */
  readonly url: string | undefined;
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
  #port: MessagePort;
  readonly #listener: WorkerThreadListener;
  readonly #piscina: Piscina<ConnectTask, void>;
  /** Shared with the thread, which raises it when it ends: an exit handler has no event loop to be told by. */
  readonly #hasEnded = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  /** Whatever it threw. */
  #cause: unknown;
  #isStarted = false;
  #isOver = false;

  /** @throws {Error} when no thread can be had. */
  constructor(options: WorkerThreadOptions, listener: WorkerThreadListener) {
    this.#listener = listener;
    this.#piscina = startPiscina(options);
    this.#piscina.on('error', (error: unknown) => this.#endSoon(error));
    const { port1, port2 } = new MessageChannel();
    this.#port = this.#listen(port1);
    const connect: ConnectTask = { port: port2, replySignal, hasEnded: this.#hasEnded };
    this.#piscina.run(connect, { transferList: [port2] }).catch((error: unknown) => this.#endSoon(error));
  }

  /** May be called at once: what is posted before the thread runs waits in the channel. */
  post(message: TaskMessage, transferList: ArrayBuffer[]): void {
    this.#port.postMessage(message, transferList);
  }

  /** Takes what the thread has said, without the event loop, be it that it has ended. For an exit handler. */
  receiveReplies(): void {
    // Read first: a thread that ends has said before all it had to say.
    const hasEnded = Atomics.load(this.#hasEnded, 0) !== 0;
    this.#takeReplies();
    if (hasEnded || this.#isCutOff()) this.#end();
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

  #listen(port: MessagePort): MessagePort {
    port.on('message', (replies: ReplyMessage) => this.#onReplies(replies));
    port.on('close', () => {
      if (port === this.#port) this.#endSoon();
    });
    // Whoever waits for a reply keeps the process alive himself; what nobody waits for is the exit handler's.
    port.unref();
    return port;
  }

  /** A thread that its heap limit ends, or that is terminated, runs no handler that would set `hasEnded`. */
  #isCutOff(): boolean {
    if (this.#isOver) return false;
    const port = movePort(this.#port);
    if (port !== undefined) this.#port = this.#listen(port);
    return port === undefined;
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
  #endSoon(cause?: unknown): void {
    this.#cause ??= cause;
    setImmediate(() => setImmediate(() => this.#end()));
  }

  #end(): void {
    if (this.#isOver) return;
    void this.destroy();
    this.#listener.onDeath(this.#describeEnd(), this.#isStarted);
  }

  #describeEnd(): Error {
    const cause = this.#cause;
    if (cause === undefined) return new Error('the worker thread ended');
    // Before it has started it had no spans.
    return !this.#isStarted && cause instanceof Error ? cause : describeWorkerDeath(cause);
  }
}

/**
 * What survives in the young generation moves to the old one at once. With Node 24's default size that can overrun the heap
 * limit before Node ends the thread, and V8 then aborts the process. With 32 MB it did not where small objects filled the
 * heap; a single allocation that overruns the limit still aborts it (test/full-heap.test.ts).
 */
const MAX_YOUNG_GENERATION_MB = 32;

function startPiscina({ settings, url, maxOldGenerationSizeMb }: WorkerThreadOptions): Piscina<ConnectTask, void> {
  const file = findWorker(url);
  const { Piscina } = loadPiscina(file);
  // A worker inherits both otherwise, and a preload that registers tracing would load itself in it, for ever.
  const { NODE_OPTIONS: _, ...env } = process.env;
  const start = (execArgv: string[]) =>
    new Piscina<ConnectTask, void>({
      filename: file.path,
      execArgv,
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
  const piscina = startWithFlags(start, listWorkerFlags());
  // And no second one: piscina would start it when the first dies, and again after the pool is destroyed.
  piscina.options.minThreads = 0;
  return piscina;
}

/** Which flags are per thread changes with Node's version; those that are not hold in the thread anyway. */
function startWithFlags<T>(start: (execArgv: string[]) => T, flags: string[]): T {
  try {
    return start(flags);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'ERR_WORKER_INVALID_EXEC_ARGV' || flags.length === 0) throw error;
    const refused = message.split(/[\s,]+/);
    const accepted = flags.filter((flag) => !refused.includes(flag));
    return start(accepted.length < flags.length ? accepted : []);
  }
}

/**
 * Not with this module, of whose time it would be most; and not in the background, because a process may end before. From
 * the worker's file: the service may be a bundle that has no piscina beside it.
 */
function loadPiscina({ path, isStandalone }: WorkerFile): typeof import('piscina') {
  // Not `import { createRequire }`: bundles often declare that name themselves, in a banner.
  const require = Module.createRequire(path);
  if (!isStandalone) return require('piscina') as typeof import('piscina');
  const refuse = (why: string, cause?: unknown): OffloopError =>
    new OffloopError(
      'ERR_OFFLOOP_WORKER',
      `worker.url: expected a copy of offloop's offloop-worker.cjs, got '${path}', ${why}`,
      { cause },
    );
  let standalone: { loadPiscina?(): typeof import('piscina') };
  try {
    standalone = require(path) as typeof standalone;
  } catch (error) {
    throw refuse(`which could not be loaded: ${error instanceof Error ? error.message : String(error)}`, error);
  }
  if (typeof standalone.loadPiscina === 'function') return standalone.loadPiscina();
  throw refuse('which is another module');
}
