import { createHistogram } from 'node:perf_hooks';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readNativeHistogram, samplesPerIteration } from './native-histogram.js';

describe('readNativeHistogram', () => {
  it('gives every sample with its count', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 4_000_000_000 }), { maxLength: 400 }), (samplesNanos) => {
        const histogram = createHistogram();
        const expected = new Map<number, number>();
        for (const sampleNanos of samplesNanos) {
          histogram.record(sampleNanos);
          const single = createHistogram();
          single.record(sampleNanos);
          const bucketMillis = single.percentile(100) / 1e6;
          expected.set(bucketMillis, (expected.get(bucketMillis) ?? 0) + 1);
        }
        const distribution = readNativeHistogram(histogram);
        expect(distribution.sampleCount).toBe(samplesNanos.length);
        expect(new Map(distribution.buckets)).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('needs few queries where most samples are alike', () => {
    const histogram = createHistogram();
    for (let sample = 0; sample < 100_000; sample += 1)
      histogram.record(sample % 1_000 === 0 ? 50_000_000 : 10_000_000);
    let queryCount = 0;
    const counted = new Proxy(histogram, {
      get: (target, name) => {
        if (name === 'percentile') queryCount += 1;
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    expect(readNativeHistogram(counted).buckets.map(([, count]) => count)).toEqual([99_900, 100]);
    expect(queryCount).toBeLessThan(50);
  });
});

describe('samplesPerIteration', () => {
  it('is told by the version', () => {
    const versions = ['20.20.2', '22.23.3', '24.18.0', '24.19.0', '25.9.0', '26.4.0', '26.5.0', '28.0.0'];
    expect(versions.filter(samplesPerIteration)).toEqual(['24.19.0', '26.5.0', '28.0.0']);
  });
});
