import { DEFAULTS } from '#gate/config/gate-config';
import { formatClock } from '#gate/output/clock';
import { formatCount, formatPercent, formatRange } from '../report/format-figure.js';
import type { LiveRun } from './live-run.js';
import { writeLiveTable } from './live-table.js';
import { describeArm } from './power-arms.js';
import { GATE_MARGINS } from './power-gates.js';
import type { PowerRecord } from './power-record.js';
import { isDefaultTrial, type PowerRun } from './power-run.js';
import { isMet, type PowerRow, readShare } from './power-study.js';

/** The study as a Markdown page. @param record Undefined where nothing was drawn yet. */
export function writePowerReport(run: PowerRun, record: PowerRecord | undefined, liveRuns: readonly LiveRun[]): string {
  const { provenance, resumptions } = run;
  const drawn = record === undefined ? 'Nothing is drawn from the trials yet.' : writePowerTables(record, liveRuns);
  const draw = record === undefined ? '' : `; drawn: \`${record.command}\`, seed ${record.settings.seed}`;
  const resumed =
    resumptions.length === 0 ? '' : `, gone on with ${resumptions.map(({ startedAt }) => startedAt).join(', ')}`;
  return `# What the gate finds, and what it alarms about

${describeFinding(record)}

${describeTrials(run)}

${drawn}

Trials: \`${provenance.command}\`, ${provenance.startedAt}${resumed}, commit
${provenance.commit ?? 'unknown'}, Node ${provenance.node}, ${provenance.cpuCount} x ${provenance.cpuModel}, ${provenance.os}${draw}.
`;
}

/** What was drawn from recorded trials, and what the gate said live. */
export function writePowerTables({ rows, settings }: PowerRecord, liveRuns: readonly LiveRun[]): string {
  return `${settings.runCount} runs a row, drawn from the recorded blocks and judged by the code of \`offloop gate\` with its
default looks, margins and time (${formatClock(DEFAULTS.timeBudgetMillis)} minutes of what the trials took). A run takes blocks at random, none twice;
"in a row" are runs that take neighboring blocks as they came, one from each block on. The runs overlap: "apart" says how
many would fit into the recorded blocks side by side, and the shares are as certain as of so many independent runs.

| candidate | gate on | regressed | holds | can't judge | regressed, in a row | blocks | apart | longest run | target | |
|---|---|---|---|---|---|---|---|---|---|---|
${rows.map(writeRow).join('\n')}

Blocks: until the verdict, on average. ${GATE_MARGINS}

${writeLiveTable(liveRuns)}`;
}

/** The first sentence of the page. */
function describeFinding(record: PowerRecord | undefined): string {
  const targeted = (record?.rows ?? []).filter(({ target }) => target !== null);
  if (targeted.length === 0) return 'Trials are recorded; what the gate makes of them is not known yet.';
  const share = ({ drawn }: PowerRow) => readShare(drawn);
  const caught = targeted.filter(({ target }) => target?.bound === 'at least').map(share);
  const alarms = targeted.filter(({ target }) => target?.bound === 'at most').map(share);
  return `On the same trials the gate says \`regressed\` of what did regress in ${formatRange(caught, formatPercent)} of its runs, and of what did not in at most ${formatPercent(Math.max(...alarms))}.`;
}

/** For a terminal, as it comes. */
export function describeRow(row: PowerRow): string {
  return `${row.arm.label}, ${row.gate}: regressed ${formatPercent(readShare(row.drawn))}${describeMet(row)}`;
}

/** How many there are, of which size, and what is amiss with them. */
export function describeTrials({ gatePower, trials, failedTrials }: PowerRun): string {
  const { arms, trial } = gatePower;
  const blockCounts = arms.map(({ label }) => trials.filter((one) => one.label === label).length);
  const size = `a warm-up of ${formatCount(trial.warmUpMillis)} ms and ${formatCount(trial.measuredMillis)} ms measured`;
  const faultyCount = trials.filter(({ faults }) => faults.length > 0).length;
  const lossyCount = trials.filter((one) => one.receivedSpanCount < one.expectedSpanCount).length;
  return [
    `${formatCount(trials.length)} trials, at least ${Math.min(...blockCounts)} of each of ${arms.length} arms, each with ${size}, ` +
      `${isDefaultTrial(trial) ? 'as by default' : "**not the gate's default**"}.`,
    `${faultyCount} may not be counted, as a live run finds too; in ${lossyCount} spans were missing, whose blocks no run takes; ` +
      `${failedTrials.length} more gave no figures.`,
  ].join('\n');
}

function writeRow(row: PowerRow): string {
  const { verdicts, recordedBlockCount, meanBlockCount, longestRunMillis } = row.drawn;
  const runCount = verdicts.regressed + verdicts.holds + verdicts['cannot judge'];
  const target = row.target === null ? '' : `${row.target.bound} ${formatPercent(row.target.share)}`;
  const met = { true: 'met', false: '**missed**', null: '' }[`${isMet(row)}`];
  const shares = [verdicts.regressed, verdicts.holds, verdicts['cannot judge']].map((count) =>
    formatPercent(count / runCount),
  );
  const cells = [
    describeArm(row.arm),
    row.gate,
    ...shares,
    formatPercent(readShare(row.asRecorded)),
    meanBlockCount.toFixed(1),
    `${Math.floor(recordedBlockCount / meanBlockCount)}`,
    formatClock(longestRunMillis),
    target,
    met,
  ];
  return `| ${cells.join(' | ')} |`;
}

function describeMet(row: PowerRow): string {
  const met = isMet(row);
  if (met === null || row.target === null) return '';
  return ` (${row.target.bound} ${formatPercent(row.target.share)}: ${met ? 'met' : 'missed'})`;
}
