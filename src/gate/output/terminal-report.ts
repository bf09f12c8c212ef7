import { COLUMN_COUNT, style, type Terminal } from '../../report/terminal.js';
import type { GateResult } from '../gate-result.js';
import { formatClock } from './clock.js';
import { FIGURE_ROW_HEAD, type FigureRow, listFigureRows } from './figure-rows.js';
import { foldText } from './fold-text.js';
import { writeTerminalExplanation } from './terminal-explanation.js';

const WIDTHS: Readonly<Record<keyof FigureRow, number>> = {
  name: 24,
  reference: 9,
  candidate: 9,
  change: 19,
  limit: 5,
  outcome: 9,
};

/** The table, what to know of it, the verdict. 80 columns, but for why it can't be judged: that is one line to look for. */
export function writeTerminalReport(result: GateResult, terminal: Terminal): string {
  const { verdict, sentence, hint, figures, explanation, notes } = result;
  const table = figures.length === 0 ? [] : ['', ...writeTable(figures, terminal), ...describeRun(result, terminal)];
  const remarks = notes.flatMap((note) => foldText(note, COLUMN_COUNT)).map((line) => style(terminal, 'dim', line));
  const said = `offloop gate: ${sentence.replaceAll(/\s*[\r\n]+\s*/g, ' ')}`;
  const verdictLines = verdict === 'cannot judge' ? [said] : foldText(said, COLUMN_COUNT);
  return [
    ...table,
    ...remarks,
    ...writeTerminalExplanation(explanation, terminal),
    '',
    ...verdictLines.map((line) => style(terminal, 'bold', line)),
    ...(hint === null ? [] : foldText(`offloop gate: ${hint}`, COLUMN_COUNT)),
  ].join('\n');
}

export function describeSize({ pairCount, durationMillis, confidence }: GateResult): string {
  const level = confidence === null ? '' : `, ${(confidence * 100).toFixed(1)} % intervals`;
  return `${pairCount} ${pairCount === 1 ? 'block' : 'blocks'} in ${formatClock(durationMillis)}${level}`;
}

function writeTable(figures: GateResult['figures'], terminal: Terminal): string[] {
  const [head = '', ...rows] = [FIGURE_ROW_HEAD, ...listFigureRows(figures)].map(writeRow);
  return [style(terminal, 'dim', head), ...rows];
}

/** A cell that is too wide takes its room from the spaces before the next. */
function writeRow(row: FigureRow): string {
  const line = (Object.keys(WIDTHS) as (keyof FigureRow)[]).reduce((text, column, index) => {
    const endColumn = Object.values(WIDTHS)
      .slice(0, index + 1)
      .reduce((sum, width) => sum + width + 1, -1);
    const isText = column === 'name' || column === 'outcome';
    const cell = row[column];
    const gap = text === '' ? '' : ' ';
    if (isText) return text + gap + (column === 'name' ? cell.padEnd(WIDTHS.name) : cell);
    return text + gap + cell.padStart(endColumn - text.length - gap.length);
  }, '');
  return line.trimEnd().slice(0, COLUMN_COUNT);
}

function describeRun(result: GateResult, terminal: Terminal): string[] {
  const medians = `Medians; change: median of the paired differences; ${describeSize(result)}.`;
  const reference = result.referenceName === null ? [] : [`Reference: ${result.referenceName}.`];
  return [
    '',
    ...[medians, ...reference]
      .flatMap((text) => foldText(text, COLUMN_COUNT))
      .map((line) => style(terminal, 'dim', line)),
  ];
}
