import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BlockHistogram } from './block-histogram.js';

function recordOne(delayMillis: number): number | undefined {
  const histogram = new BlockHistogram();
  histogram.record(delayMillis);
  expect(histogram.listBuckets()).toHaveLength(1);
  return histogram.listBuckets()[0]?.[0];
}

describe('BlockHistogram', () => {
  it('gives back each delay within 0.4 %, or half a microsecond', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 3_600_000, noNaN: true }), (delayMillis) => {
        const toleranceMillis = Math.max(0.0005, delayMillis * 0.004) + 1e-9;
        expect(Math.abs((recordOne(delayMillis) ?? Number.NaN) - delayMillis)).toBeLessThanOrEqual(toleranceMillis);
      }),
    );
  });

  it('keeps the order of delays', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e5, noNaN: true }),
        fc.double({ min: 0, max: 1e5, noNaN: true }),
        (a, b) => {
          const [shorter, longer] = [Math.min(a, b), Math.max(a, b)];
          expect(recordOne(shorter)).toBeLessThanOrEqual(recordOne(longer) ?? Number.NaN);
        },
      ),
    );
  });

  it('counts every delay, the endless ones in the last bucket', () => {
    const histogram = new BlockHistogram();
    for (const delayMillis of [0, 0.2559, 0.256, 0.2561, 5, 5, 1e12]) histogram.record(delayMillis);
    expect(histogram.listBuckets().reduce((sum, [, count]) => sum + count, 0)).toBe(7);
    expect(histogram.listBuckets().at(-1)?.[0]).toBeCloseTo(2 ** 32 / 1_000, -5);
    histogram.reset();
    expect(histogram.listBuckets()).toEqual([]);
  });
});
