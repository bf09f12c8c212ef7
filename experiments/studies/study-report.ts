import type { ClaimTrial, EstimateOf, ValueOfBlock } from '../claims/claim.js';
import { formatValue } from '../claims/claim-report.js';
import { Estimates, FEWEST_BLOCKS } from '../claims/estimate.js';
import type { ComparisonTable } from '../report/comparison.js';
import { drawTable } from '../report/comparison-table.js';
import { writeMarkdownTable } from '../report/markdown-table.js';
import { type Terminal, wrapText } from '../report/terminal.js';
import { median } from '../runner/median.js';
import type { Study, StudyRun, StudyTable } from './study.js';

/** A study for a terminal: its question, its tables, and what was found. */
export function drawStudy(study: Study, run: StudyRun, terminal: Terminal): string {
  return [
    wrapText(study.question),
    ...listTables(study, run).map((table) => drawTable(table, terminal)),
    [...writeNotes(run), concludeStudy(study, run)].map(wrapText).join('\n'),
  ].join('\n\n');
}

/** A study as Markdown: what was found, the tables, where they come from. */
export function writeStudySummary(study: Study, run: StudyRun): string {
  const { provenance, size } = run;
  return `${[
    `# ${study.name}: ${study.title}`,
    concludeStudy(study, run),
    study.question,
    ...listTables(study, run).map(writeMarkdownTable),
    [
      ...writeNotes(run),
      `Command: \`${provenance.command}\``,
      `Size: ${size.blockCount} blocks; each case once a block, in random order, in fresh processes; ${JSON.stringify(size.settings)}`,
      `Commit: ${provenance.commit ?? 'unknown'}, ${provenance.startedAt}`,
      `Node ${provenance.node} (V8 ${provenance.v8}), ${provenance.os}`,
      `${provenance.cpuCount} x ${provenance.cpuModel}, governor ${provenance.governor ?? 'unknown'}, load before the run ${provenance.loadBefore}`,
    ]
      .map((line) => `- ${line}`)
      .join('\n'),
  ].join('\n\n')}\n`;
}

/** The study's own sentence, or that too few blocks count for one. */
export function concludeStudy(study: Study, { trials, inputs }: Pick<StudyRun, 'trials' | 'inputs'>): string {
  const estimates = new Estimates(study, trials);
  if (estimates.blockCount < FEWEST_BLOCKS) {
    return `Cannot tell: ${estimates.blockCount} blocks count, and it takes ${FEWEST_BLOCKS}; raise --blocks, or see what was left out.`;
  }
  const estimate: EstimateOf = (value) => {
    const interval = estimates.estimate(value);
    if (interval === null) throw new Error('unreachable: there are blocks enough for an interval');
    return interval;
  };
  return study.verdict(estimate, inputs);
}

function listTables(study: Study, { trials, inputs }: StudyRun): ComparisonTable[] {
  const estimates = new Estimates(study, trials);
  return [...study.tables.map((table) => fillTable(table, estimates)), ...(study.tabulateInputs?.(inputs) ?? [])];
}

function fillTable({ title, columns, rows }: StudyTable, estimates: Estimates): ComparisonTable {
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
  const values: number[] = [];
  const interval = estimates.estimate((figure) => {
    const ofBlock = value(figure);
    values.push(ofBlock);
    return ofBlock;
  });
  const middle = interval?.estimate ?? median(values);
  if (middle === undefined) return '-';
  if (interval === null || !hasInterval || interval.low === interval.high) return formatValue(middle);
  return `${formatValue(middle)} (${formatValue(interval.low)} to ${formatValue(interval.high)})`;
}

function writeNotes({ trials }: { readonly trials: readonly ClaimTrial[] }): string[] {
  return trials.flatMap(({ case: caseName, block, faults }) =>
    faults.length === 0 ? [] : [`Left out: ${caseName} of block ${block + 1}, because ${faults.join('; ')}.`],
  );
}
