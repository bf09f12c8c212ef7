import { type FigureName, formatChange, formatFigure, nameFigure } from '../gate/figures.js';
import type { Interval } from '../gate/statistics/bootstrap-interval.js';
import type { Outcome } from '../gate/verdict/judge-figure.js';
import { formatInterval } from '../gate/verdict/sentence.js';
import { type LoopDelaySnapshot, mergeLoopDelaySnapshots } from '../loop-delay/loop-delay-snapshot.js';
import { drawHistogramPair, explainHistograms } from '../report/histogram-pair.js';
import { describeTerminal } from '../report/terminal.js';

/** One figure held against a budget, in its own unit. */
export interface BudgetRow {
  readonly figure: FigureName;
  readonly budget: number;
  readonly received: number;
}

/** One figure held against a reference, in its own unit. */
export interface MarginRow {
  readonly figure: FigureName;
  readonly reference: number;
  readonly received: number;
  readonly change: number;
  /** Null where there is one run of each. */
  readonly interval: Interval | null;
  readonly limit: number;
  readonly outcome: Outcome;
}

const LABEL_WIDTH = 25;
const COLUMN_WIDTH = 11;

/** Margin: what is left of the budget, or what is past it. */
export function describeBudgets(rows: readonly BudgetRow[], received: readonly LoopDelaySnapshot[]): string {
  const table = rows.map(({ figure, budget, received: value }) => [
    nameFigure(figure),
    formatFigure(figure, budget),
    formatFigure(figure, value),
    formatChange(figure, budget - value),
    value <= budget ? 'within' : 'past it',
  ]);
  return [
    `the event loop against its budget, ${describeCount(received)}`,
    writeTable([['', 'expected <=', 'received', 'margin', ''], ...table]),
    draw('received', received),
    explainHistograms(terminal()),
  ].join('\n\n');
}

/** Margin: what is left until the change is past its limit. */
export function describeMargins(
  rows: readonly MarginRow[],
  {
    received,
    reference,
  }: { readonly received: readonly LoopDelaySnapshot[]; readonly reference: readonly LoopDelaySnapshot[] },
): string {
  const table = rows.map(({ figure, reference: before, received: after, change, limit }) => [
    nameFigure(figure),
    formatFigure(figure, before),
    formatFigure(figure, after),
    formatChange(figure, limit),
    formatChange(figure, limit - change),
  ]);
  const changes = rows.map(({ figure, change, interval, outcome }) => {
    const range = interval === null ? '' : ` ${formatInterval(figure, interval, formatChange)}`;
    return `${nameFigure(figure)}: ${formatChange(figure, change)}${range}, ${outcome}`;
  });
  return [
    `the event loop against its reference, ${describeCount(received)}`,
    writeTable([['', 'reference', 'received', 'expected <=', 'margin'], ...table]),
    changes.join('\n'),
    draw('reference', reference),
    draw('received', received),
    explainHistograms(terminal()),
  ].join('\n\n');
}

function describeCount({ length }: readonly LoopDelaySnapshot[]): string {
  return length === 1 ? 'one run' : `medians of ${length} runs`;
}

function writeTable(rows: readonly (readonly string[])[]): string {
  return rows
    .map(([label = '', ...cells]) =>
      `${label.padEnd(LABEL_WIDTH)}${cells.map((cell) => ` ${cell.padStart(COLUMN_WIDTH)}`).join('')}`.trimEnd(),
    )
    .join('\n');
}

function draw(title: string, snapshots: readonly LoopDelaySnapshot[]): string {
  return drawHistogramPair(title, mergeLoopDelaySnapshots(snapshots), terminal());
}

function terminal() {
  // vitest shows it, and knows best where.
  return { ...describeTerminal({}), styled: false };
}
