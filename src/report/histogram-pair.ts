import type { DelayCurve } from '../loop-delay/delay-curve.js';
import { formatMillis } from './format-figure.js';
import { style, type Terminal } from './terminal.js';

/** The axis: a column for everything below, this many for each tenfold, a column for everything above. */
const MIN_EXPONENT = -1;
const MAX_EXPONENT = 3;
const COLUMNS_PER_DECADE_COUNT = 8;
const PANEL_WIDTH = (MAX_EXPONENT - MIN_EXPONENT) * COLUMNS_PER_DECADE_COUNT + 2;
const PANEL_GAP_WIDTH = 3;

/** One row for each tenfold of the share, or a block of 1 % of the time would be too low to be seen. */
const ROW_LABELS = ['100 %', '10 %', '1 %', '0.1 %', ''];
const ROW_COUNT = ROW_LABELS.length - 1;
const LABEL_WIDTH = 6;

const UNICODE = { levels: [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'], line: '─', tick: '┴', pointer: '▲' };
const ASCII = { levels: [' ', '.', ':', '|', '#'], line: '-', tick: '+', pointer: '^' };

/** What is drawn of one event loop: the same delays, seen in two ways. */
export interface DelayPair {
  readonly raw: DelayCurve;
  readonly arrivalWeighted: DelayCurve;
}

/** Draws raw beside arrival-weighted delays on the same logarithmic axes. A title, then 7 lines of 80 columns. */
export function drawHistogramPair(title: string, pair: DelayPair, terminal: Terminal): string {
  const panels = [
    drawPanel('raw', pair.raw, terminal),
    drawPanel('arrival-weighted', pair.arrivalWeighted, terminal),
  ] as const;
  const lines = panels[0].map((left, index) => {
    const label = (ROW_LABELS[index - 1] ?? '').padStart(LABEL_WIDTH - 1);
    const panel = left.padEnd(PANEL_WIDTH + PANEL_GAP_WIDTH);
    return `${label} ${panel}${panels[1][index] ?? ''}`.trimEnd();
  });
  return [style(terminal, 'bold', title), ...lines].join('\n');
}

/** How to read a drawing. Two lines. */
export function explainHistograms(terminal: Terminal): string {
  const { pointer } = terminal.unicode ? UNICODE : ASCII;
  const lines = [
    'Every axis in ms. Height: the share of samples (raw) or of requests',
    `(arrival-weighted) with such a delay, each row ten times the one below. ${pointer} p99`,
  ];
  return lines.map((line) => style(terminal, 'dim', line)).join('\n');
}

/** Title, rows, axis with the p99 pointed out, scale; none wider than a panel. */
function drawPanel(name: string, curve: DelayCurve, terminal: Terminal): string[] {
  const { levels } = terminal.unicode ? UNICODE : ASCII;
  const heights = Array.from({ length: PANEL_WIDTH }, (_, column) => scaleShare(shareOfColumn(curve, column)));
  const rows = Array.from({ length: ROW_COUNT }, (_, row) =>
    heights.map((height) => chooseLevel(levels, height - (ROW_COUNT - 1 - row))).join(''),
  );
  const p99Millis = curve.percentileMillis(99);
  const shortTitle = `${name} p99 ${formatMillis(p99Millis)}`;
  const longTitle = `${shortTitle} max ${formatMillis(curve.maxMillis)} ms`;
  const title = longTitle.length <= PANEL_WIDTH + PANEL_GAP_WIDTH ? longTitle : `${shortTitle} ms`;
  return [title, ...rows, drawAxis(p99Millis, terminal), writeScale()];
}

function drawAxis(p99Millis: number, terminal: Terminal): string {
  const { line, tick, pointer } = terminal.unicode ? UNICODE : ASCII;
  const pointedColumn = Number.isNaN(p99Millis) ? -1 : findColumn(p99Millis);
  return Array.from({ length: PANEL_WIDTH }, (_, column) => {
    if (column === pointedColumn) return pointer;
    return column % COLUMNS_PER_DECADE_COUNT === 1 ? tick : line;
  }).join('');
}

function writeScale(): string {
  let scale = `<${10 ** MIN_EXPONENT}`;
  for (let exponent = MIN_EXPONENT + 1; exponent < MAX_EXPONENT; exponent += 1) {
    scale = `${scale.padEnd(1 + (exponent - MIN_EXPONENT) * COLUMNS_PER_DECADE_COUNT)}${10 ** exponent}`;
  }
  const last = `${10 ** MAX_EXPONENT}`;
  return `${scale.padEnd(PANEL_WIDTH - last.length)}${last}`;
}

/** The share whose delay falls into a column, from 0 to 1. */
function shareOfColumn(curve: DelayCurve, column: number): number {
  const aboveStart = column === 0 ? 1 : curve.fractionAbove(columnStartMillis(column));
  const aboveEnd = column === PANEL_WIDTH - 1 ? 0 : curve.fractionAbove(columnStartMillis(column + 1));
  return aboveStart - aboveEnd;
}

function columnStartMillis(column: number): number {
  return 10 ** (MIN_EXPONENT + (column - 1) / COLUMNS_PER_DECADE_COUNT);
}

function findColumn(delayMillis: number): number {
  if (!(delayMillis > 0)) return 0;
  const column = Math.ceil((Math.log10(delayMillis) - MIN_EXPONENT) * COLUMNS_PER_DECADE_COUNT);
  return Math.min(Math.max(column, 0), PANEL_WIDTH - 1);
}

/** Rows of height: 1 % is two rows of four. What is there at all shows, what is not there does not. */
function scaleShare(share: number): number {
  return share > 1e-9 ? Math.max(Math.log10(share) + ROW_COUNT, 0.01) : 0;
}

function chooseLevel(levels: readonly string[], height: number): string {
  const highest = levels.length - 1;
  const level = height <= 0 ? 0 : Math.min(highest, Math.max(1, Math.round(height * highest)));
  return levels[level] ?? ' ';
}
