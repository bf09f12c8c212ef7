import { createRandom } from '#gate/statistics/random';
import { median } from './percentile.js';

/** Medians of the loop's arrival-weighted p99 in windows without a fault, and in windows with one. */
export interface LoopCost {
  readonly calmMillis: number;
  readonly disturbedMillis: number;
  /** What the fault adds at the least: the near end of a one-sided 95 % interval of the median difference of two windows. */
  readonly leastExtraMillis: number;
}

const RESAMPLE_COUNT = 1_000;
const TAIL_FRACTION = 0.05;

/** Medians, because a machine that pauses now and then would decide over a mean, or over all windows pooled. */
export function measureLoopCost(calmP99Millis: readonly number[], disturbedP99Millis: readonly number[]): LoopCost {
  const extras = disturbedP99Millis.map((disturbed, index) => disturbed - (calmP99Millis[index] ?? Number.NaN));
  const random = createRandom(extras.length);
  const medians = Array.from({ length: RESAMPLE_COUNT }, () =>
    median(extras.map(() => extras[Math.floor(random() * extras.length)] ?? Number.NaN)),
  ).sort((a, b) => a - b);
  return {
    calmMillis: median(calmP99Millis),
    disturbedMillis: median(disturbedP99Millis),
    leastExtraMillis: medians[Math.floor(TAIL_FRACTION * RESAMPLE_COUNT)] ?? Number.NaN,
  };
}
