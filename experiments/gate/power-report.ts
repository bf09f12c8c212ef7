import { formatPercent } from '../report/format-figure.js';
import { describeInjectedBlocks } from '../runner/conclusion.js';
import type { Run } from '../runner/run-record.js';
import { listExcluded } from '../runner/summary.js';
import { DEARER_ARM, REFERENCE_ARM, REPEAT_ARM } from './power-scenario.js';
import { isMet, type PowerRow, type PowerSettings, readShare } from './power-study.js';

/** The study as a Markdown page. */
export function writePowerReport(
  run: Run,
  rows: readonly PowerRow[],
  { blockCount, runCount, seed }: PowerSettings,
  command: string,
): string {
  const { size, provenance } = run;
  const trialCount = run.trials.length + run.failedTrials.length;
  return `# What the gate finds, and what it alarms about

${runCount} runs of ${blockCount} blocks a row, drawn from ${size.blockCount} recorded blocks and judged by the code of
\`offloop gate\` with its default looks and margins. A trial warms up for ${size.warmUpMillis} ms and is measured for
${size.measuredMillis} ms; ${listExcluded(run).length} of ${trialCount} trials are invalid and left out. The reference is always
\`${REFERENCE_ARM.label}\`. The draws overlap, so the shares are less certain than so many independent runs would be.

| candidate | gate on | regressed | holds | can't judge | blocks | target | |
|---|---|---|---|---|---|---|---|
${rows.map(writeRow).join('\n')}

Blocks: until the verdict, on average. The margin is 1 % for main-thread CPU and the default for the others.

Command: \`${command}\`, seed ${seed}; trials: \`${provenance.command}\`, ${provenance.startedAt}, commit
${provenance.commit ?? 'unknown'}, Node ${provenance.node}, ${provenance.cpuCount} x ${provenance.cpuModel}, ${provenance.os}.
`;
}

/** For a terminal, as it comes. */
export function describeRow(row: PowerRow): string {
  return `${row.arm.label}, ${row.gate}: regressed ${formatPercent(readShare(row))}${describeMet(row)}`;
}

function writeRow(row: PowerRow): string {
  const { verdicts, meanBlockCount } = row.drawn;
  const runCount = verdicts.regressed + verdicts.holds + verdicts['cannot judge'];
  const target = row.target === null ? '' : `${row.target.bound} ${formatPercent(row.target.share)}`;
  const met = { true: 'met', false: '**missed**', null: '' }[`${isMet(row)}`];
  const shares = [verdicts.regressed, verdicts.holds, verdicts['cannot judge']].map((count) =>
    formatPercent(count / runCount),
  );
  return `| ${[nameCandidate(row), row.gate, ...shares, meanBlockCount.toFixed(1), target, met].join(' | ')} |`;
}

function describeMet(row: PowerRow): string {
  const met = isMet(row);
  if (met === null || row.target === null) return '';
  return ` (${row.target.bound} ${formatPercent(row.target.share)}: ${met ? 'met' : 'missed'})`;
}

function nameCandidate({ arm }: PowerRow): string {
  const { label, injectedBlocks } = arm;
  if (injectedBlocks !== null) return `${label}: ${describeInjectedBlocks(injectedBlocks)}`;
  if (label === REPEAT_ARM.label) return `${label}: the same`;
  return label === DEARER_ARM.label ? `${label}: encoder 30 % dearer` : label;
}
