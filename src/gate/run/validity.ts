import type { GateConfig, HttpLoad, ValidityLimits } from '../config/gate-config.js';
import type { LoadResult } from '../load/load-protocol.js';
import type { FaultKind, TrialRecord } from './trial-record.js';

/** Slewing moves a clock by 0.05 % at the most; past this somebody set it, or the machine slept. */
const MAX_CLOCK_STEP_MILLIS = 50;

type Checked = Pick<TrialRecord, 'loopDelay' | 'load' | 'noiseFloor' | 'clockStepMillis' | 'isWholeWindow'>;

export interface Fault {
  readonly kind: FaultKind;
  readonly reason: string;
}

/** Why a trial's figures must not be compared with another's; nothing when they may. */
export function findFaults({ load, validity }: Pick<GateConfig, 'load' | 'validity'>, trial: Checked): Fault[] {
  return [
    ...(load.type === 'http' && trial.load !== null ? findLoadFaults(load, trial.load, validity) : []),
    ...findMachineFaults(trial, validity),
  ];
}

function findLoadFaults(
  { requestsPerSecond }: HttpLoad,
  result: LoadResult,
  { maxFailedRequestRatio, minAchievedRateRatio, maxLatenessP99Millis }: ValidityLimits,
): Fault[] {
  const faults: Fault[] = [];
  const { dueRequestCount, succeededRequestCount, achievedRequestsPerSecond, latenessP99Millis } = result;
  const failedCount = dueRequestCount - succeededRequestCount;
  if (dueRequestCount === 0 || failedCount > dueRequestCount * maxFailedRequestRatio) {
    faults.push({ kind: 'failed requests', reason: describeFailedRequests(result) });
  } else if (achievedRequestsPerSecond < requestsPerSecond * minAchievedRateRatio) {
    faults.push({
      kind: 'load',
      reason: `a load of ${achievedRequestsPerSecond.toFixed(1)} requests/s instead of ${requestsPerSecond}`,
    });
  }
  if (latenessP99Millis > maxLatenessP99Millis) {
    faults.push({ kind: 'lateness', reason: `the load generator was ${latenessP99Millis.toFixed(0)} ms late at p99` });
  }
  return faults;
}

export function describeFailedRequests(result: LoadResult): string {
  const { dueRequestCount, succeededRequestCount, failedRequestCounts } = result;
  const reasons = Object.entries(failedRequestCounts).map(([reason, count]) => `${count} x ${reason}`);
  return `${dueRequestCount - succeededRequestCount} of ${dueRequestCount} requests failed (${reasons.join(', ')})`;
}

function findMachineFaults(
  { loopDelay, noiseFloor, clockStepMillis, isWholeWindow }: Checked,
  { maxStarvedRatio, maxStandstillMillis }: ValidityLimits,
): Fault[] {
  const faults: Fault[] = [];
  // Only Linux tells; elsewhere a busy machine may pass for a blocked loop.
  const starvedRatio = (loopDelay.runnableMillis ?? 0) / loopDelay.durationMillis;
  if (starvedRatio > maxStarvedRatio) {
    faults.push({
      kind: 'starvation',
      reason: `the service was without a core for ${(starvedRatio * 100).toFixed(0)} % of the time`,
    });
  }
  if (!isWholeWindow) {
    faults.push({ kind: 'incomplete window', reason: 'the service was not measured through the whole window' });
  }
  if (noiseFloor.longestMillis > maxStandstillMillis) {
    faults.push({
      kind: 'standstill',
      reason: `the machine stood still for ${noiseFloor.longestMillis.toFixed(0)} ms`,
    });
  }
  if (Math.abs(clockStepMillis) > MAX_CLOCK_STEP_MILLIS) {
    faults.push({
      kind: 'clock step',
      reason: `the clock was set by ${clockStepMillis.toFixed(0)} ms, or the machine slept`,
    });
  }
  return faults;
}
