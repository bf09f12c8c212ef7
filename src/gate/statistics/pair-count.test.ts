import { describe, expect, it } from 'vitest';
import { estimatePairCount } from './pair-count.js';

describe('estimatePairCount', () => {
  // Spread 1: 1.96² / 0.5² is 16, and Student's quantile makes it 18.
  const differences = [-1, 1, -1, 1, -1, 1, -1, 1].map((sign) => sign * Math.sqrt(7 / 8));

  it('grows with the square of the precision', () => {
    expect(estimatePairCount(differences, { halfWidthMillis: 0.5 })).toBe(18);
    const finer = estimatePairCount(differences, { halfWidthMillis: 0.05 });
    expect(finer).toBeGreaterThan(1_530);
    expect(finer).toBeLessThan(1_550);
  });

  it('is the least there can be when the differences are all the same', () => {
    expect(estimatePairCount([2, 2, 2], { halfWidthMillis: 1 })).toBe(3);
  });

  it('is unknown without a spread', () => {
    expect(estimatePairCount([1, 2], { halfWidthMillis: 1 })).toBeNull();
  });
});
