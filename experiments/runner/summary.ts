import { DelayDistribution, mergeLoopDelaySnapshots, parseLoopDelaySnapshot } from 'offloop/loop-delay';
import type { ArmName } from '../arms/index.js';
import type { ArmSummary } from '../report/arm-summary.js';
import type { TrialRecord } from './trial.js';

/** A trial whose figures were left out, and why. */
export interface ExcludedTrial {
  readonly arm: ArmName;
  readonly block: number;
  readonly faults: readonly string[];
}

/** Takes each arm's valid trials together, in the order of `arms`; an arm without a valid trial is left out. */
export function summarizeArms(arms: readonly ArmName[], trials: readonly TrialRecord[]): ArmSummary[] {
  return arms.flatMap((arm) => {
    const valid = trials.filter((trial) => trial.arm === arm && isValid(trial));
    return valid.length === 0 ? [] : [summarizeArm(arm, valid)];
  });
}

export function listExcluded(trials: readonly TrialRecord[]): ExcludedTrial[] {
  return trials.filter((trial) => !isValid(trial)).map(({ arm, block, faults }) => ({ arm, block, faults }));
}

/** The p99 of what a request waits for the loop, in milliseconds, by arm, of every block whose trials are all valid. */
export function listBlockP99Millis(
  arms: readonly ArmName[],
  trials: readonly TrialRecord[],
): ReadonlyMap<ArmName, number>[] {
  const blocks = [...new Set(trials.map(({ block }) => block))];
  return blocks.flatMap((block) => {
    const valid = trials.filter((trial) => trial.block === block && isValid(trial));
    if (!arms.every((arm) => valid.some((trial) => trial.arm === arm))) return [];
    return [new Map(valid.map((trial) => [trial.arm, readLoopDelay(trial).arrivalWeighted.percentileMillis(99)]))];
  });
}

export function isValid({ faults }: TrialRecord): boolean {
  return faults.length === 0;
}

function summarizeArm(arm: ArmName, trials: readonly TrialRecord[]): ArmSummary {
  const loopDelay = mergeLoopDelaySnapshots(trials.map(readLoopDelay));
  const latency = DelayDistribution.merge(
    trials.map(({ load }) => new DelayDistribution(load.latency.buckets.map((b) => [b.upToMillis, b.count] as const))),
  );
  const sum = (read: (trial: TrialRecord) => number) => trials.reduce((total, trial) => total + read(trial), 0);
  return {
    armName: arm,
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
    droppedSpanCount: sum(countLostSpans),
  };
}

const MILLIS_PER_SECOND = 1_000;

/** Without an exporter every span is let go. */
function countLostSpans({ arm, finished }: TrialRecord): number {
  return arm === 'control' ? finished.madeSpanCount : finished.droppedSpanCount + finished.failedSpanCount;
}

function readLoopDelay({ measured }: TrialRecord) {
  return parseLoopDelaySnapshot(measured.loopDelay);
}
