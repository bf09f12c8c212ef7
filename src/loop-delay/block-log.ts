import { performance } from 'node:perf_hooks';
import { ArrivalWeightedDelay } from './arrival-weighted.js';
import { BlockHistogram } from './block-histogram.js';

/** A stretch in which the loop did not poll. */
export interface LongBlock {
  /**
   * Unix time; too late by up to the sleep that followed, where a timer caused the block: at most the sampler's or `raw`'s
   * resolution, and without either until something woke the loop.
   */
  readonly startedAtUnixMillis: number;
  readonly durationMillis: number;
}

/** Keeps the blocks that a sampler finds: their lengths, the longest of them, and the time they were looked for. */
export class BlockLog {
  readonly #longestBlockCount: number;
  readonly #histogram = new BlockHistogram();
  #longestBlocks: LongBlock[] = [];
  #observedMillis = 0;

  constructor(longestBlockCount: number) {
    this.#longestBlockCount = longestBlockCount;
  }

  /** Adds to the time in which blocks were looked for. */
  observe(elapsedMillis: number): void {
    this.#observedMillis += elapsedMillis;
  }

  /** @param startedMillis on the clock of `performance.now()` */
  record(startedMillis: number, durationMillis: number): void {
    this.#histogram.record(durationMillis);
    const shortest = this.#longestBlocks.at(-1);
    if (
      this.#longestBlocks.length < this.#longestBlockCount ||
      (shortest && durationMillis > shortest.durationMillis)
    ) {
      this.#keepLongBlock(startedMillis, durationMillis);
    }
  }

  /** Blocks too short to be remembered one by one. */
  recordAlike(durationMillis: number, count: number): void {
    this.#histogram.record(durationMillis, count);
  }

  arrivalWeighted(): ArrivalWeightedDelay {
    return new ArrivalWeightedDelay(this.#histogram.listBuckets(), this.#observedMillis);
  }

  /** Longest first. */
  longestBlocks(): readonly LongBlock[] {
    return [...this.#longestBlocks];
  }

  reset(): void {
    this.#histogram.reset();
    this.#longestBlocks = [];
    this.#observedMillis = 0;
  }

  #keepLongBlock(startedMillis: number, durationMillis: number): void {
    this.#longestBlocks.push({ startedAtUnixMillis: performance.timeOrigin + startedMillis, durationMillis });
    this.#longestBlocks.sort((left, right) => right.durationMillis - left.durationMillis);
    this.#longestBlocks.length = Math.min(this.#longestBlocks.length, this.#longestBlockCount);
  }
}
