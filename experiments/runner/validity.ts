import type { ArmName } from '../arms/index.js';
import type { LoadResult } from '../load/protocol.js';
import type { Measured } from '../service/measurement.js';
import type { ServiceFinished } from '../service/protocol.js';
import type { ScenarioLoad, TrialSize } from './scenario.js';

export interface TrialOutcome {
  readonly measured: Measured;
  readonly load: LoadResult;
  readonly finished: ServiceFinished;
  readonly receivedSpanCount: number;
  readonly duplicateSpanCount: number;
}

/** The load generator may fall this far behind the rate it was to offer. */
const MIN_ACHIEVED_RATE_RATIO = 0.95;

/** The load generator's own delay is part of every latency: past this at its p99 it was starved of CPU. */
const MAX_LATENESS_P99_MILLIS = 50;

/**
 * The main thread may be ready to run and without a core for this fraction of the window. A trial alone on two cores
 * reads 0.06 to 0.10 (the service, its worker, the load, the model server and the sink share them); with another
 * program at work 0.2 and up, and then delay tells of that program and not of the arm.
 */
const MAX_STARVED_RATIO = 0.15;

/** How far the measuring window may be from the planned one: past it the service could not even answer in time. */
const MAX_WINDOW_DEVIATION_RATIO = 0.05;

/** Why a trial's figures must not be compared with another's, a line each; none when they may. */
export function findFaults(
  plan: { readonly arm: ArmName; readonly load: ScenarioLoad; readonly size: Pick<TrialSize, 'measuredMillis'> },
  outcome: TrialOutcome,
): string[] {
  return [
    ...findLoadFaults(plan.load, outcome.load),
    ...findMeasurementFaults(plan.size.measuredMillis, outcome.measured),
    ...findSpanFaults(plan.arm, outcome),
  ];
}

function findMeasurementFaults(plannedMillis: number, { windowMillis, loopDelay }: Measured): string[] {
  const faults: string[] = [];
  const starvedRatio = (loopDelay.runnableMillis ?? 0) / loopDelay.durationMillis;
  if (starvedRatio > MAX_STARVED_RATIO) {
    faults.push(`the service was without a core for ${(starvedRatio * 100).toFixed(0)} % of the time`);
  }
  if (Math.abs(windowMillis / plannedMillis - 1) > MAX_WINDOW_DEVIATION_RATIO) {
    faults.push(`the window was ${windowMillis.toFixed(0)} ms long instead of ${plannedMillis}`);
  }
  return faults;
}

function findLoadFaults({ requestsPerSecond }: ScenarioLoad, load: LoadResult): string[] {
  const faults: string[] = [];
  if (load.achievedRatePerSecond < requestsPerSecond * MIN_ACHIEVED_RATE_RATIO) {
    faults.push(`load of ${load.achievedRatePerSecond.toFixed(1)} requests/s instead of ${requestsPerSecond}`);
  }
  const lostRequestCount = load.dueRequestCount - load.succeededRequestCount;
  if (lostRequestCount > 0) {
    const reasons = { ...load.refusedRequestCounts, ...load.failedRequestCounts, unsent: load.unsentRequestCount };
    faults.push(`${lostRequestCount} of ${load.dueRequestCount} requests did not succeed: ${JSON.stringify(reasons)}`);
  }
  if (load.lateness.p99Millis > MAX_LATENESS_P99_MILLIS) {
    faults.push(`the load generator was ${load.lateness.p99Millis.toFixed(0)} ms late at p99`);
  }
  return faults;
}

function findSpanFaults(arm: ArmName, { finished, receivedSpanCount, duplicateSpanCount }: TrialOutcome): string[] {
  const faults = finished.errors.map((error) => `flush or shutdown: ${error}`);
  if (duplicateSpanCount > 0) faults.push(`${duplicateSpanCount} spans were received twice`);
  const expectedSpanCount =
    arm === 'control' ? 0 : finished.madeSpanCount - finished.droppedSpanCount - finished.failedSpanCount;
  if (receivedSpanCount !== expectedSpanCount) {
    faults.push(
      `the sink received ${receivedSpanCount} spans, expected ${expectedSpanCount} ` +
        `(${finished.madeSpanCount} made, ${finished.droppedSpanCount} dropped, ${finished.failedSpanCount} failed)`,
    );
  }
  return faults;
}
