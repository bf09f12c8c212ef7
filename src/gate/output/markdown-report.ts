import type { GateResult, GateVerdict } from '../gate-result.js';
import { capitalize } from './capitalize.js';
import { FIGURE_ROW_HEAD, type FigureRow, listFigureRows } from './figure-rows.js';
import { writeMarkdownExplanation } from './markdown-explanation.js';
import { escapeText } from './markdown-text.js';
import { describeSize } from './terminal-report.js';

const TITLES: Readonly<Record<GateVerdict, string>> = {
  holds: 'Event-loop delay: holds',
  regressed: 'Event-loop delay: regressed',
  'cannot judge': "Event-loop delay: can't judge",
};

/** For a job's summary or a comment on a pull request. */
export function writeMarkdownReport(result: GateResult): string {
  const { verdict, sentence, hint, figures, explanation, notes, referenceName } = result;
  const table =
    figures.length === 0
      ? []
      : [writeTable(figures), `Medians of ${describeSize(result)}; change: median of the paired differences.`];
  const reference = referenceName === null ? [] : [`Reference: ${escapeText(referenceName)}.`];
  const why = writeMarkdownExplanation(explanation);
  const remarks = [...reference, ...notes.map(escapeText)];
  const findings = [sentence, ...(hint === null ? [] : [capitalize(hint)])].map(escapeText);
  const parts = [`### ${TITLES[verdict]}`, ...findings, ...table, ...why, ...remarks];
  return `${parts.join('\n\n')}\n`;
}

function writeTable(figures: GateResult['figures']): string {
  const rows = listFigureRows(figures).map(writeRow);
  return [writeRow(FIGURE_ROW_HEAD), '|---|--:|--:|--:|--:|---|', ...rows].join('\n');
}

function writeRow({ name, reference, candidate, change, limit, outcome }: FigureRow): string {
  return `| ${[name, reference, candidate, change, limit, outcome].map(escapeText).join(' | ')} |`;
}
