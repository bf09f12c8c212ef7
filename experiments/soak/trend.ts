import { createRandom } from '#gate/statistics/random';

/** A value a second. */
export type Series = readonly number[];

export interface Interval {
  readonly low: number;
  readonly high: number;
}

export interface Trend {
  /** Least squares. */
  readonly slopePerSecond: number;
  /** 95 %. */
  readonly interval: Interval;
}

const RESAMPLE_COUNT = 1_000;

/**
 * How many blocks a series is cut into. Neighbouring seconds hang together (a heap grows until it is collected), so
 * single seconds as resamples would make the interval far too narrow.
 */
const BLOCK_COUNT = 10;

const TAIL_FRACTION = 0.025;

/** The slope of a series; the interval comes from resampling what is off the line, in blocks of neighbours. */
export function fitTrend(series: Series): Trend {
  const slopePerSecond = fitSlope(series);
  const middle = (series.length - 1) / 2;
  const residuals = series.map((value, second) => value - mean(series) - slopePerSecond * (second - middle));
  const slopes = resample(residuals).map((drawn) => slopePerSecond + fitSlope(drawn));
  return { slopePerSecond, interval: toInterval(slopes) };
}

/** The 95 % interval of the mean of a series, by the same blocks. */
export function boundMean(series: Series): Interval {
  return toInterval(resample(series).map(mean));
}

export function mean(series: Series): number {
  return series.reduce((sum, value) => sum + value, 0) / series.length;
}

function fitSlope(series: Series): number {
  const middle = (series.length - 1) / 2;
  let covariance = 0;
  let variance = 0;
  for (const [second, value] of series.entries()) {
    covariance += (second - middle) * value;
    variance += (second - middle) ** 2;
  }
  return covariance / variance;
}

/** Series as long as the given one, each put together from stretches of it that begin anywhere. */
function resample(series: Series): number[][] {
  const random = createRandom(series.length);
  const blockLength = Math.ceil(series.length / BLOCK_COUNT);
  const startCount = series.length - blockLength + 1;
  return Array.from({ length: RESAMPLE_COUNT }, () => {
    const drawn: number[] = [];
    while (drawn.length < series.length) {
      const start = Math.floor(random() * startCount);
      for (const value of series.slice(start, start + blockLength)) drawn.push(value);
    }
    return drawn.slice(0, series.length);
  });
}

function toInterval(values: readonly number[]): Interval {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (fraction: number) => sorted[Math.round(fraction * (sorted.length - 1))] ?? Number.NaN;
  return { low: at(TAIL_FRACTION), high: at(1 - TAIL_FRACTION) };
}
