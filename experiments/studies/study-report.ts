import { median } from '#gate/statistics/sample-statistics';
import { type CaseReport, drawCases, writeCaseSummary } from '../claims/case-report.js';
import type { ValueOfBlock } from '../claims/claim.js';
import { formatValue } from '../claims/claim-report.js';
import { Estimates, FEWEST_BLOCKS } from '../claims/estimate.js';
import type { ComparisonTable } from '../report/comparison.js';
import type { Terminal } from '../report/terminal.js';
import type { Study, StudyRun, StudyTable } from './study.js';

/** A study for a terminal: its question, its tables, and what was found. */
export function drawStudy(study: Study, run: StudyRun, terminal: Terminal): string {
  return drawCases(describeRun(study, run), run.trials, terminal);
}

/** A study as Markdown: what was found, the tables, where they come from. */
export function writeStudySummary(study: Study, run: StudyRun): string {
  return writeCaseSummary(describeRun(study, run), run);
}

function describeRun(study: Study, { trials, inputs }: StudyRun): CaseReport {
  const estimates = new Estimates(study, trials);
  return {
    heading: `${study.name}: ${study.title}`,
    question: study.question,
    tables: [...study.tables.map((table) => fillTable(table, estimates)), ...(study.tabulateInputs?.(inputs) ?? [])],
    conclusion: concludeStudy(study, estimates, inputs),
    procedure: 'each case once a block, in random order, in fresh processes',
  };
}

/** The study's own sentence, or that too few blocks count for one. */
function concludeStudy({ verdict }: Study, estimates: Estimates, inputs: unknown): string {
  return (
    estimates.judge((estimate) => verdict(estimate, inputs)) ??
    `Cannot tell: ${estimates.blocks.length} blocks count, and it takes ${FEWEST_BLOCKS}; raise --blocks, or see what was left out.`
  );
}

/** With the figures of a run. */
export function fillTable({ title, columns, rows }: StudyTable, estimates: Estimates): ComparisonTable {
  return {
    title,
    head: ['', ...columns.map(({ head }) => head)],
    rows: rows.map(({ label, values }) => [
      label,
      ...columns.map(({ hasInterval = false }, index) => {
        const value = values[index] ?? null;
        return value === null ? '-' : formatCell(value, estimates, hasInterval);
      }),
    ]),
  };
}

function formatCell(value: ValueOfBlock, estimates: Estimates, hasInterval: boolean): string {
  if (estimates.blocks.length === 0) return '-';
  const interval = estimates.estimate(value);
  const middle = interval?.estimate ?? median(estimates.listValues(value));
  if (interval === null || !hasInterval || interval.low === interval.high) return formatValue(middle);
  return `${formatValue(middle)} (${formatValue(interval.low)} to ${formatValue(interval.high)})`;
}
