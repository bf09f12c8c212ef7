import Table from 'cli-table3';
import type { ComparisonTable } from './comparison.js';
import { COLUMN_COUNT, style, type Terminal } from './terminal.js';

const NO_LINE = '';

/** A line above, under the head and below; nothing between the columns. */
function chooseBorders({ unicode }: Terminal): Record<string, string> {
  const line = unicode ? '─' : '-';
  return {
    top: line,
    'top-mid': line,
    'top-left': NO_LINE,
    'top-right': NO_LINE,
    bottom: line,
    'bottom-mid': line,
    'bottom-left': NO_LINE,
    'bottom-right': NO_LINE,
    mid: line,
    'mid-mid': line,
    'left-mid': NO_LINE,
    'right-mid': NO_LINE,
    left: NO_LINE,
    right: NO_LINE,
    middle: ' ',
  };
}

/** Draws a table for a terminal, at most 80 columns wide: a name too long for that is cut. */
export function drawTable({ title, head, rows }: ComparisonTable, terminal: Terminal): string {
  const widths = measureColumns([head, ...rows]);
  const table = new Table({
    head: [...head],
    chars: chooseBorders(terminal),
    colAligns: head.map((_, index) => (index === 0 ? 'left' : 'right')),
    colWidths: widths,
    truncate: terminal.unicode ? '…' : '.',
    // The library's own colours would also reach a log.
    style: { head: [], border: [], 'padding-left': 1, 'padding-right': 1 },
  });
  table.push(...rows.map((row) => [...row]));
  const lines = table.toString().split('\n');
  // The line between head and body stays, those between rows go.
  const kept = lines.filter((line, index) => index <= 3 || index === lines.length - 1 || !/^[─-]+$/.test(line));
  return [style(terminal, 'bold', title), ...kept.map((line) => line.trimEnd())].join('\n');
}

function measureColumns(rows: readonly (readonly string[])[]): number[] {
  const [head = []] = rows;
  const widths = head.map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)) + 2);
  const figureWidth = widths.slice(1).reduce((sum, width) => sum + width + 1, 0);
  return widths.map((width, index) => (index === 0 ? Math.min(width, COLUMN_COUNT - figureWidth) : width));
}
