import { subscribe } from 'node:diagnostics_channel';
import { BroadcastChannel, type Worker } from 'node:worker_threads';
import { DEATH_CHANNEL } from './deadly-exporter.js';
import type { DeathName } from './deaths.js';

/** `terminate` comes from outside, as it would from another part of the process; the others from the exporter itself. */
export type Death = 'terminate' | DeathName;

/** Knows the process's worker threads, and ends them. To be made before the first of them. */
export class WorkerKiller {
  readonly #alive = new Set<Worker>();
  startedWorkerCount = 0;
  #isLeavingAlone = false;

  constructor() {
    // Node tells of every thread that is made; the worker itself is offloop's own and out of a user's reach.
    subscribe('worker_threads', (message) => {
      const { worker } = message as { readonly worker: Worker };
      if (this.#isLeavingAlone) return;
      this.startedWorkerCount += 1;
      this.#alive.add(worker);
      worker.once('exit', () => this.#alive.delete(worker));
    });
  }

  /** Threads that are made in it are neither counted nor killed. */
  leaveAlone<T>(action: () => T): T {
    this.#isLeavingAlone = true;
    try {
      return action();
    } finally {
      this.#isLeavingAlone = false;
    }
  }

  /** @returns whether one of the workers that are alive now has ended */
  kill(death: Death): () => boolean {
    const victims = [...this.#alive];
    if (death === 'terminate') {
      for (const victim of victims) void victim.terminate();
    } else {
      const channel = new BroadcastChannel(DEATH_CHANNEL);
      channel.postMessage(death);
      channel.close();
    }
    return () => victims.some((victim) => !this.#alive.has(victim));
  }
}
