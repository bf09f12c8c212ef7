// The sampler on a loop whose clock is a number: what it reads is its own doing, not the machine's.
import fc from 'fast-check';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ArrivalWeightedDelay } from './arrival-weighted.js';
import { BlockLog } from './block-log.js';
import type { DelayBucket } from './delay-curve.js';
import { TurnSampler } from './turn-sampler.js';

/** What a turn takes by itself, with the look. */
const TURN_MILLIS = 0.02;
const HEARTBEAT_MILLIS = 50;

const loop = vi.hoisted(() => {
  const state = {
    nowMillis: 0,
    idleMillis: 0,
    turnCount: 0,
    immediate: undefined as (() => void) | undefined,
    timer: undefined as { readonly fire: () => void; readonly dueMillis: number } | undefined,
  };
  const nodeTiming = {
    get idleTime() {
      return state.idleMillis;
    },
    get uvMetricsInfo() {
      return { loopCount: state.turnCount };
    },
  };
  const performance = { now: () => state.nowMillis, timeOrigin: 0, nodeTiming };
  const handle = { unref: () => handle };
  const timers = {
    setImmediate: (run: () => void) => {
      state.immediate = run;
      return handle;
    },
    clearImmediate: () => {
      state.immediate = undefined;
    },
    setTimeout: (fire: () => void, delayMillis: number) => {
      state.timer = { fire, dueMillis: state.nowMillis + delayMillis };
      return handle;
    },
    clearTimeout: () => {
      state.timer = undefined;
    },
  };
  return { state, timers, perfHooks: { performance } };
});

vi.mock('node:perf_hooks', () => loop.perfHooks);
vi.mock('node:timers', () => loop.timers);

interface Handler {
  /** From the start of the one before; at once where that is over already. */
  readonly afterMillis: number;
  readonly busyMillis: number;
}

beforeEach(() => {
  Object.assign(loop.state, { nowMillis: 0, idleMillis: 0, turnCount: 0, immediate: undefined, timer: undefined });
});

/** Runs a loop in which socket callbacks are all that happens, beside `raw`'s timer and the sampler's own. */
function run(handlers: readonly Handler[], heartbeatMillis: number) {
  const { state } = loop;
  const log = new BlockLog(10);
  const sampler = new TurnSampler(log, heartbeatMillis);
  let heartbeatMillisDue = heartbeatMillis > 0 ? heartbeatMillis : Number.POSITIVE_INFINITY;
  const waiting = [...handlers].reverse();
  let handler = waiting.pop();
  let handlerDueMillis = handler?.afterMillis ?? Number.POSITIVE_INFINITY;
  while (handler) {
    state.turnCount += 1;
    if (state.timer && state.timer.dueMillis <= state.nowMillis) {
      const { fire } = state.timer;
      state.timer = undefined;
      fire();
    }
    while (heartbeatMillisDue <= state.nowMillis) heartbeatMillisDue += heartbeatMillis;
    const wakesMillis = Math.min(handlerDueMillis, heartbeatMillisDue, state.timer?.dueMillis ?? Infinity);
    const sleptMillis = Math.max(0, wakesMillis - state.nowMillis);
    state.idleMillis += sleptMillis;
    state.nowMillis += sleptMillis + TURN_MILLIS;
    if (handlerDueMillis <= state.nowMillis) {
      const startedMillis = handlerDueMillis;
      state.nowMillis += handler.busyMillis;
      handler = waiting.pop();
      handlerDueMillis = startedMillis + (handler?.afterMillis ?? 0);
    }
    const look = state.immediate;
    state.immediate = undefined;
    look?.();
  }
  sampler.sample();
  return log;
}

/** What was to be found, of handlers that never meet. */
function expectedOf(handlers: readonly Handler[], observedMillis: number): ArrivalWeightedDelay {
  return new ArrivalWeightedDelay(
    handlers.map(({ busyMillis }): DelayBucket => [busyMillis, 1]),
    observedMillis,
  );
}

function repeat(busyMillis: number, afterMillis: number, durationMillis: number): Handler[] {
  return Array.from({ length: Math.floor(durationMillis / afterMillis) }, () => ({ busyMillis, afterMillis }));
}

describe.each([HEARTBEAT_MILLIS, 0])(
  'TurnSampler on a simulated loop, with a heartbeat of %i ms',
  (heartbeatMillis) => {
    it.each([
      [0.6, 3],
      [0.7, 5],
      [0.9, 3],
      [0.7, 50],
      [0.9, 400],
    ])('reads handlers of %f ms every %i ms as no longer than they are', (busyMillis, everyMillis) => {
      const handlers = repeat(busyMillis, everyMillis, 20_000);
      const measured = run(handlers, heartbeatMillis).arrivalWeighted();
      const expected = expectedOf(handlers, measured.observedMillis);
      for (const percentile of [50, 90, 99, 99.9]) {
        const differenceMillis = measured.percentileMillis(percentile) - expected.percentileMillis(percentile);
        expect(Math.abs(differenceMillis)).toBeLessThan(0.05);
      }
      expect(measured.maxMillis).toBeLessThan(busyMillis + 0.05);
    });

    it('finds no block where work begins again after a quiet time', () => {
      const bursts = Array.from({ length: 8 }, () => [{ busyMillis: 0.7, afterMillis: 2_500 }, ...repeat(0.7, 3, 300)]);
      expect(run(bursts.flat(), heartbeatMillis).arrivalWeighted().maxMillis).toBeLessThan(0.75);
    });

    it('takes no more off a block than was done before the timer that counts turns was due', () => {
      const handlers = [
        ...Array.from({ length: 20 }, () => ({ busyMillis: 0.07, afterMillis: 0 })),
        // A good deal shorter than the turns before them.
        ...Array.from({ length: 80 }, () => ({ busyMillis: 0, afterMillis: 0 })),
        { busyMillis: 30, afterMillis: 0 },
        { busyMillis: 0, afterMillis: 100 },
      ];
      expect(run(handlers, heartbeatMillis).arrivalWeighted().maxMillis).toBeGreaterThan(30 - 2.5);
    });

    it('finds the handlers it was given, whatever their lengths and pauses', () => {
      const handlerOf = fc.record({
        busyMillis: fc.double({ min: 0.3, max: 30, noNaN: true }),
        idleMillis: fc.double({ min: 0.3, max: 3_000, noNaN: true }),
      });
      const handlersOf = fc.array(handlerOf, { minLength: 1, maxLength: 60 }).map((pairs) =>
        pairs.map(({ busyMillis, idleMillis }, index): Handler => {
          const beforeMillis = (pairs[index - 1]?.busyMillis ?? 0) + 2 * TURN_MILLIS;
          return { busyMillis, afterMillis: beforeMillis + idleMillis };
        }),
      );
      fc.assert(
        fc.property(handlersOf, (handlers) => {
          Object.assign(loop.state, { nowMillis: 0, idleMillis: 0, turnCount: 0, immediate: undefined });
          const log = run(handlers, heartbeatMillis);
          const measured = log.arrivalWeighted();
          const expected = expectedOf(handlers, measured.observedMillis);
          expect(measured.observedMillis).toBeCloseTo(loop.state.nowMillis, 6);
          // What is taken off a block for an empty turn may be up to half a millisecond.
          for (const thresholdMillis of [1, 3, 10]) {
            const above = (slackMillis: number) => expected.countAbove(thresholdMillis * 1.008 + slackMillis);
            expect(measured.countAbove(thresholdMillis)).toBeGreaterThanOrEqual(above(0.5));
            expect(measured.countAbove(thresholdMillis)).toBeLessThanOrEqual(above(-0.05 - thresholdMillis * 0.016));
          }
          expect(Math.abs(measured.maxMillis - expected.maxMillis)).toBeLessThan(0.5 + expected.maxMillis * 0.008);
        }),
      );
    });
  },
);
