import type { GateResult, GateVerdict } from '../gate-result.js';
import { FIGURE_ROW_HEAD, type FigureRow, listFigureRows } from './figure-rows.js';
import { describeSize } from './terminal-report.js';

const TITLES: Readonly<Record<GateVerdict, string>> = {
  holds: 'Event-loop delay: holds',
  regressed: 'Event-loop delay: regressed',
  'cannot judge': "Event-loop delay: can't judge",
};

/** For a job's summary or a comment on a pull request. */
export function writeMarkdownReport(result: GateResult): string {
  const { verdict, sentence, figures, notes, referenceName } = result;
  const table =
    figures.length === 0
      ? []
      : [writeTable(figures), `Medians of ${describeSize(result)}; change: median of the paired differences.`];
  const reference = referenceName === null ? [] : [`Reference: ${escapeText(referenceName)}.`];
  const parts = [`### ${TITLES[verdict]}`, escapeText(sentence), ...table, ...reference, ...notes.map(escapeText)];
  return `${parts.join('\n\n')}\n`;
}

function writeTable(figures: GateResult['figures']): string {
  const rows = listFigureRows(figures).map(writeRow);
  return [writeRow(FIGURE_ROW_HEAD), '|---|--:|--:|--:|--:|---|', ...rows].join('\n');
}

function writeRow({ name, reference, candidate, change, limit, outcome }: FigureRow): string {
  return `| ${[name, reference, candidate, change, limit, outcome].map(escapeText).join(' | ')} |`;
}

/** What a service printed may stand in a sentence: none of it may become a link, a mention or a table. */
function escapeText(text: string): string {
  return text.replaceAll(/[\\`*_{}<>[\]()#|~@!]/g, (character) => `\\${character}`).replaceAll(/[\r\n]+/g, ' ');
}
