import { performance } from 'node:perf_hooks';
import { clearImmediate, setImmediate } from 'node:timers';

/** Turns that are shorter are taken together: to keep them all would be nothing but a long list. */
const SHORTEST_MILLIS = 2;

/**
 * When turns of the loop ended, without waking it: see turn-sampler.ts. The profiler's signals end each sleep in poll
 * early, and libuv then forgets the part that was slept. So while a profile is taken, what the loop-delay monitor takes
 * for busy is not: blocks are looked for in the samples instead, and turns are all that is needed beside them.
 */
export class TurnLog {
  readonly endsUnixMillis: number[] = [];
  #immediate = this.#wait();
  #lastMillis = 0;

  end(): void {
    clearImmediate(this.#immediate);
  }

  #wait(): NodeJS.Immediate {
    return setImmediate(() => {
      const nowMillis = performance.now();
      if (nowMillis - this.#lastMillis >= SHORTEST_MILLIS) {
        this.endsUnixMillis.push(performance.timeOrigin + nowMillis);
        this.#lastMillis = nowMillis;
      }
      this.#immediate = this.#wait();
    }).unref();
  }
}
