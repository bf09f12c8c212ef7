import type { Interval } from '#gate/statistics/bootstrap-interval';
import type { ArmComparison } from '../runner/paired-comparison.js';
import type { ComparisonTable } from './comparison.js';
import { formatSigned } from './format-figure.js';

/** What each arm adds to the control, block by block, with its interval and verdict. */
export function tabulatePairs(comparisons: readonly ArmComparison[]): ComparisonTable {
  return {
    title: 'Added to the p99 of the control, arrival-weighted, ms (intervals of 95 %)',
    head: ['arm', 'added', 'interval', 'ratio', 'effect', 'blocks', 'called'],
    rows: comparisons.map(({ arm, comparison, decision, pairs }) => [
      arm.label,
      formatSigned(decision.difference?.estimate ?? Number.NaN),
      formatInterval(decision.difference),
      comparison.ratio === null ? '-' : comparison.ratio.estimate.toFixed(1),
      Number.isNaN(comparison.effectSize) ? '-' : comparison.effectSize.toFixed(2),
      String(pairs.length),
      decision.verdict,
    ]),
  };
}

function formatInterval(interval: Interval | null): string {
  return interval === null ? '-' : `${formatSigned(interval.low)} to ${formatSigned(interval.high)}`;
}
