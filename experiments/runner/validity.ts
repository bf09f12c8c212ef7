import type { ArmName } from '../arms/index.js';
import type { LoadResult } from '../load/protocol.js';
import type { ServiceFinished } from '../service/protocol.js';
import type { ScenarioLoad } from './scenario.js';

export interface TrialOutcome {
  readonly load: LoadResult;
  readonly finished: ServiceFinished;
  readonly receivedSpanCount: number;
  readonly duplicateSpanCount: number;
}

/** The load generator may fall this far behind the rate it was to offer. */
const MIN_ACHIEVED_RATE_RATIO = 0.95;

/** The load generator's own delay is part of every latency: past this at its p99 it was starved of CPU. */
const MAX_LATENESS_P99_MILLIS = 50;

/** Why a trial's figures must not be compared with another's, a line each; none when they may. */
export function findFaults(plan: { arm: ArmName; load: ScenarioLoad }, outcome: TrialOutcome): string[] {
  return [...findLoadFaults(plan.load, outcome.load), ...findSpanFaults(plan.arm, outcome)];
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
