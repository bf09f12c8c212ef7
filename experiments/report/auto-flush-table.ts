import type { Interval } from '#gate/statistics/bootstrap-interval';
import { DOCUMENT_P99_MILLIS, DOCUMENT_SPIKE_MILLIS, listAutoFlushFigures } from '../runner/auto-flush-verdict.js';
import type { Run } from '../runner/run-record.js';
import type { ComparisonTable } from './comparison.js';
import { formatMillis } from './format-figure.js';

/**
 * Each arm's delay beside the document's, how often its longest blocks lie at an export, how often they would by chance,
 * and the difference in points; none for another claim.
 */
export function tabulateAutoFlush(run: Run): ComparisonTable[] {
  if (run.scenario.claim !== 'auto-flush') return [];
  const { low, high } = DOCUMENT_SPIKE_MILLIS;
  const rows = listAutoFlushFigures(run).map(({ arm, p99Millis, longestMillis, coincidence }) => [
    arm,
    formatMillis(p99Millis),
    formatMillis(longestMillis),
    coincidence === null ? '-' : toPercent(coincidence.observedShare),
    coincidence === null ? '-' : toPercent(coincidence.chanceShare),
    formatExcess(coincidence?.excess ?? null),
  ]);
  return [
    {
      title: 'Delay, ms, and the longest blocks beside the exports',
      head: ['arm', 'p99', 'longest', 'at export', 'chance', 'excess'],
      rows: [['document (Python)', `${DOCUMENT_P99_MILLIS}`, `${low}-${high}`, '-', '-', '-'], ...rows],
    },
  ];
}

function toPercent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}

function formatExcess(excess: Interval | null): string {
  if (excess === null) return '-';
  const [estimate, low, high] = [excess.estimate, excess.low, excess.high].map((share) => (100 * share).toFixed(0));
  return `${estimate} (${low} to ${high})`;
}
