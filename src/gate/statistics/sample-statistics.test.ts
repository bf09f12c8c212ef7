import { describe, expect, it } from 'vitest';
import { normalCdf, normalQuantile, quantileOfSorted, studentQuantile } from './sample-statistics.js';

describe('normalCdf and normalQuantile', () => {
  it.each([
    [0.005, -2.5758293],
    [0.025, -1.959964],
    [0.5, 0],
    [0.9, 1.2815516],
    [0.975, 1.959964],
  ])('know the quantile of %f', (fraction, z) => {
    expect(normalQuantile(fraction)).toBeCloseTo(z, 5);
    expect(normalCdf(z)).toBeCloseTo(fraction, 6);
  });
});

describe('studentQuantile', () => {
  // Tables of Student's distribution.
  it.each([
    [0.975, 4, 2.7764],
    [0.975, 7, 2.3646],
    [0.975, 19, 2.093],
    [0.95, 5, 2.015],
    [0.995, 9, 3.2498],
    [0.995, 4, 4.6041],
  ])('of %f with %i degrees of freedom is near that of the table', (fraction, degreesOfFreedom, t) => {
    expect(Math.abs(studentQuantile(fraction, degreesOfFreedom) / t - 1)).toBeLessThan(0.01);
  });
});

describe('quantileOfSorted', () => {
  it('interpolates between the two nearest values', () => {
    expect(quantileOfSorted(Float64Array.of(1, 2, 3, 5), 0.5)).toBe(2.5);
    expect(quantileOfSorted(Float64Array.of(1, 2, 3, 5), 1)).toBe(5);
  });
});
