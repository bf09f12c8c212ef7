import { createRandom } from './random.js';
import { normalCdf, normalQuantile, quantileOfSorted, studentQuantile } from './sample-statistics.js';

/** An estimate and the range that covers the true value in `confidence` of all runs. */
export interface Interval {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  /** Fraction, from 0 to 1. */
  readonly confidence: number;
  /** `percentile` where BCa's correction is not defined: see {@link bootstrapInterval}. */
  readonly method: 'BCa' | 'percentile';
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
 * The bias-corrected and accelerated bootstrap interval (Efron 1987) of an estimate, widened for small samples.
 *
 * Of n values a resample spreads by √((n − 1) / n) too little, and the normal quantile takes the spread as known.
 * Student's quantile times √(n / (n − 1)) puts both right (Hesterberg 2015): of 8 skewed values it is the difference
 * between a coverage of 90 % and one of 94 %. BCa is not defined when all values give one estimate, or none but the
 * estimate's own side; then the interval is the percentile one, equally widened.
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
  const estimate = estimator(values);
  const estimates = resampleEstimates(values, estimator, createRandom(seed), resampleCount);
  const correction = correct(values, estimator, estimate, estimates);
  const z = widenQuantile(confidence, values.length);
  const { bias, acceleration } = correction ?? { bias: 0, acceleration: 0 };
  const shift = (quantile: number): number => {
    const biased = bias + quantile;
    return quantileOfSorted(estimates, normalCdf(bias + biased / (1 - acceleration * biased)));
  };
  return { estimate, low: shift(-z), high: shift(z), confidence, method: correction === null ? 'percentile' : 'BCa' };
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

/** BCa's two figures, or null where one of them is not defined. */
function correct(
  values: readonly number[],
  estimator: (values: ArrayLike<number>) => number,
  estimate: number,
  estimates: Float64Array,
): { readonly bias: number; readonly acceleration: number } | null {
  let belowCount = 0;
  // Estimates equal to the estimate count half: few distinct values make many of them.
  for (const other of estimates) belowCount += other < estimate ? 1 : other === estimate ? 0.5 : 0;
  if (belowCount === 0 || belowCount === estimates.length) return null;
  const jackknife = values.map((_, left) => estimator(values.filter((_, index) => index !== left)));
  const mean = jackknife.reduce((sum, value) => sum + value / jackknife.length, 0);
  const squares = jackknife.reduce((sum, value) => sum + (mean - value) ** 2, 0);
  const cubes = jackknife.reduce((sum, value) => sum + (mean - value) ** 3, 0);
  if (!(squares > 0)) return null;
  const bias = normalQuantile(belowCount / estimates.length);
  return { bias, acceleration: cubes / (6 * squares ** 1.5) };
}

function widenQuantile(confidence: number, valueCount: number): number {
  const fraction = (1 + confidence) / 2;
  return studentQuantile(fraction, valueCount - 1) * Math.sqrt(valueCount / (valueCount - 1));
}
