import { normalQuantile, sampleStandardDeviation, studentQuantile } from './sample-statistics.js';

const MIN_PAIR_COUNT = 3;
const MAX_PAIR_COUNT = 1_000_000;

export interface Precision {
  /** How far the interval may reach to either side of the estimate. Above 0. */
  readonly halfWidthMillis: number;
  /** @default 0.95 */
  readonly confidence?: number;
}

/**
 * How many pairs an interval of the wanted precision takes, judged by the spread of the differences so far; null where
 * fewer than 3 leave the spread unknown. Itself an estimate: from 10 pairs it may be a factor of 2 off.
 */
export function estimatePairCount(
  differences: readonly number[],
  { halfWidthMillis, confidence = 0.95 }: Precision,
): number | null {
  if (differences.length < MIN_PAIR_COUNT) return null;
  const spread = sampleStandardDeviation([...differences]);
  const fraction = (1 + confidence) / 2;
  let pairCount = Math.max(MIN_PAIR_COUNT, count(normalQuantile(fraction), spread, halfWidthMillis));
  // The smaller the sample, the wider Student's quantile: a few more than the normal one says.
  while (pairCount < MAX_PAIR_COUNT) {
    const needed = count(studentQuantile(fraction, pairCount - 1), spread, halfWidthMillis);
    if (needed <= pairCount) break;
    pairCount += 1;
  }
  return Math.min(pairCount, MAX_PAIR_COUNT);
}

function count(quantile: number, spread: number, halfWidth: number): number {
  return Math.ceil(((quantile * spread) / halfWidth) ** 2);
}
