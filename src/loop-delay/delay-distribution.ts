import { checkPercentile, type DelayBucket, type DelayCurve, mergeBuckets } from './delay-curve.js';

/** A distribution in which every sample counts once. */
export class DelayDistribution implements DelayCurve {
  /** Ascending by delay. */
  readonly buckets: readonly DelayBucket[];
  readonly sampleCount: number;

  constructor(buckets: readonly DelayBucket[]) {
    this.buckets = mergeBuckets([buckets.filter(([, count]) => count > 0)]);
    this.sampleCount = this.buckets.reduce((sum, [, count]) => sum + count, 0);
  }

  static merge(distributions: readonly DelayDistribution[]): DelayDistribution {
    return new DelayDistribution(mergeBuckets(distributions.map(({ buckets }) => buckets)));
  }

  /** The shortest delay, in milliseconds; `NaN` when nothing was observed. */
  get minMillis(): number {
    return this.buckets[0]?.[0] ?? Number.NaN;
  }

  get maxMillis(): number {
    return this.buckets.at(-1)?.[0] ?? Number.NaN;
  }

  get meanMillis(): number {
    return this.buckets.reduce((sum, [delayMillis, count]) => sum + delayMillis * count, 0) / this.sampleCount;
  }

  /** In milliseconds; `NaN` when nothing was observed. */
  get standardDeviationMillis(): number {
    const { meanMillis } = this;
    const squares = this.buckets.reduce(
      (sum, [delayMillis, count]) => sum + (delayMillis - meanMillis) ** 2 * count,
      0,
    );
    return Math.sqrt(squares / this.sampleCount);
  }

  percentileMillis(percentile: number): number {
    checkPercentile(percentile);
    const rank = (percentile / 100) * this.sampleCount;
    let seenCount = 0;
    for (const [delayMillis, count] of this.buckets) {
      seenCount += count;
      // 99.9 / 100 * 1000 is a hair above 999; without the allowance the rank would slip to the next sample.
      if (seenCount >= rank - 1e-9 * this.sampleCount) return delayMillis;
    }
    return this.maxMillis;
  }

  fractionAbove(delayMillis: number): number {
    let aboveCount = 0;
    for (const [bucketMillis, count] of this.buckets) if (bucketMillis > delayMillis) aboveCount += count;
    return aboveCount / this.sampleCount;
  }
}
