import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import type { WorkerReply, WorkerSettings, WorkerTask } from './protocol.js';

/** The one place that names the worker's file; `src/` never imports `workers/`. */
const WORKER_FILE = fileURLToPath(new URL('../workers/export.js', import.meta.url));

/** How long nothing is tried after a worker could not start: what kept it from starting may pass. */
const RESTART_DELAY_MILLIS = 5_000;

/** No worker could be started, or none is wanted any more. */
export class NoWorkerError extends Error {
  override readonly name = 'NoWorkerError';
}

export interface ExportWorkerOptions {
  readonly settings: WorkerSettings;
  /** Tasks that run in the worker at a time; further ones wait for one of them. */
  readonly maxConcurrentTasks: number;
  readonly maxOldGenerationSizeMb: number | undefined;
}

/**
 * One worker thread, replaced when it dies: a piscina of one. Of one because only then it is known which thread has
 * which task, and every thread can be asked to flush.
 */
export class ExportWorker {
  readonly #options: ExportWorkerOptions;
  #piscina: Piscina<WorkerTask, WorkerReply> | undefined;
  /** Why there is no worker, when there is none. */
  #failure = '';
  #restartAtMillis = 0;
  /** Threads that were replaced and are not gone yet. */
  readonly #ending = new Set<Promise<void>>();
  /** piscina forgets the tasks that wait for a worker which never starts; they are rejected from here. */
  readonly #rejects = new Set<(error: Error) => void>();

  constructor(options: ExportWorkerOptions) {
    this.#options = options;
    this.#start();
  }

  /**
   * @throws {NoWorkerError} when no worker can be started.
   * @throws {Error} when the worker died before it answered.
   */
  run(task: WorkerTask, transferList: ArrayBuffer[] = []): Promise<WorkerReply> {
    if (this.#piscina === undefined && performance.now() >= this.#restartAtMillis) this.#start();
    const piscina = this.#piscina;
    if (piscina === undefined) return Promise.reject(new NoWorkerError(this.#failure));
    return new Promise((resolve, reject) => {
      this.#rejects.add(reject);
      piscina
        .run(task, { transferList })
        .then(resolve, reject)
        .finally(() => this.#rejects.delete(reject));
    });
  }

  /**
   * Starts a new thread in place of one that no longer answers, whose tasks are rejected. The old one is not waited for:
   * in native code it may never end, and until it does piscina would go on giving it tasks.
   */
  replace(): void {
    const stuck = this.#piscina;
    this.#start();
    if (stuck === undefined) return;
    const ended = stuck.destroy().finally(() => this.#ending.delete(ended));
    this.#ending.add(ended);
  }

  /** Ends the thread for good. Its tasks are rejected. */
  async destroy(): Promise<void> {
    const piscina = this.#piscina;
    this.#giveUp('the processor is shut down', Number.POSITIVE_INFINITY);
    await Promise.all([piscina?.destroy(), ...this.#ending]);
  }

  #start(): void {
    try {
      const piscina = startPiscina(this.#options);
      // A thread that failed with no task in hand; one that can't even start leaves no other behind.
      piscina.on('error', (error) => {
        if (this.#piscina === piscina && piscina.threads.length === 0) this.#fail(error);
      });
      this.#piscina = piscina;
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#giveUp(String(error), performance.now() + RESTART_DELAY_MILLIS);
  }

  #giveUp(failure: string, restartAtMillis: number): void {
    this.#piscina = undefined;
    this.#failure = failure;
    this.#restartAtMillis = restartAtMillis;
    for (const reject of this.#rejects) reject(new NoWorkerError(failure));
    this.#rejects.clear();
  }
}

function startPiscina(options: ExportWorkerOptions): Piscina<WorkerTask, WorkerReply> {
  const { settings, maxConcurrentTasks, maxOldGenerationSizeMb } = options;
  // A worker inherits both otherwise, and a preload that registers tracing would load itself in it, for ever.
  const { NODE_OPTIONS: _, ...env } = process.env;
  return new Piscina<WorkerTask, WorkerReply>({
    filename: WORKER_FILE,
    execArgv: [],
    env,
    minThreads: 1,
    maxThreads: 1,
    concurrentTasksPerWorker: maxConcurrentTasks,
    maxQueue: Number.POSITIVE_INFINITY,
    // In its other modes the worker sleeps between tasks, and its sockets and timers with it.
    atomics: 'disabled',
    workerData: settings,
    ...(maxOldGenerationSizeMb === undefined ? {} : { resourceLimits: { maxOldGenerationSizeMb } }),
  });
}
