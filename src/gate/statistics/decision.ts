import { bootstrapInterval, type Interval } from './bootstrap-interval.js';
import { median } from './sample-statistics.js';

export type Verdict = 'different' | 'same' | 'cannot tell';

export interface Decision {
  readonly verdict: Verdict;
  /** Of the median paired difference, in milliseconds; null where there are too few for any. */
  readonly difference: Interval | null;
  readonly pairCount: number;
  /** Why nothing can be told; null when something can. */
  readonly doubt: 'too few pairs' | 'too noisy' | null;
}

export interface DecisionRule {
  /** Differences no larger than this do not matter. 0 or more. */
  readonly marginMillis: number;
  /** Of the interval: two equal candidates are called different in at most 1 − confidence of all runs. */
  readonly confidence: number;
  /** Of the bootstrap. @default 1 */
  readonly seed?: number;
}

/**
 * Decides by paired differences whether two candidates differ: `different` when the interval's near end is past the
 * margin, `same` when the whole interval lies within it, else `cannot tell`.
 *
 * Pure: the lab, the replay of recorded trials and the gate decide by this function and no other.
 */
export function decide(
  differencesMillis: readonly number[],
  { marginMillis, confidence, seed = 1 }: DecisionRule,
): Decision {
  const pairCount = differencesMillis.length;
  const difference = bootstrapInterval(differencesMillis, median, { confidence, seed });
  if (difference === null || pairCount < countFewestPairs(confidence)) {
    return { verdict: 'cannot tell', difference, pairCount, doubt: 'too few pairs' };
  }
  const { low, high } = difference;
  if (low > marginMillis || high < -marginMillis) return { verdict: 'different', difference, pairCount, doubt: null };
  if (low >= -marginMillis && high <= marginMillis) return { verdict: 'same', difference, pairCount, doubt: null };
  return { verdict: 'cannot tell', difference, pairCount, doubt: 'too noisy' };
}

/** With fewer pairs than this, all of them fall on the same side by chance more often than 1 − confidence: 6 at 95 %. */
export function countFewestPairs(confidence: number): number {
  return Math.ceil(1 - Math.log2(1 - confidence));
}
