import { median } from '#gate/statistics/sample-statistics';
import { describeInjectedBlocks } from '../runner/conclusion.js';
import type { ArmPair } from '../runner/paired-comparison.js';
import type { Replay, ReplaySettings, VerdictCounts } from '../runner/replay.js';
import type { Run } from '../runner/run-record.js';
import { listExcluded } from '../runner/summary.js';
import { formatMillis, formatPercent } from './format-figure.js';

export interface ReplayReport {
  readonly run: Run;
  readonly pairs: readonly ArmPair[];
  readonly settings: ReplaySettings;
  readonly result: Replay;
  readonly command: string;
}

/** What a replay showed, a paragraph each; plain text that is also Markdown. */
export function describeReplay({ run, pairs, settings, result, command }: ReplayReport): string[] {
  const { blockCount, runCount, rule } = settings;
  const injected = run.scenario.arms.find(({ role }) => role === 'injected')?.injectedBlocks;
  const blocks = injected ? describeInjectedBlocks(injected) : 'blocks';
  const excludedCount = listExcluded(run).length;
  const trialCount = run.trials.length + run.failedTrials.length;
  const medianOf = (choose: (pair: ArmPair) => number) => formatMillis(median(pairs.map(choose)));
  return [
    `${runCount} runs of ${blockCount} blocks of ${run.size.measuredMillis} ms were drawn from ${pairs.length} ` +
      `recorded blocks (${excludedCount} of ${trialCount} trials are invalid and left out) and decided by the code ` +
      `that decides every run: margin ${rule.marginMillis} ms, confidence ${formatPercent(rule.confidence)}.`,
    `A/A pair: called different in ${describeShare(result.repeated, 'different', runCount)}, which must be at most ` +
      `${formatPercent(1 - rule.confidence)}; the same in ${describeShare(result.repeated, 'same', runCount)}; undecided ` +
      `in ${describeShare(result.repeated, 'cannot tell', runCount)}.`,
    `Injected ${blocks}: found in ${describeShare(result.injected, 'different', runCount)}, which must be at least ` +
      `95.0 %; missed in ${describeShare(result.injected, 'same', runCount)}; undecided in ` +
      `${describeShare(result.injected, 'cannot tell', runCount)}.`,
    `At p99 a request waits ${medianOf((pair) => pair.baselineMillis)} ms in the control and ` +
      `${medianOf((pair) => pair.candidateMillis)} ms with injected blocks (arrival-weighted, medians of a trial).`,
    `The draws overlap, so the shares are less certain than so many independent runs would be.`,
    `Command: \`${command}\`; trials: \`${run.provenance.command}\`, ${run.provenance.startedAt}, commit ` +
      `${run.provenance.commit ?? 'unknown'}, Node ${run.provenance.node}.`,
  ];
}

function describeShare(counts: VerdictCounts, verdict: keyof VerdictCounts, runCount: number): string {
  return formatPercent(counts[verdict] / runCount);
}
