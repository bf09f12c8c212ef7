import type { ComparisonTable } from '../report/comparison.js';
import { formatCount, formatMillis } from '../report/format-figure.js';
import type { FaultRecord } from './run-faults.js';
import { type Figure, isMet } from './scenario.js';

/** A row a figure. */
export function tabulateFaults(records: readonly FaultRecord[]): ComparisonTable {
  return {
    title: 'Faults ("stock": BatchSpanProcessor with OTLPTraceExporter, same scenario)',
    head: ['scenario: figure', 'expected', 'offloop', 'stock', ''],
    rows: records.flatMap(({ scenario, figures }) =>
      figures.map((figure) => [
        `${scenario}: ${figure.what}`,
        describeExpectation(figure),
        formatFigure(figure, figure.value),
        figure.stockValue === undefined ? '-' : formatFigure(figure, figure.stockValue),
        describeVerdict(figure),
      ]),
    ),
  };
}

function describeExpectation(figure: Figure): string {
  const { expect } = figure;
  if (expect === undefined) return '';
  if ('exactly' in expect) return formatFigure(figure, expect.exactly);
  return 'atMost' in expect ? `≤ ${formatFigure(figure, expect.atMost)}` : `≥ ${formatFigure(figure, expect.atLeast)}`;
}

function describeVerdict(figure: Figure): string {
  if (figure.expect === undefined) return 'shown';
  return isMet(figure) ? 'ok' : 'OFF';
}

/** A value of a figure with its unit. */
export function formatFigure({ unit }: Figure, value: number): string {
  switch (unit) {
    case 'count':
      return formatCount(value);
    case 'ms':
      return `${formatMillis(value)} ms`;
    case 'MiB':
      return `${value.toFixed(1)} MiB`;
    default:
      return unit satisfies never;
  }
}
