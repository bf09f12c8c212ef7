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
const FAST_TICK_MILLIS = 2;
/** After this long without a block, the heartbeat's own turns are not looked at one by one any more. */
const QUIET_AFTER_MILLIS = 1_000;
const QUIET_TICK_MILLIS = 100;

/**
 * Samples at every turn of the loop without waking it: an immediate that is unreferenced runs after the next poll,
 * whatever ends that, and leaves poll asleep until then.
 *
 * It runs after the socket callbacks of a turn and before its timers. So what a timer does is taken together with the
 * socket callbacks that run next, and where both are long they read as one block.
 *
 * Two kinds of turns are counted rather than looked at, by a timer: very short ones without pause, and those of a
 * heartbeat on a loop that does nothing else.
 */
export class TurnSampler implements BlockSampler {
  readonly #log: BlockLog;
  /** How often something wakes the loop in any case; 0 where nothing does. */
  readonly #heartbeatMillis: number;
  readonly #clock = new LoopClock();
  #immediate: NodeJS.Immediate | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Unset while every turn is looked at. */
  #tickMillis: number | undefined;
  #lastBlockMillis = performance.now();
  #runStartMillis = 0;
  #runTurnCount = 0;
  #countedTurns = readTurnCount();
  #ordinaryTurnMillis = 0;

  constructor(log: BlockLog, heartbeatMillis: number) {
    this.#log = log;
    this.#heartbeatMillis = heartbeatMillis;
    this.#lookAtTurns();
  }

  sample(): void {
    const stretch = this.#clock.read();
    if (this.#tickMillis === undefined) this.#closeTurn(stretch);
    else this.#closeTick(stretch, this.#tickMillis);
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
    if (this.#isQuiet(stretch.endedMillis)) {
      this.#countTurns(QUIET_TICK_MILLIS);
    } else if (this.#runTurnCount < RUN_TURN_COUNT) {
      this.#immediate = setImmediate(this.#onTurn).unref();
    } else if (stretch.endedMillis - this.#runStartMillis < FAST_RUN_MILLIS) {
      this.#ordinaryTurnMillis = (stretch.endedMillis - this.#runStartMillis) / RUN_TURN_COUNT;
      this.#countTurns(FAST_TICK_MILLIS);
    } else {
      this.#lookAtTurns();
    }
  };

  readonly #onTick = (): void => {
    const stretch = this.#clock.read();
    this.#closeTick(stretch, this.#tickMillis ?? FAST_TICK_MILLIS);
    if (this.#tickMillis === QUIET_TICK_MILLIS && this.#isQuiet(stretch.endedMillis)) this.#timer?.refresh();
    else this.#lookAtTurns();
  };

  #lookAtTurns(): void {
    this.#tickMillis = undefined;
    this.#runTurnCount = 0;
    this.#runStartMillis = performance.now();
    this.#immediate = setImmediate(this.#onTurn).unref();
  }

  #countTurns(tickMillis: number): void {
    this.#tickMillis = tickMillis;
    this.#countedTurns = readTurnCount();
    this.#timer = setTimeout(this.#onTick, tickMillis).unref();
  }

  #isQuiet(nowMillis: number): boolean {
    return this.#heartbeatMillis > 0 && nowMillis - this.#lastBlockMillis >= QUIET_AFTER_MILLIS;
  }

  #closeTurn({ endedMillis, elapsedMillis, sleptMillis, busyMillis }: Stretch): void {
    const longestSleepMillis =
      this.#heartbeatMillis > 0 ? this.#heartbeatMillis + TIMER_GRAIN_MILLIS : Number.POSITIVE_INFINITY;
    this.#log.observe(elapsedMillis);
    if (busyMillis < EMPTY_TURN_MILLIS) this.#ordinaryTurnMillis += (busyMillis - this.#ordinaryTurnMillis) / 16;
    const ownMillis = busyMillis < BLOCK_FLOOR_MILLIS ? 0 : Math.min(this.#ordinaryTurnMillis, EMPTY_TURN_MILLIS);
    this.#record(endedMillis, busyMillis - ownMillis + Math.max(0, sleptMillis - longestSleepMillis));
  }

  /** Of what the turns took together, the ordinary length belongs to each; what is left was one block. */
  #closeTick({ endedMillis, elapsedMillis, sleptMillis, busyMillis }: Stretch, tickMillis: number): void {
    const turnCount = Math.max(1, readTurnCount() - this.#countedTurns);
    this.#countedTurns += turnCount;
    this.#log.observe(elapsedMillis);
    const totalMillis = busyMillis + Math.max(0, sleptMillis - tickMillis - TIMER_GRAIN_MILLIS);
    const ordinaryMillis = tickMillis === QUIET_TICK_MILLIS ? BLOCK_FLOOR_MILLIS : tickMillis + TIMER_GRAIN_MILLIS;
    if (totalMillis <= ordinaryMillis) {
      this.#ordinaryTurnMillis = totalMillis / turnCount;
      this.#log.recordAlike(this.#ordinaryTurnMillis, turnCount);
      return;
    }
    const otherMillis = Math.min((turnCount - 1) * this.#ordinaryTurnMillis, totalMillis);
    if (otherMillis > 0) this.#log.recordAlike(otherMillis / (turnCount - 1), turnCount - 1);
    this.#record(endedMillis, totalMillis - otherMillis);
  }

  #record(endedMillis: number, blockMillis: number): void {
    this.#log.record(endedMillis - blockMillis, blockMillis);
    if (blockMillis >= BLOCK_FLOOR_MILLIS) this.#lastBlockMillis = endedMillis;
  }
}

interface UvMetrics {
  readonly uvMetricsInfo?: { readonly loopCount: number };
}

/** Node 20.18 and 22.8 count the turns; elsewhere all that a tick sees is taken for one. */
function readTurnCount(): number {
  return (performance.nodeTiming as UvMetrics).uvMetricsInfo?.loopCount ?? 0;
}
