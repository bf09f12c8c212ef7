import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comparePairs, rankBiserialCorrelation } from './paired-comparison.js';

const differences = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 20 });

/** By its other definition: over all pairs of differences, how often their mean is above 0, less how often below. */
function defineRankBiserial(sized: readonly number[]): number {
  let sum = 0;
  let count = 0;
  sized.forEach((a, index) => {
    for (const b of sized.slice(index)) {
      sum += Math.sign(a + b);
      count += 1;
    }
  });
  return count === 0 ? 0 : sum / count;
}

describe('rankBiserialCorrelation', () => {
  it('is the balance of the means of all pairs of differences that are not 0', () => {
    fc.assert(
      fc.property(differences, (sample) => {
        const sized = sample.filter((difference) => difference !== 0);
        expect(rankBiserialCorrelation(sample)).toBeCloseTo(defineRankBiserial(sized), 9);
      }),
    );
  });

  it('is 1 when every pair rose, −1 when every pair fell, 0 when nothing moved', () => {
    expect(rankBiserialCorrelation([1, 2, 2, 7])).toBe(1);
    expect(rankBiserialCorrelation([-1, -2, -2, -7])).toBe(-1);
    expect(rankBiserialCorrelation([0, 0])).toBe(0);
    expect(rankBiserialCorrelation([])).toBeNaN();
  });
});

describe('comparePairs', () => {
  it('lets what drifts from block to block drop out', () => {
    const pairs = Array.from({ length: 8 }, (_, block) => ({ baseline: 100 * block, candidate: 100 * block + 3 }));
    expect(comparePairs(pairs).difference).toMatchObject({ estimate: 3, low: 3, high: 3 });
  });

  it('gives a ratio its interval on the scale of ratios', () => {
    const pairs = Array.from({ length: 8 }, (_, block) => ({ baseline: block + 1, candidate: 4 * (block + 1) }));
    expect(comparePairs(pairs).ratio?.estimate).toBeCloseTo(4, 9);
    expect(comparePairs(pairs).ratio?.high).toBeCloseTo(4, 9);
  });

  it('has no ratio to a baseline of 0, as an idle loop has', () => {
    const pairs = Array.from({ length: 8 }, () => ({ baseline: 0, candidate: 2 }));
    expect(comparePairs(pairs)).toMatchObject({ ratio: null, effectSize: 1, pairCount: 8 });
  });
});
