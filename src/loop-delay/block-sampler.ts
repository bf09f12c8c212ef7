import { performance } from 'node:perf_hooks';
// From the module, not the globals: a test's fake timers must not stop the measurement.
import { clearInterval, setInterval } from 'node:timers';
import { ArrivalWeightedDelay } from './arrival-weighted.js';
import { BlockHistogram } from './block-histogram.js';

/** A stretch in which the loop did not poll. */
export interface LongBlock {
  /** Unix time, within `resolutionMillis`. */
  readonly startedAtUnixMillis: number;
  readonly durationMillis: number;
}

/**
 * libuv counts in whole milliseconds, so a timer that is due may sleep up to one more; the kernel adds its slack.
 * Only sleep past this is the process not having been woken in time.
 */
const TIMER_GRAIN_MILLIS = 1.25;

/**
 * Finds the blocks of the loop it runs on.
 *
 * A timer's lateness can't say how long a block was: a block of length d delays a timer of interval r by d less
 * whatever was left of the interval when the block began, and that phase depends on what drives the block (uniform for
 * sockets, nearly always r for other timers, as both fire on libuv's same millisecond). libuv also accounts, in
 * nanoseconds, for the time it slept in poll. So each tick takes the time since the last one less the time slept in
 * it: that is the length of the block, whatever the phase. What remains is that blocks shorter than the resolution
 * which fall between the same two ticks are taken for one.
 *
 * Sleep beyond the timer's due time is added to the block: the process had a reason to run and was not given a core,
 * and a request would have waited just so.
 */
export class BlockSampler {
  readonly #timer: NodeJS.Timeout;
  readonly #longestSleepMillis: number;
  readonly #longestBlockCount: number;
  readonly #histogram = new BlockHistogram();
  #longestBlocks: LongBlock[] = [];
  #observedMillis = 0;
  #lastMillis = 0;
  #lastIdleMillis = 0;

  constructor(resolutionMillis: number, longestBlockCount: number) {
    this.#longestSleepMillis = resolutionMillis + TIMER_GRAIN_MILLIS;
    this.#longestBlockCount = longestBlockCount;
    this.mark();
    this.#timer = setInterval(() => this.sample(), resolutionMillis).unref();
  }

  /** Closes the stretch since the last sample. */
  sample(): void {
    const nowMillis = performance.now();
    // A number straight from libuv; performance.eventLoopUtilization() would allocate at every tick.
    const idleMillis = performance.nodeTiming.idleTime;
    const elapsedMillis = nowMillis - this.#lastMillis;
    const sleptMillis = idleMillis - this.#lastIdleMillis;
    const blockMillis = Math.max(0, elapsedMillis - sleptMillis) + Math.max(0, sleptMillis - this.#longestSleepMillis);
    this.#lastMillis = nowMillis;
    this.#lastIdleMillis = idleMillis;
    this.#observedMillis += elapsedMillis;
    this.#histogram.record(blockMillis);
    const shortest = this.#longestBlocks.at(-1);
    if (this.#longestBlocks.length < this.#longestBlockCount || (shortest && blockMillis > shortest.durationMillis)) {
      this.#keepLongBlock(nowMillis - blockMillis, blockMillis);
    }
  }

  /** Leaves the time since the last sample out: it was the monitor's own. */
  mark(): void {
    this.#lastMillis = performance.now();
    this.#lastIdleMillis = performance.nodeTiming.idleTime;
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
    this.mark();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #keepLongBlock(startedMillis: number, durationMillis: number): void {
    const block = { startedAtUnixMillis: performance.timeOrigin + startedMillis, durationMillis };
    this.#longestBlocks.push(block);
    this.#longestBlocks.sort((left, right) => right.durationMillis - left.durationMillis);
    this.#longestBlocks.length = Math.min(this.#longestBlocks.length, this.#longestBlockCount);
  }
}
