import fc from 'fast-check';
import { ArrivalWeightedDelay, type DelayBucket } from 'offloop/loop-delay';
import { describe, expect, it } from 'vitest';
import { createRandom } from '#gate/statistics/random';
import { quantileOfSorted } from '#gate/statistics/sample-statistics';
import {
  chanceToMeet,
  estimateFractionInBlocksOver,
  fractionInBlocksOver,
  percentileOfLargestWait,
  waitsOf,
} from './loop-waits.js';

const DRAW_COUNT = 40_000;

const TEN_OF_A_HUNDRED = new ArrivalWeightedDelay([[10, 1]], 100);

/** Loops that are busy for a part of their time. */
const delays = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 5 })), { minLength: 1, maxLength: 5 })
  .chain((blocks) => {
    const busyMillis = blocks.reduce((sum, [millis, count]) => sum + millis * count, 0);
    return fc
      .integer({ min: busyMillis, max: 4 * busyMillis })
      .map((observedMillis) => new ArrivalWeightedDelay(blocks as DelayBucket[], observedMillis));
  });

function drawMany(delay: ArrivalWeightedDelay, draw = waitsOf(delay)): Float64Array {
  const random = createRandom(7);
  return Float64Array.from({ length: DRAW_COUNT }, () => draw(random)).sort();
}

describe('waitsOf', () => {
  it('draws what the arrival-weighted distribution says, whatever the blocks', () => {
    fc.assert(
      fc.property(delays, (delay) => {
        const waits = drawMany(delay);
        for (const limit of [0, 3, 12]) {
          const share = waits.filter((wait) => wait > limit).length / DRAW_COUNT;
          expect(Math.abs(share - delay.fractionAbove(limit))).toBeLessThan(0.015);
        }
        expect(waits.at(-1)).toBeLessThanOrEqual(delay.maxMillis);
      }),
      { numRuns: 25 },
    );
  });

  it('draws no wait from a loop that was never blocked', () => {
    expect(drawMany(new ArrivalWeightedDelay([], 100)).at(-1)).toBe(0);
  });
});

describe('percentileOfLargestWait', () => {
  it('is the percentile of the wait itself for one service', () => {
    expect(percentileOfLargestWait(TEN_OF_A_HUNDRED, 1, 99)).toBeCloseTo(TEN_OF_A_HUNDRED.percentileMillis(99), 9);
  });

  it('is what the largest of many draws gives', () => {
    const delay = new ArrivalWeightedDelay(
      [
        [2, 20],
        [30, 1],
      ],
      300,
    );
    const draw = waitsOf(delay);
    const largest = drawMany(delay, (random) => Math.max(...Array.from({ length: 6 }, () => draw(random))));
    for (const percentile of [50, 90, 99]) {
      const drawn = quantileOfSorted(largest, percentile / 100);
      expect(Math.abs(drawn - percentileOfLargestWait(delay, 6, percentile))).toBeLessThan(0.6);
    }
  });
});

describe('chanceToMeet', () => {
  it('is f for one service, and 1 for a loop that does nothing else', () => {
    expect(chanceToMeet(0.02, 1)).toBeCloseTo(0.02, 12);
    expect(chanceToMeet(1, 3)).toBe(1);
    expect(chanceToMeet(0, 1_000)).toBe(0);
  });

  it('is how often one of many draws is in a block', () => {
    const fraction = fractionInBlocksOver(TEN_OF_A_HUNDRED, 0);
    const random = createRandom(3);
    const hasMet = () => Array.from({ length: 12 }, () => random() < fraction).includes(true);
    const share = Array.from({ length: DRAW_COUNT }, hasMet).filter(Boolean).length / DRAW_COUNT;
    expect(Math.abs(share - chanceToMeet(fraction, 12))).toBeLessThan(0.01);
  });
});

it('a share of one trial in twelve has an interval from next to nothing to several times itself', () => {
  const quiet = Array.from({ length: 11 }, () => new ArrivalWeightedDelay([[5, 4]], 1_000));
  const blocked = new ArrivalWeightedDelay([[30, 8]], 1_000);
  const interval = estimateFractionInBlocksOver([...quiet, blocked], 20);
  expect(interval?.estimate).toBeCloseTo(0.02, 12);
  expect(interval?.low).toBe(0);
  expect(interval?.high).toBeGreaterThan(0.04);
  expect(estimateFractionInBlocksOver([blocked, blocked], 20)).toBeNull();
});

it('fractionInBlocksOver counts the whole of every longer block and nothing of a shorter', () => {
  const delay = new ArrivalWeightedDelay(
    [
      [5, 4],
      [20, 2],
    ],
    200,
  );
  expect(fractionInBlocksOver(delay, 0)).toBeCloseTo(0.3, 12);
  expect(fractionInBlocksOver(delay, 5)).toBeCloseTo(0.2, 12);
  expect(fractionInBlocksOver(delay, 20)).toBe(0);
});
