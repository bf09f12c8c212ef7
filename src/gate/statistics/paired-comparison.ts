import { type BootstrapOptions, bootstrapInterval, type Interval } from './bootstrap-interval.js';
import { median } from './sample-statistics.js';

/** One quantity, measured with and without in the same block. */
export interface Pair {
  readonly baseline: number;
  readonly candidate: number;
}

export interface PairedComparison {
  readonly pairCount: number;
  /** Candidate less baseline, a pair each. */
  readonly differences: readonly number[];
  /** Of the median difference; null for fewer than 3 pairs. */
  readonly difference: Interval | null;
  /** Of candidate over baseline, likewise; null too where a value is 0 or less, for then there is no ratio. */
  readonly ratio: Interval | null;
  /** The matched-pairs rank-biserial correlation, from −1 (each pair fell) to 1 (each pair rose). */
  readonly effectSize: number;
}

/** Compares candidate and baseline pair by pair, so that what drifts from block to block drops out. */
export function comparePairs(pairs: readonly Pair[], options?: BootstrapOptions): PairedComparison {
  const differences = pairs.map(({ baseline, candidate }) => candidate - baseline);
  return {
    pairCount: pairs.length,
    differences,
    difference: bootstrapInterval(differences, median, options),
    ratio: compareRatios(pairs, options),
    effectSize: rankBiserialCorrelation(differences),
  };
}

/**
 * Of the paired differences' ranks by size, the share that speaks for a rise less the share that speaks for a fall
 * (Kerby 2014): 0 when neither side prevails. Differences of 0 take no side; `NaN` of none at all.
 */
export function rankBiserialCorrelation(differences: readonly number[]): number {
  if (differences.length === 0) return Number.NaN;
  const sized = differences.filter((difference) => difference !== 0).sort((a, b) => Math.abs(a) - Math.abs(b));
  if (sized.length === 0) return 0;
  let signedRanks = 0;
  for (let first = 0; first < sized.length; ) {
    const size = Math.abs(sized[first] as number);
    let next = first;
    while (next < sized.length && Math.abs(sized[next] as number) === size) next += 1;
    // Equal sizes share the mean of their ranks, which count from 1.
    const rank = (first + 1 + next) / 2;
    for (const difference of sized.slice(first, next)) signedRanks += Math.sign(difference) * rank;
    first = next;
  }
  return signedRanks / ((sized.length * (sized.length + 1)) / 2);
}

/** Through logarithms: a ratio of 2 and one of ½ lie equally far from 1. */
function compareRatios(pairs: readonly Pair[], options?: BootstrapOptions): Interval | null {
  if (pairs.some(({ baseline, candidate }) => !(baseline > 0 && candidate > 0))) return null;
  const logarithms = pairs.map(({ baseline, candidate }) => Math.log(candidate / baseline));
  const interval = bootstrapInterval(logarithms, median, options);
  if (interval === null) return null;
  const { estimate, low, high } = interval;
  return { ...interval, estimate: Math.exp(estimate), low: Math.exp(low), high: Math.exp(high) };
}
