import { countFewestPairs } from '../statistics/decision.js';

/** Two-sided, so that a run on equal arms raises a false alarm in at most half of it: 2.5 %. */
const RUN_LEVEL = 0.05;

/** Each look before the last may use this share of the level; the last uses what they leave. */
const INTERIM_SHARE = 0.2;
const MAX_INTERIM_COUNT = 3;

/** From one look to the next: a few pairs more would hardly change an answer, and each look costs level. */
const PAIR_COUNT_GROWTH = 1.35;

/** One judging of the pairs so far. */
export interface Look {
  readonly pairCount: number;
  /** Of the interval that is held against each limit. */
  readonly confidence: number;
}

export interface LookPlan {
  /** Ascending by pairs; a clear answer at one of them ends the run. */
  readonly interim: readonly Look[];
  /** Of the last look, at however many pairs there are when blocks or time run out. */
  readonly finalConfidence: number;
}

/**
 * Plans when a run may stop early. Looks and limits share the level by Bonferroni's inequality, which holds however
 * looks and limits depend on each other: with all of them together a run on equal arms raises a false alarm in at most
 * 2.5 %. Group-sequential bounds would use the level a little better, but take differences to be normal.
 *
 * @param limitCount a figure's margin is one, its budget another: each is a chance of its own to err
 */
export function planLooks(maxPairCount: number, limitCount: number): LookPlan {
  const interimConfidence = 1 - (RUN_LEVEL * INTERIM_SHARE) / limitCount;
  const interim: Look[] = [];
  for (
    let pairCount = countFewestPairs(interimConfidence);
    pairCount < maxPairCount && interim.length < MAX_INTERIM_COUNT;
    pairCount = Math.ceil(pairCount * PAIR_COUNT_GROWTH)
  ) {
    interim.push({ pairCount, confidence: interimConfidence });
  }
  return { interim, finalConfidence: 1 - (RUN_LEVEL * (1 - INTERIM_SHARE * interim.length)) / limitCount };
}

/** For a run that goes on to its end whatever comes: it has one look. @param limitCount as in {@link planLooks} */
export function planOneLook(limitCount: number): LookPlan {
  return { interim: [], finalConfidence: 1 - RUN_LEVEL / limitCount };
}
