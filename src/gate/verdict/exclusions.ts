import type { Cause } from '../gate-result.js';
import { FAULT_SOURCES } from '../run/trial-record.js';
import { findCause } from './cause.js';
import { countByArm, type Excluded, haveBothRun, isUneven } from './division.js';

/** What the trials that were left out say of those that count. */
export interface Exclusions {
  /** Why those that count tell too little of the service; null where they tell enough. */
  readonly doubt: string | null;
  /** The fault that came most often, as a trial had it; null without any. */
  readonly commonestFault: string | null;
  /** Where nothing can be judged because of them. */
  readonly cause: Cause;
  /** That were begun, whether they count or not. */
  readonly blockCount: number;
}

/** Of what a service that does worse may well cause: the trials that are missing would count most. */
const MAX_EXCLUDED_RATIO = 1 / 3;

/** @param hasGivenUp after one trial of a service after the other that may not be counted */
export function judgeExclusions(trials: readonly Excluded[], hasGivenUp: boolean): Exclusions {
  return {
    doubt: findDoubt(trials),
    commonestFault: findCommonest(trials),
    cause: findCause(trials, hasGivenUp),
    blockCount: countBlocks(trials),
  };
}

function findDoubt(trials: readonly Excluded[]): string | null {
  const leftOut = trials.filter(({ faults }) => faults.length > 0);
  // Of any kind: a service that takes all cores now and then disturbs the load and the look at the machine first.
  if (isUneven(leftOut, trials)) return `${describeCounts(leftOut, trials)} were left out, ${nameWorse(leftOut)}`;
  const byService = leftOut.filter(({ faultKinds }) => faultKinds.some((kind) => FAULT_SOURCES[kind] !== 'machine'));
  if (byService.length <= countBlocks(trials) * MAX_EXCLUDED_RATIO) return null;
  const counts = describeCounts(byService, trials);
  return `${counts} were left out for what the service itself may cause, ${nameWorse(byService)}`;
}

function describeCounts(leftOut: readonly Excluded[], trials: readonly Excluded[]): string {
  const { candidate, reference } = countByArm(leftOut);
  const ofReference = haveBothRun(trials) ? ` and ${reference} of the reference` : '';
  return `${candidate} trials of the candidate${ofReference} in ${countBlocks(trials)} blocks`;
}

function nameWorse(leftOut: readonly Excluded[]): string {
  const { candidate, reference } = countByArm(leftOut);
  const name = candidate >= reference ? 'candidate' : 'reference';
  return `most often of the ${name}: ${findCommonest(leftOut.filter(({ arm }) => arm === name))}`;
}

function countBlocks(trials: readonly Excluded[]): number {
  return new Set(trials.map(({ block }) => block)).size;
}

function findCommonest(trials: readonly Excluded[]): string | null {
  const faults = trials.flatMap(({ faults: reasons, faultKinds }) =>
    faultKinds.map((kind, index) => ({ kind, reason: reasons[index] ?? kind })),
  );
  const counted = faults.map(({ kind, reason }) => ({
    reason,
    count: faults.filter((other) => other.kind === kind).length,
  }));
  return counted.toSorted((left, right) => right.count - left.count)[0]?.reason ?? null;
}
