import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createRandom } from '#gate/statistics/random';
import { draw } from './draw.js';

it('takes no item twice and none that is not there', () => {
  fc.assert(
    fc.property(fc.nat(30), fc.nat(40), fc.nat(), (itemCount, count, seed) => {
      const items = Array.from({ length: itemCount }, (_, index) => index);
      const drawn = draw(items, count, createRandom(seed));
      expect(drawn).toHaveLength(Math.min(count, itemCount));
      expect(new Set(drawn).size).toBe(drawn.length);
      expect(drawn.every((item) => items.includes(item))).toBe(true);
    }),
  );
});

it('takes every item as often as any other', () => {
  const random = createRandom(4);
  const counts = [0, 0, 0, 0];
  for (let round = 0; round < 4_000; round += 1) {
    for (const item of draw([0, 1, 2, 3], 2, random)) counts[item] = (counts[item] ?? 0) + 1;
  }
  // 2,000 each; five standard deviations are 158.
  for (const count of counts) expect(Math.abs(count - 2_000)).toBeLessThan(158);
});
