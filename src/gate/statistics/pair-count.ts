import type { Interval } from './bootstrap-interval.js';
import { normalQuantile, studentQuantile } from './sample-statistics.js';

const MIN_PAIR_COUNT = 3;
const MAX_PAIR_COUNT = 1_000_000;

/** What the pairs so far gave. */
export interface ObtainedInterval {
  /** Of the median difference, in milliseconds; null for fewer than 3 pairs. */
  readonly difference: Interval | null;
  readonly pairCount: number;
}

/**
 * How many pairs an interval takes that reaches `halfWidthMillis` to either side, judged by the one that the pairs so far
 * gave; null where they gave none. Not by the pairs' standard deviation: that tells of a mean's interval, which for normal
 * differences takes a third fewer pairs than a median's, and one disturbed pair leads it far astray. Itself an estimate:
 * from 10 pairs it may be a factor of 2 off.
 *
 * @param halfWidthMillis above 0.
 */
export function estimatePairCount({ difference, pairCount }: ObtainedInterval, halfWidthMillis: number): number | null {
  if (difference === null) return null;
  const { low, high, confidence } = difference;
  const fraction = (1 + confidence) / 2;
  // As the interval is made: by Student's quantile times √(n / (n − 1)), of an estimate that spreads as 1 / √n.
  const halfWidthOf = (spread: number, count: number) =>
    (spread * studentQuantile(fraction, count - 1)) / Math.sqrt(count - 1);
  const spread = (high - low) / 2 / halfWidthOf(1, pairCount);
  const normalCount = Math.ceil(((normalQuantile(fraction) * spread) / halfWidthMillis) ** 2);
  let neededCount = Math.max(MIN_PAIR_COUNT, Math.min(normalCount, MAX_PAIR_COUNT));
  // The fewer the pairs, the wider Student's quantile: a few more than the normal one says.
  while (neededCount < MAX_PAIR_COUNT && halfWidthOf(spread, neededCount) > halfWidthMillis) neededCount += 1;
  return neededCount;
}
