import { ArrivalWeightedDelay } from 'offloop/loop-delay';
import { expect, it } from 'vitest';
import { predictWaits } from './predict-waits.js';

const SETTINGS = { requestCount: 20_000, seed: 2 };
const HALF_OF_THE_TIME = new ArrivalWeightedDelay([[10, 5]], 100);
const NEVER = new ArrivalWeightedDelay([], 100);

function shareAbove(waits: Float64Array, limit: number): number {
  return waits.filter((wait) => wait > limit).length / waits.length;
}

it('adds up the waits of services that ask in turn, and what the way took longer', () => {
  const waits = predictWaits([3], [HALF_OF_THE_TIME, NEVER, HALF_OF_THE_TIME], 'in turn', SETTINGS);
  expect(waits[0]).toBe(3);
  expect(waits.at(-1)).toBeGreaterThan(20);
  expect(waits.at(-1)).toBeLessThanOrEqual(23);
  expect(Math.abs(shareAbove(waits, 3) - 0.75)).toBeLessThan(0.02);
});

it('takes the longest of those that are asked at once, after the first', () => {
  const waits = predictWaits([0], [NEVER, HALF_OF_THE_TIME, HALF_OF_THE_TIME], 'at once', SETTINGS);
  expect(waits.at(-1)).toBeLessThanOrEqual(10);
  // Both have to be within 5 ms: (1 − 0.25)².
  expect(Math.abs(shareAbove(waits, 5) - (1 - 0.75 ** 2))).toBeLessThan(0.02);
});
