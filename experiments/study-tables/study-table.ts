import { Estimates } from '../claims/estimate.js';
import { writeMarkdownTable } from '../report/markdown-table.js';
import type { StudyRow, StudyRun, StudyTable } from '../studies/study.js';
import { fillTable } from '../studies/study-report.js';

/**
 * A table of a study for a document, and where it comes from. A row whose cases the run lacks, because it is older than
 * they are, is left out.
 *
 * @param folder of the run, as the document names it.
 */
export function writeStudyTable({ rows, ...table }: StudyTable, run: StudyRun, folder: string): string {
  const caseNames = new Set(run.trials.map((trial) => trial.case));
  const estimates = new Estimates({ name: run.study, cases: [...caseNames] }, run.trials);
  const known = rows.filter((row) => listCases(row).every((name) => caseNames.has(name)));
  return `${writeMarkdownTable(fillTable({ ...table, rows: known }, estimates))}\n\n${describeSource(run, folder)}`;
}

/** The cases its values ask for. */
function listCases({ values }: StudyRow): string[] {
  const asked = new Set<string>();
  for (const value of values) {
    value?.((caseName) => {
      asked.add(caseName);
      return 1;
    });
  }
  return [...asked];
}

function describeSource({ provenance, size }: StudyRun, folder: string): string {
  const { requestsPerSecond, characters } = size.settings;
  const load =
    requestsPerSecond === undefined || characters === undefined
      ? ''
      : ` at ${requestsPerSecond} requests/s of ${characters.toLocaleString('en-US')} characters`;
  return (
    `<sub>\`${provenance.command}\`, Node ${provenance.node}, ${size.blockCount} blocks${load}: ` +
    `[summary](${folder}/summary.md), [raw data](${folder}/raw.jsonl). Written by \`npm run docs:tables\`.</sub>`
  );
}
