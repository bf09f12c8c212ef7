import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DelayBucket, parseBuckets } from './delay-curve.js';
import { DelayDistribution } from './delay-distribution.js';

const samples = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 200 });

function distribute(delaysMillis: readonly number[]): DelayDistribution {
  return new DelayDistribution(delaysMillis.map((delayMillis): DelayBucket => [delayMillis, 1]));
}

describe('DelayDistribution', () => {
  it('gives the nearest-rank percentile of its samples', () => {
    fc.assert(
      fc.property(samples, fc.constantFrom(0, 1, 25, 50, 90, 99, 99.9, 100), (delaysMillis, percentile) => {
        const sorted = [...delaysMillis].sort((left, right) => left - right);
        const rank = Math.max(1, Math.ceil((percentile * 10 * sorted.length) / 1_000));
        expect(distribute(delaysMillis).percentileMillis(percentile)).toBe(sorted[rank - 1]);
      }),
    );
  });

  it('gives the fraction of its samples that are longer', () => {
    fc.assert(
      fc.property(samples, fc.integer({ min: -1, max: 51 }), (delaysMillis, delayMillis) => {
        const longerCount = delaysMillis.filter((other) => other > delayMillis).length;
        expect(distribute(delaysMillis).fractionAbove(delayMillis)).toBeCloseTo(longerCount / delaysMillis.length, 12);
      }),
    );
  });

  it('merges into the distribution of all samples', () => {
    fc.assert(
      fc.property(samples, samples, (first, second) => {
        const merged = DelayDistribution.merge([distribute(first), distribute(second)]);
        expect(merged).toEqual(distribute([...first, ...second]));
      }),
    );
  });

  it('reads NaN where there was no sample', () => {
    const empty = new DelayDistribution([]);
    expect([empty.percentileMillis(99), empty.maxMillis, empty.meanMillis, empty.fractionAbove(1)]).toEqual([
      NaN,
      NaN,
      NaN,
      NaN,
    ]);
  });
});

describe('parseBuckets', () => {
  it('names the bucket that is none', () => {
    expect(() => parseBuckets('raw', 'text')).toThrow('raw: expected a list of buckets, got string');
    for (const bucket of [[1], [1, 2, 3], ['1', 2], [1, -1], [Number.NaN, 1], null]) {
      expect(() => parseBuckets('raw', [[1, 1], bucket])).toThrow('raw[1]: expected [delayMillis, count]');
    }
  });
});
