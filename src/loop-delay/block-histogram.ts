import type { DelayBucket } from './delay-curve.js';

/** A power of two; half of it is the number of buckets in which a doubling is divided. */
const LINEAR_BUCKET_COUNT = 256;
const BUCKETS_PER_DOUBLING_COUNT = LINEAR_BUCKET_COUNT / 2;
const LINEAR_BITS_COUNT = 8;
const MAX_MICROS = 2 ** 32 - 1;

/**
 * Counts delays in buckets no wider than 0.8 % of their value, from 1 µs to 71 minutes; longer ones count as 71 minutes.
 *
 * Its own few lines because it records on the loop that is being measured: no allocation, no call into C++. The grid is
 * the one of HDR histograms, so the buckets of any two processes add up.
 */
export class BlockHistogram {
  readonly #counts = new Float64Array(LINEAR_BUCKET_COUNT + (32 - LINEAR_BITS_COUNT) * BUCKETS_PER_DOUBLING_COUNT);

  record(delayMillis: number, count = 1): void {
    const index = findIndex(Math.min(Math.round(delayMillis * 1_000), MAX_MICROS));
    this.#counts[index] = (this.#counts[index] ?? 0) + count;
  }

  reset(): void {
    this.#counts.fill(0);
  }

  /** The counted delays, each given as the middle of its bucket. Ascending. */
  listBuckets(): DelayBucket[] {
    const buckets: DelayBucket[] = [];
    this.#counts.forEach((count, index) => {
      if (count > 0) buckets.push([findMiddleMicros(index) / 1_000, count]);
    });
    return buckets;
  }
}

function findIndex(micros: number): number {
  if (micros < LINEAR_BUCKET_COUNT) return micros;
  const doublings = 32 - LINEAR_BITS_COUNT - Math.clz32(micros);
  const significant = micros >>> doublings;
  return LINEAR_BUCKET_COUNT + (doublings - 1) * BUCKETS_PER_DOUBLING_COUNT + significant - BUCKETS_PER_DOUBLING_COUNT;
}

function findMiddleMicros(index: number): number {
  if (index < LINEAR_BUCKET_COUNT) return index;
  const aboveLinear = index - LINEAR_BUCKET_COUNT;
  const doublings = Math.floor(aboveLinear / BUCKETS_PER_DOUBLING_COUNT) + 1;
  const significant = (aboveLinear % BUCKETS_PER_DOUBLING_COUNT) + BUCKETS_PER_DOUBLING_COUNT;
  const width = 2 ** doublings;
  return significant * width + (width - 1) / 2;
}
