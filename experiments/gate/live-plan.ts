import { formatCount } from '../report/format-figure.js';
import { DEFAULT_SIZE, type GateSize } from './arm-settings.js';
import { listCandidates, POWER_ARMS, type PowerArm, type PowerServiceName } from './power-arms.js';
import { isDefaultTrial } from './power-run.js';

export function isDefaultSize({ trial, maxBlockCount, timeBudgetMillis }: GateSize): boolean {
  return (
    isDefaultTrial(trial) &&
    maxBlockCount === DEFAULT_SIZE.maxBlockCount &&
    timeBudgetMillis === DEFAULT_SIZE.timeBudgetMillis
  );
}

export function describeSize({ trial, maxBlockCount, timeBudgetMillis }: GateSize): string {
  return (
    `trials of ${formatCount(trial.warmUpMillis)} ms and ${formatCount(trial.measuredMillis)} ms, ` +
    `at most ${maxBlockCount} blocks and ${timeBudgetMillis / 1_000} s`
  );
}

/** A block or two: that a run comes to its end is all that can be told. */
export const QUICK_SIZE: GateSize = {
  trial: { warmUpMillis: 200, measuredMillis: 2_500 },
  maxBlockCount: 6,
  timeBudgetMillis: 1_000,
};

/** A run that is to be made. */
export interface LiveStep {
  readonly arm: PowerArm;
  /** From 0; each has every candidate of the service once. */
  readonly round: number;
}

export function listLiveSteps(service: PowerServiceName, roundCount: number): LiveStep[] {
  const candidates = listCandidates(POWER_ARMS[service]);
  return Array.from({ length: roundCount }, (_, round) => candidates.map((arm) => ({ arm, round }))).flat();
}
