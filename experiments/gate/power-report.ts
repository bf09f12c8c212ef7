import { DEFAULTS } from '#gate/config/gate-config';
import { formatCount, formatPercent } from '../report/format-figure.js';
import type { RunHeader } from '../runner/run-record.js';
import type { LiveRun } from './live-run.js';
import { writeLiveTable } from './live-table.js';
import { nameCandidate } from './name-candidate.js';
import type { PowerRecord } from './power-record.js';
import { isDefaultTrial, REFERENCE_ARM } from './power-scenario.js';
import { countDefaultBlocks, isMet, type PowerRow, readShare } from './power-study.js';

/** In the run's folder. */
export const POWER_REPORT_FILE = 'gate-power.md';

/** The study as a Markdown page. */
export function writePowerReport(run: RunHeader, record: PowerRecord, liveRuns: readonly LiveRun[]): string {
  const { provenance } = run;
  return `# What the gate finds, and what it alarms about

${writePowerTables(run, record, liveRuns)}

Command: \`${record.command}\`, seed ${record.settings.seed}; trials: \`${provenance.command}\`, ${provenance.startedAt}, commit
${provenance.commit ?? 'unknown'}, Node ${provenance.node}, ${provenance.cpuCount} x ${provenance.cpuModel}, ${provenance.os}.
`;
}

/** What was drawn from recorded trials, and what the gate said live. */
export function writePowerTables(
  { size }: Pick<RunHeader, 'size'>,
  { rows, settings, trials }: PowerRecord,
  liveRuns: readonly LiveRun[],
): string {
  return `${settings.runCount} runs of ${settings.blockCount} blocks a row, drawn from ${size.blockCount} recorded blocks and judged by the code of
\`offloop gate\` with its default looks and margins. ${describeSize(size, settings.blockCount)}
${trials.invalidTrialCount} of ${formatCount(trials.trialCount)} trials are invalid and left out. The reference is always \`${REFERENCE_ARM.label}\`. The draws
overlap, so the shares are less certain than so many independent runs would be.

| candidate | gate on | regressed | holds | can't judge | blocks | target | |
|---|---|---|---|---|---|---|---|
${rows.map(writeRow).join('\n')}

Blocks: until the verdict, on average. The margin is 1 % for main-thread CPU and the default for the others.

${writeLiveTable(liveRuns)}`;
}

/** For a terminal, as it comes. */
export function describeRow(row: PowerRow): string {
  return `${row.arm.label}, ${row.gate}: regressed ${formatPercent(readShare(row))}${describeMet(row)}`;
}

/** Whether trials and blocks are as by default, and where not, what that would be; how many blocks is an estimate. */
function describeSize(size: RunHeader['size'], blockCount: number): string {
  const { trial } = DEFAULTS;
  const own = `A trial warms up for ${formatCount(size.warmUpMillis)} ms and is measured for ${formatCount(size.measuredMillis)} ms`;
  const defaultBlockCount = countDefaultBlocks();
  if (isDefaultTrial(size) && blockCount === defaultBlockCount) {
    return (
      `${own}, as by default; ${blockCount} blocks are about as many as\n` +
      'the default time has room for, were no trial left out.'
    );
  }
  return (
    `${own}. **Not the default size**: that is ${formatCount(trial.warmUpMillis)} ms and ` +
    `${formatCount(trial.measuredMillis)} ms, and about ${defaultBlockCount} blocks in the time that a run has.`
  );
}

function writeRow(row: PowerRow): string {
  const { verdicts, meanBlockCount } = row.drawn;
  const runCount = verdicts.regressed + verdicts.holds + verdicts['cannot judge'];
  const target = row.target === null ? '' : `${row.target.bound} ${formatPercent(row.target.share)}`;
  const met = { true: 'met', false: '**missed**', null: '' }[`${isMet(row)}`];
  const shares = [verdicts.regressed, verdicts.holds, verdicts['cannot judge']].map((count) =>
    formatPercent(count / runCount),
  );
  return `| ${[nameCandidate(row.arm), row.gate, ...shares, meanBlockCount.toFixed(1), target, met].join(' | ')} |`;
}

function describeMet(row: PowerRow): string {
  const met = isMet(row);
  if (met === null || row.target === null) return '';
  return ` (${row.target.bound} ${formatPercent(row.target.share)}: ${met ? 'met' : 'missed'})`;
}
