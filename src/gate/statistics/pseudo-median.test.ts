import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pseudoMedian } from './pseudo-median.js';

const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 30 });

/** By its definition, with nothing spared. */
function definePseudoMedian(sample: readonly number[]): number {
  const means = sample.flatMap((a, index) => sample.slice(index).map((b) => (a + b) / 2)).sort((a, b) => a - b);
  const middle = (means.length - 1) / 2;
  return ((means[Math.floor(middle)] ?? 0) + (means[Math.ceil(middle)] ?? 0)) / 2;
}

describe('pseudoMedian', () => {
  it('is the median of the means of all pairs', () => {
    fc.assert(
      fc.property(values, (sample) => {
        expect(pseudoMedian(sample)).toBeCloseTo(definePseudoMedian(sample), 6);
      }),
    );
  });

  it('is the center of a symmetric sample', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: -1_000, max: 1_000 }), (distances, center) => {
        const sample = distances.flatMap((distance) => [center - distance, center + distance]);
        expect(pseudoMedian(sample)).toBeCloseTo(center, 6);
      }),
    );
  });

  it('hardly moves for one value that is far off', () => {
    const sample = [1, 2, 3, 4, 5, 6, 7, 8, 9];
    expect(Math.abs(pseudoMedian([...sample, 1e9]) - pseudoMedian(sample))).toBeLessThan(1);
  });

  it('of nothing is NaN', () => {
    expect(pseudoMedian([])).toBeNaN();
  });
});
