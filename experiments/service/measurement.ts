import { availableParallelism } from 'node:os';
import { GCProfiler } from 'node:v8';
import { type LoopDelayMonitor, type LoopDelaySnapshotJson, monitorLoopDelay } from 'offloop/loop-delay';
import { LAB_RESOLUTIONS } from '../loop-delay-resolutions.js';

/** What one window cost the service's process. */
export interface Measured {
  readonly windowMillis: number;
  readonly loopDelay: LoopDelaySnapshotJson;
  readonly garbageCollection: GarbageCollection;
  /** All threads of the process, workers included. */
  readonly processCpu: { readonly userMillis: number; readonly systemMillis: number };
  /** At the end of the window. */
  readonly residentSetBytes: number;
  readonly madeSpanCount: number;
  /** Cores the process may use. Missing in files of older runs. */
  readonly availableCoreCount?: number;
}

export interface GarbageCollection {
  readonly collectionCount: number;
  readonly totalMillis: number;
  readonly longestMillis: number;
}

/** Enough for a timeline to show a rhythm. */
const LONGEST_BLOCK_COUNT = 100;

/** One measuring window. It runs from the constructor to {@link stop}. */
export class Measurement {
  readonly #readSpanCount: () => number;
  readonly #spanCountAtStart: number;
  // Counts in V8 and reports at the end; a performance observer would run a callback on the loop that is measured.
  readonly #garbageCollection = new GCProfiler();
  readonly #loopDelay: LoopDelayMonitor;
  readonly #cpuAtStart: NodeJS.CpuUsage;
  readonly #startMillis: number;

  constructor(readSpanCount: () => number) {
    this.#readSpanCount = readSpanCount;
    this.#spanCountAtStart = readSpanCount();
    this.#garbageCollection.start();
    this.#loopDelay = monitorLoopDelay({ ...LAB_RESOLUTIONS, longestBlockCount: LONGEST_BLOCK_COUNT });
    this.#cpuAtStart = process.cpuUsage();
    this.#startMillis = performance.now();
  }

  stop(): Measured {
    // Read first: the snapshot keeps the loop for some milliseconds.
    const windowMillis = performance.now() - this.#startMillis;
    const cpu = process.cpuUsage(this.#cpuAtStart);
    const { statistics } = this.#garbageCollection.stop();
    return {
      windowMillis,
      loopDelay: this.#loopDelay.stop().toJSON(),
      garbageCollection: summarize(statistics),
      processCpu: { userMillis: cpu.user / 1_000, systemMillis: cpu.system / 1_000 },
      residentSetBytes: process.memoryUsage.rss(),
      madeSpanCount: this.#readSpanCount() - this.#spanCountAtStart,
      availableCoreCount: availableParallelism(),
    };
  }
}

/** V8 gives the cost of a collection in microseconds. */
function summarize(collections: readonly { readonly cost: number }[]): GarbageCollection {
  let totalMillis = 0;
  let longestMillis = 0;
  for (const { cost } of collections) {
    totalMillis += cost / 1_000;
    longestMillis = Math.max(longestMillis, cost / 1_000);
  }
  return { collectionCount: collections.length, totalMillis, longestMillis };
}
