import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RecentMap } from './recent-map.js';

it('remembers at least the last half of its bound, never more than the bound, and counts the rest', () => {
  const keys = fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 200 });
  fc.assert(
    fc.property(keys, fc.integer({ min: 1, max: 10 }), (numbers, halfBound) => {
      const map = new RecentMap<number>(halfBound * 2);
      let addedCount = 0;
      numbers.forEach((number, index) => {
        if (map.get(String(number)) === undefined) addedCount += 1;
        map.set(String(number), index);
        expect(map.get(String(number))).toBe(index);
        expect(map.size).toBeLessThanOrEqual(halfBound * 2);
        expect(map.size + map.forgottenCount).toBe(addedCount);
      });
      const recentFirst = [...new Set(numbers.toReversed())];
      for (const number of recentFirst.slice(0, halfBound)) {
        expect(map.get(String(number))).toBe(numbers.lastIndexOf(number));
      }
      expect([...map.values()].toSorted()).toEqual([...map.entries()].map(([, value]) => value).toSorted());
    }),
  );
});
