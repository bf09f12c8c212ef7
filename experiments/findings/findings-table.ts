import type { Claim, ClaimRow, ClaimRun } from '../claims/claim.js';
import { formatInterval } from '../claims/claim-report.js';
import { concludeClaim, Estimates } from '../claims/estimate.js';
import { writeMarkdownRows } from '../report/markdown-table.js';
import type { Finding, FindingRow, Language } from './finding.js';
import { STATUS, writeFigures, writeOrigin } from './words.js';

const FIGURES_HEAD: Readonly<Record<Language, readonly [string, string]>> = {
  en: ['the document (Python)', 'measured (Node), 95 % interval'],
  vi: ['tài liệu (Python)', 'đo được (Node), khoảng tin cậy 95 %'],
};

/**
 * A finding as Markdown: the verdict, the rows that answer the claim, and where they come from.
 *
 * @param folder of the run, as seen from the document.
 * @throws {Error} when the claim has no such row.
 */
export function writeFinding(
  { claim, finding, run, folder }: { claim: Claim; finding: Finding; run: ClaimRun; folder: string },
  language: Language,
): string {
  const estimates = new Estimates(claim, run.trials);
  const verdict = concludeClaim(claim, run.trials);
  const rows = finding.rows.map((row) => {
    const { document, unit, value } = findRow(claim, row);
    const figures = [document ?? '-', formatInterval(estimates.estimate(value), unit)];
    return [row.name[language], ...figures.map((cell) => writeFigures(cell, language))];
  });
  const sentence = language === 'en' ? verdict.sentence : writeFigures(verdict.vietnameseSentence, language);
  return [
    `**${STATUS[verdict.status][language]}** ${sentence}`,
    writeMarkdownRows({ head: [finding.measures[language], ...FIGURES_HEAD[language]], rows }),
    writeOrigin(run.provenance, [`[summary.md](${folder}/summary.md)`, `[raw.jsonl](${folder}/raw.jsonl)`]),
  ].join('\n\n');
}

/** @throws {Error} when the claim has no such row. */
export function findRow(claim: Claim, { table, label }: FindingRow): ClaimRow {
  const found = claim.tables.find(({ title }) => title === table)?.rows.find((row) => row.label === label);
  if (found === undefined) throw new Error(`${claim.name}: expected a table '${table}' with a row '${label}'`);
  return found;
}
