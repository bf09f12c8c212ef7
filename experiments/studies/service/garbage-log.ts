import { GCProfiler } from 'node:v8';

/** What collecting garbage cost the thread that asked, in one window. Times in milliseconds. */
export interface GarbageFigures {
  /** Of the young generation. */
  readonly minorCount: number;
  readonly minorMillis: number;
  /** Of the whole heap, its marking in steps included. */
  readonly majorCount: number;
  readonly majorMillis: number;
  /** The longest pause of any kind. */
  readonly longestMillis: number;
  /** What outlived two collections of the young generation and was moved out of it. */
  readonly promotedBytes: number;
  /** After a collection, median and most; `NaN` where there was none. */
  readonly heapUsedP50Bytes: number;
  readonly heapUsedMaxBytes: number;
}

interface HeapState {
  readonly heapStatistics: { readonly usedHeapSize: number };
  readonly heapSpaceStatistics: readonly { readonly spaceName: string; readonly spaceUsedSize: number }[];
}

interface Collection {
  readonly gcType: string;
  /** In microseconds. */
  readonly cost: number;
  readonly beforeGC: HeapState;
  readonly afterGC: HeapState;
}

const MINOR_TYPES: readonly string[] = ['Scavenge', 'MinorMarkSweep', 'MinorMarkCompact'];
const OLD_SPACES: readonly string[] = ['old_space', 'large_object_space'];

/** Runs from the constructor to {@link stop}. V8 counts, and nothing runs on the loop until then. */
export class GarbageLog {
  readonly #profiler = new GCProfiler();

  constructor() {
    this.#profiler.start();
  }

  stop(): GarbageFigures {
    return summarizeCollections(this.#profiler.stop().statistics as unknown as Collection[]);
  }
}

export function summarizeCollections(collections: readonly Collection[]): GarbageFigures {
  const minor = collections.filter(({ gcType }) => MINOR_TYPES.includes(gcType));
  const major = collections.filter(({ gcType }) => !MINOR_TYPES.includes(gcType));
  const heapUsed = collections.map(({ afterGC }) => afterGC.heapStatistics.usedHeapSize).sort((a, b) => a - b);
  return {
    minorCount: minor.length,
    minorMillis: sumMillis(minor),
    // A full collection that was marked in steps is listed with each of them.
    majorCount: major.filter(({ gcType }) => gcType === 'MarkSweepCompact').length,
    majorMillis: sumMillis(major),
    longestMillis: Math.max(0, ...collections.map(({ cost }) => cost / 1_000)),
    promotedBytes: minor.reduce(
      (sum, { beforeGC, afterGC }) => sum + Math.max(0, sizeOld(afterGC) - sizeOld(beforeGC)),
      0,
    ),
    heapUsedP50Bytes: heapUsed[Math.floor(heapUsed.length / 2)] ?? Number.NaN,
    heapUsedMaxBytes: heapUsed.at(-1) ?? Number.NaN,
  };
}

function sumMillis(collections: readonly Collection[]): number {
  return collections.reduce((sum, { cost }) => sum + cost / 1_000, 0);
}

function sizeOld({ heapSpaceStatistics }: HeapState): number {
  return heapSpaceStatistics.reduce(
    (sum, { spaceName, spaceUsedSize }) => sum + (OLD_SPACES.includes(spaceName) ? spaceUsedSize : 0),
    0,
  );
}
