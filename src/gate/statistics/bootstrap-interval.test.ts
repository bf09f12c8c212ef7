import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bootstrapInterval } from './bootstrap-interval.js';
import { createRandom } from './random.js';
import { median } from './sample-statistics.js';

const sample = fc.array(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 6, maxLength: 12 });
const FAST = { resampleCount: 200 };

describe('bootstrapInterval', () => {
  it('is the same for the same seed, and another for another', () => {
    const values = [3, 1, 4, 1.5, 9, 2.6, 5, 3.5];
    // A median's ends are values of the sample, whatever the seed; a mean's are not.
    const mean = (drawn: ArrayLike<number>) => Array.from(drawn).reduce((sum, value) => sum + value / drawn.length, 0);
    const drawWith = (seed: number) => bootstrapInterval(values, mean, { seed });
    expect(drawWith(7)).toEqual(drawWith(7));
    expect(drawWith(8)).not.toEqual(drawWith(7));
  });

  it('lies within the sample and in order', () => {
    fc.assert(
      fc.property(sample, (values) => {
        const interval = bootstrapInterval(values, median, FAST);
        if (interval === null) throw new Error('expected an interval');
        expect(interval.low).toBeLessThanOrEqual(interval.high);
        expect(interval.low).toBeGreaterThanOrEqual(Math.min(...values));
        expect(interval.high).toBeLessThanOrEqual(Math.max(...values));
      }),
      { numRuns: 50 },
    );
  });

  it('moves with the values and is turned round with their sign', () => {
    fc.assert(
      fc.property(sample, fc.integer({ min: -500, max: 500 }), (values, shift) => {
        const at = bootstrapInterval(values, median, FAST);
        const shifted = bootstrapInterval(
          values.map((value) => value + shift),
          median,
          FAST,
        );
        const turned = bootstrapInterval(
          values.map((value) => -value),
          median,
          FAST,
        );
        if (at === null || shifted === null || turned === null) throw new Error('expected intervals');
        expect(shifted.low).toBeCloseTo(at.low + shift, 6);
        expect(shifted.high).toBeCloseTo(at.high + shift, 6);
        // The same resamples, so the same interval but for the interpolation at its ends.
        expect(turned.low).toBeCloseTo(-at.high, 3);
        expect(turned.high).toBeCloseTo(-at.low, 3);
      }),
      { numRuns: 50 },
    );
  });

  it('is wider the more confidence is asked for', () => {
    const values = [3, 1, 4, 1.5, 9, 2.6, 5, 3.5];
    const width = (confidence: number) => {
      const interval = bootstrapInterval(values, median, { confidence });
      return interval === null ? Number.NaN : interval.high - interval.low;
    };
    expect(width(0.8)).toBeLessThan(width(0.95));
    expect(width(0.95)).toBeLessThan(width(0.99));
  });

  it('has no width where the values have no spread', () => {
    expect(bootstrapInterval([5, 5, 5, 5, 5, 5], median)).toMatchObject({ estimate: 5, low: 5, high: 5 });
  });

  // A machine that pauses once in a run must not decide it: the mean of any two values would be drawn along.
  it.each([9, 10, 12])('stays with the other values when one of %i is far off', (valueCount) => {
    const values = Array.from({ length: valueCount - 1 }, (_, index) => 3 + index / 10);
    for (let seed = 1; seed <= 20; seed += 1) {
      expect(bootstrapInterval([...values, -100], median, { seed })?.low).toBeGreaterThanOrEqual(3);
    }
  });

  it('is null for fewer than three values', () => {
    expect(bootstrapInterval([1, 2], median)).toBeNull();
  });

  // What the interval promises, checked where it is hardest: few values of a skewed or a contaminated distribution.
  describe.each([
    ['log-normal', (normal: () => number) => Math.exp(normal())],
    ['the difference of two log-normals', (normal: () => number) => Math.exp(normal()) - Math.exp(normal())],
    ['normal with one value in ten from a tenfold spread', contaminate],
  ])('of values that are %s', (_, drawWith) => {
    it.each([8, 10, 20])('covers the true value of %i in 0.90 to 0.98 of the runs at 0.95', (valueCount) => {
      const random = createRandom(valueCount);
      const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
      const draw = () => drawWith(normal);
      const truth = findTrueMedian(draw);
      let coveredCount = 0;
      for (let run = 0; run < RUN_COUNT; run += 1) {
        const values = Array.from({ length: valueCount }, draw);
        const interval = bootstrapInterval(values, median, { seed: run, resampleCount: 400 });
        if (interval !== null && interval.low <= truth && truth <= interval.high) coveredCount += 1;
      }
      expect(coveredCount / RUN_COUNT).toBeGreaterThanOrEqual(0.9);
      expect(coveredCount / RUN_COUNT).toBeLessThanOrEqual(0.98);
    });
  });
});

const RUN_COUNT = 400;

function contaminate(normal: () => number): number {
  const value = normal();
  // A tenth of all normal values lies beyond 1.645 on either side.
  return Math.abs(normal()) > 1.645 ? 10 * value : value;
}

/** Of the distribution. */
function findTrueMedian(draw: () => number): number {
  return median(Float64Array.from({ length: 200_000 }, draw));
}
