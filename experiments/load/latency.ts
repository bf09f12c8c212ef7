import { Int32Histogram } from 'hdr-histogram-js';
import type { LatencySummary } from './protocol.js';

const MICROS_PER_MILLI = 1_000;
const LONGEST_MICROS = 3_600_000_000;
const SIGNIFICANT_DIGITS = 3;

/** A histogram of durations from a microsecond to an hour, to three significant digits. */
export class LatencyRecorder {
  readonly #histogram = new Int32Histogram(1, LONGEST_MICROS, SIGNIFICANT_DIGITS);

  record(millis: number): void {
    this.#histogram.recordValue(Math.min(Math.max(0, Math.round(millis * MICROS_PER_MILLI)), LONGEST_MICROS));
  }

  summarize(): LatencySummary {
    const histogram = this.#histogram;
    // The histogram answers with the upper end of a bucket, which may lie above the largest value.
    const percentileMillis = (percentile: number) =>
      Math.min(histogram.getValueAtPercentile(percentile), histogram.maxValue) / MICROS_PER_MILLI;
    return {
      count: histogram.totalCount,
      meanMillis: histogram.mean / MICROS_PER_MILLI,
      p50Millis: percentileMillis(50),
      p90Millis: percentileMillis(90),
      p99Millis: percentileMillis(99),
      p999Millis: percentileMillis(99.9),
      maxMillis: histogram.maxValue / MICROS_PER_MILLI,
      buckets: this.#listBuckets(),
    };
  }

  #listBuckets(): LatencySummary['buckets'] {
    const buckets: { upToMillis: number; count: number }[] = [];
    const values = this.#histogram.recordedValuesIterator;
    values.reset();
    while (values.hasNext()) {
      const { valueIteratedTo, countAtValueIteratedTo } = values.next();
      buckets.push({ upToMillis: valueIteratedTo / MICROS_PER_MILLI, count: countAtValueIteratedTo });
    }
    return buckets;
  }
}
