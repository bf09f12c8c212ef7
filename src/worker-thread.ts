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
  #isStarted = false;
  #isOver = false;

  /** @throws {Error} when no thread can be had. */
  constructor(options: WorkerThreadOptions, listener: WorkerThreadListener) {
    this.#listener = listener;
    this.#piscina = startPiscina(options);
    this.#piscina.on('error', (error) => this.#end(error));
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.on('message', (replies: ReplyMessage) => listener.onReplies(replies));
    port1.on('close', () => this.#end(new Error('the worker thread ended')));
    port1.unref();
    this.#piscina.run({ port: port2, replySignal }, { transferList: [port2] }).then(
      () => {
        this.#isStarted = true;
      },
      (error: unknown) => this.#end(error instanceof Error ? error : new Error(String(error))),
    );
  }

  /** May be called at once: what is posted before the thread runs waits in the channel. */
  post(message: TaskMessage, transferList: ArrayBuffer[]): void {
    this.#port.postMessage(message, transferList);
  }

  /** Takes the replies that are here, without the event loop. */
  receiveReplies(): void {
    let received = receiveMessageOnPort(this.#port);
    while (received !== undefined) {
      this.#listener.onReplies(received.message as ReplyMessage);
      received = receiveMessageOnPort(this.#port);
    }
  }

  /** Whether the process stays alive for what the thread has to say. */
  keepAlive(isNeeded: boolean): void {
    if (isNeeded) this.#port.ref();
    else this.#port.unref();
  }

  /** Ends the thread; its listener is not told. */
  async destroy(): Promise<void> {
    this.#isOver = true;
    this.#port.close();
    await this.#piscina.destroy();
  }

  #end(error: Error): void {
    if (this.#isOver) return;
    void this.destroy();
    this.#listener.onDeath(error, this.#isStarted);
  }
}

function startPiscina({ settings, maxOldGenerationSizeMb }: WorkerThreadOptions): Piscina<ConnectTask, void> {
  // Not with the module, of whose time it would be most; and not in the background, because a process may end before.
  const { Piscina } = require('piscina') as typeof import('piscina');
  // A worker inherits both otherwise, and a preload that registers tracing would load itself in it, for ever.
  const { NODE_OPTIONS: _, ...env } = process.env;
  return new Piscina<ConnectTask, void>({
    filename: WORKER_FILE,
    execArgv: [],
    env,
    minThreads: 1,
    maxThreads: 1,
    // In its other modes the worker sleeps between tasks, and its sockets and timers with it.
    atomics: 'disabled',
    recordTiming: false,
    workerData: settings,
    ...(maxOldGenerationSizeMb === undefined ? {} : { resourceLimits: { maxOldGenerationSizeMb } }),
  });
}
