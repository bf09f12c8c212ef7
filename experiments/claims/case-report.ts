import type { ComparisonTable } from '../report/comparison.js';
import { drawTable } from '../report/comparison-table.js';
import { writeMarkdownTable } from '../report/markdown-table.js';
import { listOrigin } from '../report/origin-lines.js';
import { type Terminal, wrapText } from '../report/terminal.js';
import type { ClaimRun, ClaimTrial } from './claim.js';

/** What a run of a claim or a study has to say. */
export interface CaseReport {
  readonly heading: string;
  /** What was asked. */
  readonly question: string;
  readonly tables: readonly ComparisonTable[];
  /** What was found. */
  readonly conclusion: string;
  /** How the cases of a block were run. */
  readonly procedure: string;
}

/** For a terminal: what was asked, the tables, and what was found. */
export function drawCases(
  { question, tables, conclusion }: CaseReport,
  trials: readonly ClaimTrial[],
  terminal: Terminal,
): string {
  return [
    wrapText(question),
    ...tables.map((table) => drawTable(table, terminal)),
    [...writeNotes(trials), conclusion].map(wrapText).join('\n'),
  ].join('\n\n');
}

/** As Markdown: what was found and asked, the tables, where they come from. */
export function writeCaseSummary(
  { heading, question, tables, conclusion, procedure }: CaseReport,
  { trials, size, provenance }: Pick<ClaimRun, 'trials' | 'size' | 'provenance'>,
): string {
  const lines = [
    ...writeNotes(trials),
    `Command: \`${provenance.command}\``,
    `Size: ${size.blockCount} blocks; ${procedure}; ${JSON.stringify(size.settings)}`,
    ...listOrigin(provenance),
  ];
  return `${[
    `# ${heading}`,
    conclusion,
    question,
    ...tables.map(writeMarkdownTable),
    lines.map((line) => `- ${line}`).join('\n'),
  ].join('\n\n')}\n`;
}

function writeNotes(trials: readonly ClaimTrial[]): string[] {
  return trials.flatMap(({ case: caseName, block, faults }) =>
    faults.length === 0 ? [] : [`Left out: ${caseName} of block ${block + 1}, because ${faults.join('; ')}.`],
  );
}
