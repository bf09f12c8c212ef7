import type { Terminal } from '../report/terminal.js';

export interface TimeChart {
  readonly title: string;
  /** A value a second, from 0; drawn from 0 to the highest of all lines. */
  readonly lines: readonly { readonly name: string; readonly values: readonly number[] }[];
  readonly format: (value: number) => string;
}

const PLOT_WIDTH = 63;
const LABEL_WIDTH = 14;
const ROW_COUNT = 4;

const UNICODE = { levels: [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'], line: '─', corner: '└', side: '│' };
const ASCII = { levels: [' ', '.', ':', '|', '#'], line: '-', corner: '+', side: '|' };

/** Draws a panel a line, all on the same axes; a column shows the highest value of its seconds. 80 columns. */
export function drawTimeChart({ title, lines, format }: TimeChart, terminal: Terminal): string {
  const top = Math.max(...lines.flatMap(({ values }) => values), 0);
  return [`${title}, 0 to ${format(top)}`, ...lines.flatMap((line) => drawPanel(line, top, format, terminal))].join(
    '\n',
  );
}

function drawPanel(
  { name, values }: TimeChart['lines'][number],
  top: number,
  format: TimeChart['format'],
  { unicode }: Terminal,
): string[] {
  const { levels, line, corner, side } = unicode ? UNICODE : ASCII;
  const heights = toColumns(values).map((value) => (top > 0 ? (value / top) * ROW_COUNT : 0));
  const labels = [name, `max ${format(Math.max(...values, 0))}`];
  const rows = Array.from({ length: ROW_COUNT }, (_, row) => {
    const cells = heights.map((height) => chooseLevel(levels, height - (ROW_COUNT - 1 - row)));
    return `${(labels[row] ?? '').padStart(LABEL_WIDTH)} ${side}${cells.join('')}`.trimEnd();
  });
  const end = `${values.length - 1} s`;
  return [
    ...rows,
    `${' '.repeat(LABEL_WIDTH + 1)}${corner}${line.repeat(PLOT_WIDTH)}`,
    `${' '.repeat(LABEL_WIDTH + 2)}0${end.padStart(PLOT_WIDTH - 1)}`,
  ];
}

/** As many columns as there is room for; fewer seconds are drawn wider. */
function toColumns(values: readonly number[]): number[] {
  return Array.from({ length: PLOT_WIDTH }, (_, column) => {
    const start = Math.floor((column * values.length) / PLOT_WIDTH);
    const end = Math.max(start + 1, Math.floor(((column + 1) * values.length) / PLOT_WIDTH));
    return Math.max(...values.slice(start, end), 0);
  });
}

/** What is there at all shows, what is not there does not. */
function chooseLevel(levels: readonly string[], height: number): string {
  const highest = levels.length - 1;
  const level = height <= 0 ? 0 : Math.min(highest, Math.max(1, Math.round(height * highest)));
  return levels[level] ?? ' ';
}
