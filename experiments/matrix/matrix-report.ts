import type { ComparisonTable } from '../report/comparison.js';
import { drawTable } from '../report/comparison-table.js';
import { writeMarkdownTable } from '../report/markdown-table.js';
import { listOrigin } from '../report/origin-lines.js';
import { type Terminal, wrapText } from '../report/terminal.js';
import { LAB_RULE } from '../runner/paired-comparison.js';
import { listExcluded } from '../runner/summary.js';
import { AXIS_TITLES, REFERENCE_ARMS } from './axes.js';
import { listOutcomes } from './cell-figures.js';
import { countFullFactorial, listDependences } from './design/design.js';
import { describeMean, millis } from './effect-tables.js';
import { describeEffect, isOwnArm, listCompared, listInteractions, listPeers } from './effects.js';
import type { MatrixRun } from './matrix-record.js';
import { listTables } from './matrix-tables.js';
import { describePairLimits } from './pair-tables.js';
import { concludeResponse } from './response-sentences.js';

/** An interval takes as many. */
const FEWEST_CELLS = 3;

/** Of fewer, an axis of six levels explains a good part of the variance by chance. */
const FEWEST_RANKED_CELLS = 20;

/** When the batch processors and offloop export what they have, at the latest. */
const SCHEDULED_DELAY_MILLIS = 5_000;

export interface MatrixConclusion {
  /** `unclear`: too few cells can be compared. */
  readonly status: 'clear' | 'unclear';
  readonly sentence: string;
}

/** What the cells about other arms than this package's show, in a sentence or three. */
export function concludeMatrix(run: MatrixRun): MatrixConclusion {
  const peers = listPeers(listOutcomes(run));
  const effect = describeEffect(peers);
  if (effect === null || effect.cellCount < FEWEST_CELLS) {
    const sentence = `Unclear: ${effect?.cellCount ?? 0} cells can be compared, and it takes ${FEWEST_CELLS} to tell anything.`;
    return { status: 'unclear', sentence };
  }
  const { cellCount, worthCount, costCount, arm, offloop, saved } = effect;
  const [first] = listInteractions(run.matrix.axes, peers).filter(({ axis }) => axis !== 'exporter');
  const isTold =
    first !== undefined && cellCount >= FEWEST_RANKED_CELLS && first.explainedRatio > 2 * first.chanceRatio;
  const depends = !isTold
    ? ''
    : ` How much depends most on ${AXIS_TITLES[first.axis]} (${percent(first.explainedRatio)} of the variance of ranks).`;
  return {
    status: 'clear',
    sentence:
      `Over ${cellCount} cells the arms that are not offloop add ${millis(arm.p99Millis)} ms to the p99 of the wait for ` +
      `the loop (median ${millis(arm.medianP99Millis)}), offloop in the same cells ${millis(offloop.p99Millis)} ` +
      `(median ${millis(offloop.medianP99Millis)}): it saves ${describeMean(saved)} ms ` +
      `on average, more than ${LAB_RULE.marginMillis} ms in ${worthCount} cells, and costs more than that in ${costCount}.${depends} ` +
      concludeResponse(peers),
  };
}

export function describeIncompleteMatrix({ matrix, trials, failedTrials }: MatrixRun): string | null {
  const plannedCount = matrix.cells.length * TRIALS_A_CELL;
  const recordedCount = trials.length + failedTrials.length;
  if (recordedCount >= plannedCount) return null;
  return (
    `Incomplete: ${recordedCount} of ${plannedCount} trials are recorded. The run was interrupted or given up; ` +
    'its figures are of what there is, and no result.'
  );
}

/** A matrix for a terminal, 80 columns: the design, the main tables and the conclusion. */
export function drawMatrix(run: MatrixRun, terminal: Terminal): string {
  const tables = listTables(run);
  return [
    wrapText(describeDesign(run)),
    drawTable(narrow(tables.exporters, WIDE_COLUMNS), terminal),
    ...[tables.levels, tables.choices, tables.cores].map((table) =>
      drawTable(narrow(table, [...WIDE_COLUMNS, 'times']), terminal),
    ),
    [...listNotes(run), concludeMatrix(run).sentence].map(wrapText).join('\n'),
  ].join('\n\n');
}

/** A matrix as Markdown: the conclusion, the design, every table, where it comes from. */
export function writeMatrixSummary(run: MatrixRun): string {
  const { latency, ...own } = listTables(run);
  const { exporters, exporterCosts, levels, choices, cores, costs, interactions, captures, pairs } = own;
  const tables = [
    ...[exporters, latency.exporters, exporterCosts, levels, latency.levels, choices, latency.choices],
    ...[cores, latency.cores, costs, interactions, captures, ...pairs],
  ];
  return `${[
    '# matrix: every axis at once, by a fraction of all combinations',
    describeIncompleteMatrix(run) ?? '',
    concludeMatrix(run).sentence,
    describeDesign(run),
    ...tables.map(writeMarkdownTable),
    listNotes(run)
      .map((note) => `- ${note}`)
      .join('\n'),
    describeOrigin(run)
      .map((line) => `- ${line}`)
      .join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n')}\n`;
}

/** Columns that a terminal of 80 has no room for: the summary has them. */
const WIDE_COLUMNS = ['CPU µs', 'interval', 'lost', 'costs'];

function narrow({ title, head, rows }: ComparisonTable, dropped: readonly string[]): ComparisonTable {
  const keep = (cells: readonly string[]) => cells.filter((_, index) => !dropped.includes(head[index] ?? ''));
  return { title, head: keep(head), rows: rows.map(keep) };
}

/** The control, offloop, and the arm the cell is about. */
const TRIALS_A_CELL = REFERENCE_ARMS.length + 1;

/** What was run of all that could be, as a paragraph. */
export function describeDesign({ matrix }: Pick<MatrixRun, 'matrix'>): string {
  const { axes, cells, designCellCount } = matrix;
  const levelCounts = axes.map(({ name, levels }) => `${name} ${levels.length}`).join(', ');
  const fullCount = countFullFactorial(axes);
  const isWhole = cells.length === designCellCount;
  return (
    `${cells.length} cells of ${fullCount.toLocaleString('en-US')} combinations (${percent(cells.length / fullCount, 2)}) ` +
    `of ${axes.length} axes (levels: ${levelCounts}), each with three trials: the control, offloop, and the arm it is ` +
    `about. ${
      isWhole
        ? 'Every pair of levels of any two axes that is possible occurs'
        : `The first cells of a design of ${designCellCount}, in which every possible pair of levels occurs; here some do not`
    }. ${describeDependence(matrix)}`
  );
}

/** The impossible pairs make one pair of axes depend on each other whatever the design is. */
function describeDependence({ axes, cells }: MatrixRun['matrix']): string {
  const [most, next] = listDependences(
    axes,
    cells.map(({ levels }) => levels),
  );
  if (most === undefined || next === undefined) return '';
  return (
    `By Cramér's V (0: crossed evenly, 1: one tells the other) ${most.axes.join(' and ')} depend most on each other, ` +
    `${most.cramersV.toFixed(2)}; any other two at most ${next.cramersV.toFixed(2)}.`
  );
}

/** What a reader must know of this run and can't see in its figures, a sentence each. */
export function listNotes(run: MatrixRun): string[] {
  const excluded = listExcluded(run);
  const own = listCompared(listOutcomes(run)).filter(({ levels }) => isOwnArm(levels.exporter)).length;
  return [
    ...excluded.map(({ arm, block, faults }) => `Left out: ${arm} of cell ${block + 1}, because ${faults.join('; ')}.`),
    'Added: to the control of the same cell, which makes the same spans and has no exporter. One pair a cell, so a ' +
      'cell alone is no finding; the means over cells are.',
    'Wait, offloop, saved: ms, of the arrival-weighted p99 of the wait for the loop. Response time: ms, of a request as ' +
      'its client saw it, offered at its own rate (open-loop); requests: in a trial. CPU: of the main ' +
      "thread, a request. Langfuse's arms take only what Langfuse's SDK observes, so they go with no other instrumentation.",
    "Saved: what the cell's arm adds to the p99 less what offloop adds there, above 0 where offloop is the better one. " +
      `Worth it: more than ${LAB_RULE.marginMillis} ms; costs: offloop adds more than that beyond the arm. Cells about arms of this package (${own}) count only in the ` +
      'tables by arm.',
    'Times: the geometric mean of the p99 over that of the control, a main effect on a log scale. The mean of an arm in ms ' +
      'hangs on the load its largest payload met: compare it with offloop beside it, and arms with each other by times.',
    "All threads and RSS are the service's process's own: what the child of `child-process` takes is not in them.",
    'The kind of a payload is told by the cells that have it in their spans.',
    describePairLimits(listCompared(listOutcomes(run))),
    ...(run.size.warmUpMillis + run.size.measuredMillis > SCHEDULED_DELAY_MILLIS
      ? []
      : [
          `The window ends before ${SCHEDULED_DELAY_MILLIS / 1_000} s: of arms that wait so long with a small batch it has no export. ` +
            'This size tells that all of it runs, not what it costs.',
        ]),
  ];
}

function describeOrigin({ provenance, size, resumptions }: MatrixRun): string[] {
  return [
    `Command: \`${provenance.command}\``,
    `Size: ${size.measuredMillis} ms measured after ${size.warmUpMillis} ms of warm-up in each trial`,
    ...listOrigin(provenance, resumptions),
  ];
}

function percent(ratio: number, digitCount = 0): string {
  return `${(ratio * 100).toFixed(digitCount)} %`;
}
