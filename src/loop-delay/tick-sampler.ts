// From the module, not the globals: a test's fake timers must not stop the measurement.
import { clearInterval, setInterval } from 'node:timers';
import type { BlockLog } from './block-log.js';
import { type BlockSampler, LoopClock, TIMER_GRAIN_MILLIS } from './block-sampler.js';

/**
 * Samples by a timer, as often as it was told to. Each tick wakes a loop that sleeps, and blocks shorter than the
 * interval that fall between the same two ticks are taken for one.
 */
export class TickSampler implements BlockSampler {
  readonly #timer: NodeJS.Timeout;
  readonly #longestSleepMillis: number;
  readonly #log: BlockLog;
  readonly #clock = new LoopClock();

  constructor(log: BlockLog, resolutionMillis: number) {
    this.#log = log;
    this.#longestSleepMillis = resolutionMillis + TIMER_GRAIN_MILLIS;
    this.#timer = setInterval(() => this.sample(), resolutionMillis).unref();
  }

  sample(): void {
    const { endedMillis, elapsedMillis, sleptMillis, busyMillis } = this.#clock.read();
    const blockMillis = busyMillis + Math.max(0, sleptMillis - this.#longestSleepMillis);
    this.#log.observe(elapsedMillis);
    this.#log.record(endedMillis - blockMillis, blockMillis);
  }

  mark(): void {
    this.#clock.mark();
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
