import { basename } from 'node:path';
import { formatMillis, formatPercent } from '../report/format-figure.js';
import { drawHistogramPair, explainHistograms } from '../report/histogram-pair.js';
import { COLUMN_COUNT, style, type Terminal } from '../report/terminal.js';
import type { ProbedThread } from './record-folder.js';

/** More drawings than this nobody compares; the table has all threads. */
const MAX_DRAWING_COUNT = 4;

const COLUMNS = ['pid', 'thread', 'seconds', 'busy', 'p50', 'p99', 'p99.9', 'max', 'raw p99', 'program'] as const;
const COLUMN_WIDTHS = [7, 6, 7, 7, 6, 6, 6, 6, 7];

/** All threads in a table, the ones that keep requests waiting longest drawn above it. */
export function writeThreadReport(threads: readonly ProbedThread[], terminal: Terminal): string {
  const drawn = listWorst(threads).slice(0, MAX_DRAWING_COUNT);
  const drawings = drawn.map((thread) => drawThread(thread, terminal));
  const notDrawnCount = threads.length - drawn.length;
  const note = notDrawnCount > 0 ? [`${notDrawnCount} not drawn: see the table.`] : [];
  const parts = [...drawings, ...note, explainHistograms(terminal), writeThreadTable(threads, terminal)];
  return parts.join('\n\n');
}

/** The thread's title and both of its histograms. */
export function drawThread(thread: ProbedThread & { readonly snapshot: object }, terminal: Terminal): string {
  const title = `${nameProgram(thread)}, pid ${thread.pid}${thread.threadId > 0 ? `, thread ${thread.threadId}` : ''}`;
  return drawHistogramPair(cutText(title, COLUMN_COUNT), thread.snapshot, terminal);
}

/** Longest arrival-weighted p99 first, and of equal ones the busiest; without those that have no data. */
export function listWorst(threads: readonly ProbedThread[]) {
  return threads
    .flatMap(({ snapshot, ...thread }) => (snapshot ? [{ ...thread, snapshot }] : []))
    .sort(
      (left, right) =>
        right.snapshot.arrivalWeighted.percentileMillis(99) - left.snapshot.arrivalWeighted.percentileMillis(99) ||
        right.snapshot.utilization - left.snapshot.utilization,
    );
}

export function writeThreadTable(threads: readonly ProbedThread[], terminal: Terminal): string {
  const headings = [
    `${''.padEnd(COLUMN_WIDTHS.slice(0, 4).reduce((sum, width) => sum + width + 1, 0))}arrival-weighted, ms`,
    writeRow(COLUMNS),
  ];
  return [...headings.map((line) => style(terminal, 'dim', line)), ...threads.map(writeThread)].join('\n');
}

function writeThread({ snapshot, ...thread }: ProbedThread): string {
  const name = [String(thread.pid), thread.threadId === 0 ? 'main' : String(thread.threadId)];
  const program = nameProgram(thread);
  if (snapshot === null) return writeRow([...name, '-', '-', '-', '-', '-', '-', '-', program]);
  const { arrivalWeighted, raw, durationMillis, utilization } = snapshot;
  const delays = [50, 99, 99.9].map((percentile) => formatMillis(arrivalWeighted.percentileMillis(percentile)));
  return writeRow([
    ...name,
    (durationMillis / 1_000).toFixed(1),
    formatPercent(utilization),
    ...delays,
    formatMillis(arrivalWeighted.maxMillis),
    formatMillis(raw.percentileMillis(99)),
    program,
  ]);
}

function writeRow(cells: readonly string[]): string {
  const line = cells.map((cell, index) => cell.padStart(COLUMN_WIDTHS[index] ?? 0)).join(' ');
  return cutText(line, COLUMN_COUNT);
}

function nameProgram({ argv }: Pick<ProbedThread, 'argv'>): string {
  return basename(argv[1] ?? argv[0] ?? 'node');
}

function cutText(text: string, width: number): string {
  return text.length <= width ? text : text.slice(0, width);
}
