import { FIGURES, formatChange } from '#gate/figures';
import { formatClock } from '#gate/output/clock';
import { formatInterval } from '#gate/verdict/sentence';
import { formatRange } from '../report/format-figure.js';
import { type LiveOutcome, listFailures, MAX_LIVE_MILLIS, readOutcome } from './live-outcome.js';
import { describeSize, isDefaultSize } from './live-plan.js';
import { type LiveRun, listCommits } from './live-run.js';
import { describeArm, isRepeat, listCandidates, POWER_ARMS } from './power-arms.js';
import { chooseGate } from './power-gates.js';

const CANDIDATES = listCandidates(Object.values(POWER_ARMS).flat());

const VERDICTS = ['regressed', 'holds', 'cannot judge'] as const;

const OUTCOME_WORDS: Readonly<Record<LiveOutcome, string>> = {
  agrees: '',
  unclear: '  the machine was too noisy',
  disagrees: '  not as it must be',
};

/** What the live runs came to, as Markdown: a row a candidate. */
export function writeLiveTable(runs: readonly LiveRun[]): string {
  const [first] = runs;
  if (first === undefined) return 'No live runs yet.';
  const { size, node, machine } = first;
  const whose = isDefaultSize(size) ? "the gate's default size" : "**not the gate's default size**";
  return `Live runs of \`offloop gate\`, each with processes of its own: ${describeSize(size)}, ${whose}.
Commit ${listCommits(runs).join(', ')}, Node ${node}, ${machine}. A run agrees when it has measured something and says
what it must, in less than ${formatClock(MAX_LIVE_MILLIS)} minutes, and all spans arrived.

| candidate | gate on | must | regressed | holds | can't judge | blocks | longest run | change, run by run | |
|---|---|---|---|---|---|---|---|---|---|
${CANDIDATES.flatMap((arm) => writeRow(runs.filter(({ candidate }) => candidate === arm.label))).join('\n')}`;
}

/** For a terminal, 80 columns: a row a run. */
export function drawLiveTable(runs: readonly LiveRun[]): string {
  return ['candidate            round verdict      blocks  time change', ...runs.map(drawLiveRow)].join('\n');
}

/** What it came to, and below it why that is not as it must be. */
export function drawLiveRow(run: LiveRun): string {
  const { candidate, round, verdict, blockCount, durationMillis } = run;
  const cells = [
    candidate.padEnd(20),
    `${round + 1}`.padStart(5),
    verdict.padEnd(12),
    `${blockCount}`.padStart(6),
    formatClock(durationMillis).padStart(5),
    describeChange(run),
  ];
  const remarks = [OUTCOME_WORDS[readOutcome(run)], ...listFailures(run).map((failure) => `  ${failure}`)];
  return [cells.join(' '), ...remarks.filter((remark) => remark !== '')].join('\n');
}

function writeRow(runs: readonly LiveRun[]): string[] {
  const [first] = runs;
  const arm = CANDIDATES.find(({ label }) => label === first?.candidate);
  if (first === undefined || arm === undefined) return [];
  const changes = runs.map(({ figure, difference }) =>
    difference === null ? '-' : formatChange(figure, difference.estimate),
  );
  const cells = [
    describeArm(arm),
    chooseGate(arm),
    isRepeat(arm) ? 'not regress' : 'regress',
    ...VERDICTS.map((verdict) => runs.filter((run) => run.verdict === verdict).length),
    formatRange(runs.map(({ blockCount }) => blockCount)),
    formatClock(Math.max(...runs.map(({ durationMillis }) => durationMillis))),
    `${changes.join(', ')} ${FIGURES[first.figure].unit}`,
    describeAgreement(runs),
  ];
  return [`| ${cells.join(' | ')} |`];
}

/** A run that the machine spoilt stays in the count. */
function describeAgreement(runs: readonly LiveRun[]): string {
  const count = (outcome: LiveOutcome) => runs.filter((run) => readOutcome(run) === outcome).length;
  const isAll = count('agrees') === runs.length;
  return [
    `${count('agrees')} of ${runs.length} agree`,
    ...(count('unclear') > 0 ? [`${count('unclear')} too noisy`] : []),
    ...(count('disagrees') > 0 ? [`${count('disagrees')} not as it must be`] : []),
  ]
    .map((part) => (isAll ? part : `**${part}**`))
    .join(', ');
}

function describeChange({ figure, difference }: LiveRun): string {
  if (difference === null) return '-';
  return `${formatChange(figure, difference.estimate)} ${formatInterval(figure, difference, formatChange)}`;
}
