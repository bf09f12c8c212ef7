import type { GateConfig, ServiceConfig, ValidityLimits } from '../config/gate-config.js';
import type { LoadResult } from '../load/load-protocol.js';
import { type Connections, isReached } from './connections.js';
import type { FaultKind, TrialRecord } from './trial-record.js';

/** Slewing moves a clock by 0.05 % at the most; past this somebody set it, or the machine slept. */
const MAX_CLOCK_STEP_MILLIS = 50;

interface Checked extends Pick<TrialRecord, 'loopDelay' | 'load' | 'noiseFloor' | 'clockStepMillis' | 'isWholeWindow'> {
  readonly connections: Connections;
  readonly loadStartUnixMillis: number;
}

export interface Fault {
  readonly kind: FaultKind;
  readonly reason: string;
}

/** Why a trial's figures must not be compared with another's; nothing when they may. */
export function findFaults(
  { service, load, validity }: Pick<GateConfig, 'service' | 'load' | 'validity'>,
  trial: Checked,
): Fault[] {
  return [
    ...(trial.load === null ? [] : findLoadFaults(trial.load, validity)),
    ...(load.type === 'command' ? findReachFaults(trial, service) : findBystanderFaults(trial, service)),
    ...findMachineFaults(trial, validity),
  ];
}

/** Of a load that tells nothing itself. What holds no server, as what reads from a queue, is not looked at. */
function findReachFaults(
  { connections, loadStartUnixMillis, isWholeWindow }: Checked,
  { ready }: ServiceConfig,
): Fault[] {
  // What ended early, or is blocked still, has that for its fault.
  if (!isWholeWindow || !connections.hasServer || isReached(connections, loadStartUnixMillis, ready)) return [];
  const reason =
    'load.command reached nothing: the service accepted no connection while it ran; ' +
    'check its address, or let it ask once for what a service listens on for its health alone';
  return [{ kind: 'load', reason }];
}

/** Somebody answers, and it is none of those that are looked at; who names one in `service.program` knows what it does. */
function findBystanderFaults(
  { load, connections, isWholeWindow }: Checked,
  { program }: Pick<ServiceConfig, 'program'>,
): Fault[] {
  const hasAnswered = load !== null && load.succeededRequestCount > 0;
  if (program !== null || !hasAnswered || !isWholeWindow || connections.totalCount > 0) return [];
  const reason =
    'the service was not measured: none of its Node.js processes accepted a connection, though requests were answered; ' +
    'if the one that answers drops NODE_OPTIONS start it without that, otherwise name what is to be measured in service.program';
  return [{ kind: 'load', reason }];
}

function findLoadFaults(
  result: LoadResult,
  { maxFailedRequestRatio, minAchievedRateRatio, maxLatenessP99Millis }: ValidityLimits,
): Fault[] {
  const faults: Fault[] = [];
  const { dueRequestCount, sentRequestCount, succeededRequestCount, latenessP99Millis } = result;
  const failedCount = dueRequestCount - succeededRequestCount;
  if (dueRequestCount === 0 || failedCount > dueRequestCount * maxFailedRequestRatio) {
    faults.push({ kind: 'failed requests', reason: describeFailedRequests(result) });
  } else if (sentRequestCount < dueRequestCount * minAchievedRateRatio) {
    // Not by the rate: of 1.2 requests that a short window has room for one is due.
    faults.push({ kind: 'load', reason: `${sentRequestCount} of ${dueRequestCount} requests were sent` });
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
