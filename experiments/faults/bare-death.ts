import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { DeathName } from './deaths.js';
import type { WorkerKiller } from './worker-killer.js';

const BARE_WORKER = new URL('./bare-worker.js', import.meta.url);

/** The same as offloop gives its own (src/worker-thread.ts), so that a full heap is as full. */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 32 };

/** A thread without offloop that is ready to die: what its death costs the loop is the runtime's own. */
export class BareDeath {
  readonly #killer: WorkerKiller;
  #worker: Promise<Worker>;

  constructor(killer: WorkerKiller) {
    this.#killer = killer;
    this.#worker = this.#start();
  }

  /** Resolves once another thread has taken its place, as another takes that of offloop's. */
  async die(death: DeathName): Promise<void> {
    const worker = await this.#worker;
    // Not events.once: it rejects at the error, which comes first.
    const exited = new Promise((resolve) => worker.once('exit', resolve));
    worker.postMessage(death);
    await exited;
    this.#worker = this.#start();
    await this.#worker;
  }

  async #start(): Promise<Worker> {
    const worker = this.#killer.leaveAlone(() => new Worker(BARE_WORKER, { resourceLimits: RESOURCE_LIMITS }));
    // That it dies is the point; an error without a listener would end the service.
    worker.on('error', () => {});
    worker.unref();
    await once(worker, 'online');
    return worker;
  }
}
