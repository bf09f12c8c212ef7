import type { Interval } from '#gate/statistics/bootstrap-interval';
import { countFewestPairs, type Decision } from '#gate/statistics/decision';
import { formatValue } from '../claims/claim-report.js';
import type { ComparisonTable } from '../report/comparison.js';
import { drawTable } from '../report/comparison-table.js';
import { writeMarkdownRows } from '../report/markdown-table.js';
import { type Terminal, wrapText } from '../report/terminal.js';
import { type ContrastCheck, nameSide, type OrderCheck, type OrderOutcome } from './check-order.js';

const CANNOT_TELL = "can't tell";

const OUTCOMES: Readonly<Record<OrderOutcome, string>> = {
  agree: 'agree',
  contradict: 'contradict',
  apart: 'apart',
  'cannot tell': CANNOT_TELL,
};

/** One record for a terminal: each comparison three times, and what changes over a block. */
export function drawOrderCheck(check: OrderCheck, terminal: Terminal): string {
  const figures = [...new Set(check.contrasts.map(({ figure }) => figure))];
  return [
    ...figures.map((figure) => drawTable(tabulateFigure(check, figure), terminal)),
    wrapText([describeDrift(check), concludeOrder([check])].filter((sentence) => sentence !== null).join(' ')),
  ].join('\n\n');
}

/** What several records say together. */
export function concludeOrder(checks: readonly OrderCheck[]): string {
  const all = checks.flatMap(({ name, contrasts }) => contrasts.map((contrast) => ({ name, contrast })));
  const where = checks.length === 1 ? (checks[0]?.name ?? '') : `${checks.length} records`;
  if (all.length === 0) return `${where}: nothing here is compared with anything of the same block.`;
  const of = (outcome: OrderOutcome) => all.filter(({ contrast }) => contrast.outcome === outcome);
  const list = (outcome: OrderOutcome) =>
    of(outcome)
      .map(({ name, contrast: { arm, control, figure } }) => `${arm} over ${control} (${figure}, ${name})`)
      .join('; ');
  const toldCount = all.filter(({ contrast }) => isTold(contrast)).length;
  const contradicted = list('contradict');
  const apart = list('apart');
  const agreement = toldCount === 0 ? '' : 'None of these contradicts itself.';
  return [
    `${where}: ${describeTold(toldCount, all.length)}`,
    contradicted === '' ? agreement : `Contradicted by the other order: ${contradicted}.`,
    apart === '' ? '' : `The intervals of the two orders do not meet, though no verdict is contradicted: ${apart}.`,
    `${of('cannot tell').length} can't be told: fewer than ${countFewestPairs(0.95)} blocks in one of the orders, or noise.`,
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

/** First, how much of it the check can speak of. */
function describeTold(toldCount: number, count: number): string {
  const made = countOf(count, 'comparison');
  if (toldCount === count) return `${made}, each with a verdict in both orders.`;
  if (toldCount === 0) return `${made}, none with a verdict in both orders, so that nothing is checked.`;
  const rest = toldCount > count / 2 ? 'the others are not checked' : 'so that most are not checked';
  return `only ${toldCount} of ${made} with a verdict in both orders, ${rest}.`;
}

/** A line a record, as Markdown. */
export function writeOrderSummary(checks: readonly OrderCheck[]): string {
  const head = [
    'record',
    'blocks',
    'controls',
    'compared',
    'told twice',
    'contradict',
    'apart',
    'control drifts',
    'all drift',
  ];
  const rows = checks.map((check) => {
    const count = (outcome: OrderOutcome) => check.contrasts.filter((each) => each.outcome === outcome).length;
    const counts = [check.contrasts.length, check.contrasts.filter(isTold).length, count('contradict'), count('apart')];
    return [
      check.name,
      String(check.blockCount),
      check.selfControls.join(', ') || 'none',
      ...counts.map(String),
      formatShare(check.controlDrift),
      formatShare(check.drift),
    ];
  });
  return [concludeOrder(checks), '', writeMarkdownRows({ head, rows })].join('\n');
}

function tabulateFigure({ name, contrasts }: OrderCheck, figure: string): ComparisonTable {
  return {
    title: `${name}: ${figure}`,
    head: ['', 'blocks', 'difference, 95 %', 'called'],
    rows: contrasts.filter((each) => each.figure === figure).flatMap(listRows),
  };
}

function listRows({ arm, control, all, before, after, outcome }: ContrastCheck): string[][] {
  const row = (label: string, decision: Decision) => [
    label,
    String(decision.pairCount),
    formatDifference(decision.difference),
    nameSide(decision) ?? CANNOT_TELL,
  ];
  return [
    row(arm, all),
    row(`  before ${control}`, before),
    row(`  after ${control}`, after),
    ['  the two orders', '', '', OUTCOMES[outcome]],
  ];
}

function describeDrift({ placeCount, control, controlDrift, drift }: OrderCheck): string | null {
  if (drift === null) return null;
  const parts = [
    ...(controlDrift === null ? [] : [`${control} by ${formatShare(controlDrift)}`]),
    `all arms together by ${formatShare(drift)}`,
  ];
  return `From the first of ${placeCount} places in a block to the last, times change: ${parts.join(', ')}.`;
}

/** `agree` and `contradict` are the outcomes of two verdicts; `apart` may be. */
function isTold({ before, after }: ContrastCheck): boolean {
  return nameSide(before) !== null && nameSide(after) !== null;
}

function formatDifference(difference: Interval | null): string {
  if (difference === null) return '-';
  const { estimate, low, high } = difference;
  return `${formatValue(estimate)} (${formatValue(low)} to ${formatValue(high)})`;
}

/** Of itself, in per cent. */
function formatShare(change: Interval | null): string {
  if (change === null) return '-';
  const [estimate, low, high] = [change.estimate, change.low, change.high].map((share) => {
    const points = (100 * share).toFixed(1);
    return share > 0 && Number(points) > 0 ? `+${points}` : points;
  });
  return `${estimate} % (${low} to ${high})`;
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
