import { createRandom } from './random.js';
import { normalCdf, quantileOfSorted, studentQuantile } from './sample-statistics.js';

/** An estimate and the range that covers the true value in `confidence` of all runs. */
export interface Interval {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  /** Fraction, from 0 to 1. */
  readonly confidence: number;
}

export interface BootstrapOptions {
  /** @default 0.95 */
  readonly confidence?: number;
  /** Fixes the resamples: the same values and seed give the same interval. @default 1 */
  readonly seed?: number;
  /** @default 2000 */
  readonly resampleCount?: number;
}

const DEFAULTS = { confidence: 0.95, seed: 1, resampleCount: 2_000 };

/** Below it a resample is one of too few distinct samples, and its quantiles say nothing. */
const MIN_VALUE_COUNT = 3;

/**
 * The percentile bootstrap interval (Efron 1979) of an estimate, widened for small samples.
 *
 * Of n values a resample spreads by √((n − 1) / n) too little, and the normal quantile takes the spread as known.
 * Student's quantile times √(n / (n − 1)) puts both right (Hesterberg 2015).
 *
 * @returns null for fewer than 3 values.
 */
export function bootstrapInterval(
  values: readonly number[],
  estimator: (values: ArrayLike<number>) => number,
  options: BootstrapOptions = {},
): Interval | null {
  const { confidence, seed, resampleCount } = { ...DEFAULTS, ...options };
  if (values.length < MIN_VALUE_COUNT) return null;
  const estimates = resampleEstimates(values, estimator, createRandom(seed), resampleCount);
  const z = widenQuantile(confidence, values.length);
  return {
    estimate: estimator(values),
    low: quantileOfSorted(estimates, normalCdf(-z)),
    high: quantileOfSorted(estimates, normalCdf(z)),
    confidence,
  };
}

/** Ascending. */
function resampleEstimates(
  values: readonly number[],
  estimator: (values: ArrayLike<number>) => number,
  random: () => number,
  resampleCount: number,
): Float64Array {
  const estimates = new Float64Array(resampleCount);
  const resample = new Float64Array(values.length);
  for (let index = 0; index < resampleCount; index += 1) {
    for (let place = 0; place < resample.length; place += 1) {
      resample[place] = values[Math.floor(random() * values.length)] as number;
    }
    estimates[index] = estimator(resample);
  }
  return estimates.sort();
}

function widenQuantile(confidence: number, valueCount: number): number {
  const fraction = (1 + confidence) / 2;
  return studentQuantile(fraction, valueCount - 1) * Math.sqrt(valueCount / (valueCount - 1));
}
