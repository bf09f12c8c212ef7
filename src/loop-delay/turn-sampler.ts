import { performance } from 'node:perf_hooks';
// From the module, not the globals: a test's fake timers must not stop the measurement.
import { clearImmediate, clearTimeout, setImmediate, setTimeout } from 'node:timers';
import type { BlockLog } from './block-log.js';
import { type BlockSampler, LoopClock, type Stretch, TIMER_GRAIN_MILLIS } from './block-sampler.js';

/** Shorter ones are what any loop does; nobody's request suffers from them. */
const BLOCK_FLOOR_MILLIS = 1;
/**
 * A turn in which nothing but the monitor ran takes less. What such turns take of late is taken off a block: on a core that
 * was asleep it is more than a tenth of a millisecond.
 */
const EMPTY_TURN_MILLIS = 0.5;
/** When this many turns took less than the time below together, a look at each would cost the loop too much. */
const RUN_TURN_COUNT = 16;
const FAST_RUN_MILLIS = 1.6;
/** For so long the turns are then counted: too short for what stands out among them to be several blocks. */
const TICK_MILLIS = 2;

/**
 * Samples at every turn of the loop without waking it: an immediate that is unreferenced runs after the next poll,
 * whatever ends that, and leaves poll asleep until then.
 *
 * It runs after the socket callbacks of a turn and before its timers. So what a timer does is taken together with the
 * socket callbacks that run next, and where both are long they read as one block.
 *
 * Very short turns without pause are counted by a timer rather than looked at. Those of an idle loop are looked at like
 * any other: a timer that counted them would wake the loop, which is dearer than the look.
 */
export class TurnSampler implements BlockSampler {
  readonly #log: BlockLog;
  readonly #longestSleepMillis: number;
  readonly #clock = new LoopClock();
  #immediate: NodeJS.Immediate | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Else every turn is looked at. */
  #isCounting = false;
  #runStartMillis = 0;
  #runTurnCount = 0;
  #countedTurns = readTurnCount();
  #ordinaryTurnMillis = 0;

  /** @param heartbeatMillis how often something wakes the loop in any case; 0 where nothing does */
  constructor(log: BlockLog, heartbeatMillis: number) {
    this.#log = log;
    this.#longestSleepMillis = heartbeatMillis > 0 ? heartbeatMillis + TIMER_GRAIN_MILLIS : Number.POSITIVE_INFINITY;
    this.#lookAtTurns();
  }

  sample(): void {
    const stretch = this.#clock.read();
    if (this.#isCounting) this.#closeTick(stretch);
    else this.#closeTurn(stretch);
  }

  mark(): void {
    this.#countedTurns = readTurnCount();
    this.#clock.mark();
  }

  stop(): void {
    clearImmediate(this.#immediate);
    clearTimeout(this.#timer);
  }

  readonly #onTurn = (): void => {
    const stretch = this.#clock.read();
    this.#closeTurn(stretch);
    this.#runTurnCount += 1;
    if (this.#runTurnCount < RUN_TURN_COUNT) {
      this.#immediate = setImmediate(this.#onTurn).unref();
    } else if (stretch.endedMillis - this.#runStartMillis < FAST_RUN_MILLIS) {
      this.#ordinaryTurnMillis = (stretch.endedMillis - this.#runStartMillis) / RUN_TURN_COUNT;
      this.#countTurns();
    } else {
      this.#lookAtTurns();
    }
  };

  readonly #onTick = (): void => {
    this.#closeTick(this.#clock.read());
    this.#lookAtTurns();
  };

  #lookAtTurns(): void {
    this.#isCounting = false;
    this.#runTurnCount = 0;
    this.#runStartMillis = performance.now();
    this.#immediate = setImmediate(this.#onTurn).unref();
  }

  #countTurns(): void {
    this.#isCounting = true;
    this.#countedTurns = readTurnCount();
    this.#timer = setTimeout(this.#onTick, TICK_MILLIS).unref();
  }

  #closeTurn({ endedMillis, elapsedMillis, sleptMillis, busyMillis }: Stretch): void {
    this.#log.observe(elapsedMillis);
    if (busyMillis < EMPTY_TURN_MILLIS) this.#ordinaryTurnMillis += (busyMillis - this.#ordinaryTurnMillis) / 16;
    const ownMillis = busyMillis < BLOCK_FLOOR_MILLIS ? 0 : Math.min(this.#ordinaryTurnMillis, EMPTY_TURN_MILLIS);
    const blockMillis = busyMillis - ownMillis + Math.max(0, sleptMillis - this.#longestSleepMillis);
    this.#log.record(endedMillis - blockMillis, blockMillis);
  }

  /**
   * Of what the turns took together, the ordinary length belongs to each, where all of them can have run before the timer
   * was due; what is left was one block, which the timer had to wait for.
   */
  #closeTick({ endedMillis, elapsedMillis, sleptMillis, busyMillis }: Stretch): void {
    const turnCount = Math.max(1, readTurnCount() - this.#countedTurns);
    this.#countedTurns += turnCount;
    this.#log.observe(elapsedMillis);
    const totalMillis = busyMillis + Math.max(0, sleptMillis - TICK_MILLIS - TIMER_GRAIN_MILLIS);
    const longestTickMillis = TICK_MILLIS + TIMER_GRAIN_MILLIS;
    if (totalMillis <= longestTickMillis) {
      this.#ordinaryTurnMillis = totalMillis / turnCount;
      this.#log.recordAlike(this.#ordinaryTurnMillis, turnCount);
      return;
    }
    const otherMillis = Math.min((turnCount - 1) * this.#ordinaryTurnMillis, longestTickMillis);
    if (otherMillis > 0) this.#log.recordAlike(otherMillis / (turnCount - 1), turnCount - 1);
    const blockMillis = totalMillis - otherMillis;
    this.#log.record(endedMillis - blockMillis, blockMillis);
  }
}

interface UvMetrics {
  readonly uvMetricsInfo?: { readonly loopCount: number };
}

/** Node 20.18 and 22.8 count the turns; elsewhere all that a tick sees is taken for one. */
function readTurnCount(): number {
  return (performance.nodeTiming as UvMetrics).uvMetricsInfo?.loopCount ?? 0;
}
