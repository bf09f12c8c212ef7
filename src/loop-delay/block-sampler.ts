import { performance } from 'node:perf_hooks';

/**
 * Finds the blocks of the loop it runs on and writes them into a log.
 *
 * A timer's lateness can't say how long a block was: a block of length d delays a timer of interval r by d less
 * whatever was left of the interval when the block began, and that phase depends on what drives the block (uniform for
 * sockets, nearly always r for other timers, as both fire on libuv's same millisecond). libuv also accounts, in
 * nanoseconds, for the time it slept in poll. So every sampler takes the time since its last sample less the time
 * slept in it: that is how long the loop was busy, whatever the phase.
 *
 * Sleep beyond the time a timer was due is added to the block: the process had a reason to run and was not given a
 * core, and a request would have waited just so.
 */
export interface BlockSampler {
  /** Closes the stretch since the last sample. */
  sample(): void;
  /** Leaves the time since the last sample out: it was the monitor's own. */
  mark(): void;
  stop(): void;
}

/**
 * libuv counts in whole milliseconds, so a timer that is due may sleep up to one more; the kernel adds its slack.
 * Only sleep past this is the process not having been woken in time.
 */
export const TIMER_GRAIN_MILLIS = 1.25;

/** Since the last reading. */
export interface Stretch {
  readonly endedMillis: number;
  readonly elapsedMillis: number;
  readonly sleptMillis: number;
  readonly busyMillis: number;
}

/** The clock of a loop's thread, and the part of its time that was slept. */
export class LoopClock {
  #lastMillis = 0;
  #lastIdleMillis = 0;

  constructor() {
    this.mark();
  }

  mark(): void {
    this.#lastMillis = performance.now();
    // A number straight from libuv; performance.eventLoopUtilization() would allocate at every sample.
    this.#lastIdleMillis = performance.nodeTiming.idleTime;
  }

  read(): Stretch {
    const lastMillis = this.#lastMillis;
    const lastIdleMillis = this.#lastIdleMillis;
    this.mark();
    const elapsedMillis = this.#lastMillis - lastMillis;
    const sleptMillis = this.#lastIdleMillis - lastIdleMillis;
    return {
      endedMillis: this.#lastMillis,
      elapsedMillis,
      sleptMillis,
      busyMillis: Math.max(0, elapsedMillis - sleptMillis),
    };
  }
}
