import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LatencyRecorder } from './latency.js';

function summarize(values: readonly number[]) {
  const recorder = new LatencyRecorder();
  for (const value of values) recorder.record(value);
  return recorder.summarize();
}

it('agrees with the sorted values to three digits', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0.01, max: 60_000, noNaN: true }), { minLength: 1, maxLength: 300 }),
      (values) => {
        const summary = summarize(values);
        const sorted = [...values].sort((a, b) => a - b);
        const expectNear = (actual: number, percentile: number) => {
          const expected = sorted[Math.max(0, Math.ceil((percentile / 100) * sorted.length) - 1)] ?? Number.NaN;
          expect(Math.abs(actual - expected)).toBeLessThanOrEqual(expected * 0.001 + 0.002);
        };
        expectNear(summary.p50Millis, 50);
        expectNear(summary.p90Millis, 90);
        expectNear(summary.p99Millis, 99);
        expectNear(summary.p999Millis, 99.9);
        expectNear(summary.maxMillis, 100);
        expect(summary.p999Millis).toBeLessThanOrEqual(summary.maxMillis);
      },
    ),
    { numRuns: 50 },
  );
});

it('keeps every value in its buckets', () => {
  const { count, buckets } = summarize([1, 1, 2, 500, 500.1, 30_000]);
  expect(count).toBe(6);
  expect(buckets.reduce((sum, bucket) => sum + bucket.count, 0)).toBe(6);
  expect(buckets.filter((bucket) => bucket.upToMillis >= 500).reduce((sum, bucket) => sum + bucket.count, 0)).toBe(3);
  expect(buckets.map((bucket) => bucket.upToMillis)).toEqual(
    [...buckets].map((bucket) => bucket.upToMillis).sort((a, b) => a - b),
  );
});

it('says nothing happened when nothing was recorded', () => {
  expect(summarize([])).toMatchObject({ count: 0, p99Millis: 0, maxMillis: 0, buckets: [] });
});
