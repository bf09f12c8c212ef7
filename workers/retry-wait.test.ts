import fc from 'fast-check';
import { expect, test } from 'vitest';
import { growingWaitMillis } from './retry-wait.js';

const LONG_MILLIS = 1e9;

test.each([
  [1, 0],
  [2, 500],
  [3, 1250],
  [4, 2375],
  [5, 4000],
  [6, 4000],
  [10_000, 4000],
])('after try %i the wait is about %i ms', (tryCount, expectedMillis) => {
  const waits = Array.from({ length: 200 }, () => growingWaitMillis(tryCount, LONG_MILLIS));
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(expectedMillis * 0.8);
  expect(Math.max(...waits)).toBeLessThanOrEqual(expectedMillis * 1.2);
  // Exporters that failed together must not come back together.
  if (expectedMillis > 0) expect(Math.max(...waits) - Math.min(...waits)).toBeGreaterThan(expectedMillis * 0.1);
});

test('a wait leaves time for the try after it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100 }), fc.double({ min: 0, max: 20_000, noNaN: true }), (tryCount, left) => {
      const waitMillis = growingWaitMillis(tryCount, left);
      expect(waitMillis).toBeGreaterThanOrEqual(0);
      expect(waitMillis).toBeLessThanOrEqual(left / 2);
    }),
  );
});
