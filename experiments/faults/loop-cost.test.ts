import { expect, it } from 'vitest';
import { createRandom } from '#gate/statistics/random';
import { measureLoopCost } from './loop-cost.js';

/** Of 25 rounds on a machine that pauses for a while now and then. */
function makeP99s(seed: number, killMillis: number): number[] {
  const random = createRandom(seed);
  return Array.from({ length: 25 }, () => random() * 2 + killMillis + (random() < 0.15 ? 40 : 0));
}

it('kills that cost nothing add nothing, whatever the machine does', () => {
  for (let seed = 1; seed <= 20; seed++) {
    expect(measureLoopCost(makeP99s(seed, 0), makeP99s(seed + 100, 0)).leastExtraMillis).toBeLessThan(1);
  }
});

it('kills that cost 5 ms add more than noise', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const cost = measureLoopCost(makeP99s(seed, 0), makeP99s(seed + 100, 5));
    expect(cost.leastExtraMillis).toBeGreaterThan(2.5);
    expect(cost.disturbedMillis - cost.calmMillis).toBeGreaterThan(3);
  }
});

it('nothing measured is no figure', () => {
  expect(measureLoopCost([], []).leastExtraMillis).toBeNaN();
});
