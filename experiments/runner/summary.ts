import { DelayDistribution, mergeLoopDelaySnapshots, parseLoopDelaySnapshot } from 'offloop/loop-delay';
import type { ArmSummary } from '../report/arm-summary.js';
import type { Run } from './run-record.js';
import type { ScenarioArm } from './scenario.js';
import type { TrialRecord } from './trial-record.js';

/** A trial whose figures were left out, and why. */
export interface ExcludedTrial {
  readonly arm: string;
  readonly block: number;
  readonly faults: readonly string[];
}

/** Takes each arm's valid trials together, in the order of `arms`; an arm without a valid trial is left out. */
export function summarizeArms(arms: readonly ScenarioArm[], trials: readonly TrialRecord[]): ArmSummary[] {
  return arms.flatMap((arm) => {
    const valid = trials.filter((trial) => trial.arm === arm.label && isValid(trial));
    return valid.length === 0 ? [] : [summarizeArm(arm, valid)];
  });
}

export function listExcluded({ trials, failedTrials }: Pick<Run, 'trials' | 'failedTrials'>): ExcludedTrial[] {
  return [...trials.filter((trial) => !isValid(trial)), ...failedTrials]
    .sort((a, b) => a.block - b.block)
    .map(({ arm, block, faults }) => ({ arm, block, faults }));
}

/** The p99 of what a request waits for the loop. */
export function readP99Millis(trial: TrialRecord): number {
  return readLoopDelay(trial).arrivalWeighted.percentileMillis(99);
}

export function isValid({ faults }: TrialRecord): boolean {
  return faults.length === 0;
}

function summarizeArm(arm: ScenarioArm, trials: readonly TrialRecord[]): ArmSummary {
  const loopDelay = mergeLoopDelaySnapshots(trials.map(readLoopDelay));
  const latency = DelayDistribution.merge(
    trials.map(({ load }) => new DelayDistribution(load.latency.buckets.map((b) => [b.upToMillis, b.count] as const))),
  );
  const sum = (read: (trial: TrialRecord) => number) => trials.reduce((total, trial) => total + read(trial), 0);
  return {
    armName: arm.label,
    raw: loopDelay.raw,
    arrivalWeighted: loopDelay.arrivalWeighted,
    utilization: loopDelay.utilization,
    mainThreadCpuMillisPerSecond:
      loopDelay.mainThreadCpuMillis === null
        ? null
        : loopDelay.mainThreadCpuMillis / (loopDelay.durationMillis / MILLIS_PER_SECOND),
    latencyP50Millis: latency.percentileMillis(50),
    latencyP99Millis: latency.percentileMillis(99),
    madeSpanCount: sum(({ finished }) => finished.madeSpanCount),
    receivedSpanCount: sum(({ receivedSpanCount }) => receivedSpanCount),
    droppedSpanCount: sum((trial) => countLostSpans(arm, trial)),
  };
}

const MILLIS_PER_SECOND = 1_000;

/** Without an exporter every span is let go. */
function countLostSpans({ armName }: ScenarioArm, { finished }: TrialRecord): number {
  return armName === 'control' ? finished.madeSpanCount : finished.droppedSpanCount + finished.failedSpanCount;
}

function readLoopDelay({ measured }: TrialRecord) {
  return parseLoopDelaySnapshot(measured.loopDelay);
}
