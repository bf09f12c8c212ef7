import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundMean, fitTrend, mean } from './trend.js';

const SECONDS = 300;

function makeSeries(read: (second: number) => number): number[] {
  return Array.from({ length: SECONDS }, (_, second) => read(second));
}

/** A heap that fills and is collected every 17 s. */
const sawTooth = (second: number) => (second % 17) * 100;

describe('fitTrend', () => {
  it('finds the slope of a line, and no doubt about it', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1_000, max: 1_000 }), fc.integer({ min: 0, max: 1_000 }), (slope, start) => {
        const { slopePerSecond, interval } = fitTrend(makeSeries((second) => start + slope * second));
        expect(slopePerSecond).toBeCloseTo(slope, 6);
        expect(interval.low).toBeCloseTo(slope, 6);
        expect(interval.high).toBeCloseTo(slope, 6);
      }),
      { numRuns: 20 },
    );
  });

  it('takes a heap that fills and is collected for flat', () => {
    const { interval } = fitTrend(makeSeries(sawTooth));
    expect(interval.low).toBeLessThan(0);
    expect(interval.high).toBeGreaterThan(0);
  });

  it('sees a leak below it', () => {
    const { interval } = fitTrend(makeSeries((second) => sawTooth(second) + 20 * second));
    expect(interval.low).toBeGreaterThan(0);
    expect(interval.low).toBeLessThan(20);
    expect(interval.high).toBeGreaterThan(20);
  });

  it('says the same of the same series', () => {
    expect(fitTrend(makeSeries(sawTooth))).toEqual(fitTrend(makeSeries(sawTooth)));
  });
});

describe('boundMean', () => {
  it('lies about the mean, wider where neighbours hang together', () => {
    const slow = makeSeries((second) => (second < SECONDS / 2 ? 0 : 10));
    const fast = makeSeries((second) => (second % 2) * 10);
    for (const series of [slow, fast]) {
      const { low, high } = boundMean(series);
      expect(low).toBeLessThanOrEqual(mean(series));
      expect(high).toBeGreaterThanOrEqual(mean(series));
    }
    const width = (series: number[]) => boundMean(series).high - boundMean(series).low;
    expect(width(slow)).toBeGreaterThan(5 * width(fast));
  });
});
