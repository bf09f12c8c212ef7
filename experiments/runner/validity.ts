import type { LoadResult } from '../load/protocol.js';
import type { Measured } from '../service/measurement.js';
import type { Scenario, ScenarioArm, ScenarioLoad, TrialSize } from './scenario.js';
import type { TrialRecord } from './trial-record.js';

export type TrialOutcome = Pick<
  TrialRecord,
  | 'measured'
  | 'load'
  | 'finished'
  | 'receivedSpanCount'
  | 'duplicateSpanCount'
  | 'receivedMediaCount'
  | 'noiseFloor'
  | 'clockStepMillis'
>;

interface CheckedPlan {
  readonly arm: Pick<ScenarioArm, 'label' | 'armName'>;
  readonly scenario: Pick<Scenario, 'load' | 'mayOverload' | 'droppingArms' | 'serviceCoreCount'>;
  readonly size: Pick<TrialSize, 'measuredMillis'>;
}

/** The load generator may fall this far behind the rate it was to offer. */
const MIN_ACHIEVED_RATE_RATIO = 0.95;

/** The load generator's own delay is part of every latency: past this at its p99 it was starved of CPU. */
const MAX_LATENESS_P99_MILLIS = 50;

/**
 * The main thread may be ready to run and without a core for this fraction of the window. A trial alone on two cores
 * reads 0.05 to 0.10 (the service, its worker, the load, the model server and the sink share them). Beside another
 * program it reads more, and the p99 of a control two to five times what it is alone: then delay tells of that program
 * and not of the arm. Some of that begins at 0.12, where short trials of an arm that is busy may lie by themselves.
 */
const MAX_STARVED_RATIO = 0.15;

/** How far the measuring window may be from the planned one: past it the service could not even answer in time. */
const MAX_WINDOW_DEVIATION_RATIO = 0.05;

/** The process that only sleeps was kept waiting so long: the machine stood still, was suspended, or was somebody else's. */
const MAX_STANDSTILL_MILLIS = 250;

/** Slewing moves a clock by 0.05 % at the most; past this somebody set it, or the machine slept. */
const MAX_CLOCK_STEP_MILLIS = 50;

/** Why a trial's figures must not be compared with another's, a line each; none when they may. */
export function findFaults(plan: CheckedPlan, outcome: TrialOutcome): string[] {
  return [
    ...findLoadFaults(plan.scenario.load, outcome.load),
    ...findMeasurementFaults(plan, outcome.measured),
    ...findMachineFaults(outcome),
    ...findSpanFaults(plan, outcome),
    ...findMediaFaults(plan.arm, outcome),
  ];
}

function findMeasurementFaults({ scenario, size }: CheckedPlan, { windowMillis, loopDelay }: Measured): string[] {
  const plannedMillis = size.measuredMillis;
  const faults: string[] = [];
  const starvedRatio = (loopDelay.runnableMillis ?? 0) / loopDelay.durationMillis;
  // On one core an arm's own threads take it from the main thread: that is what such a scenario is to show.
  if (scenario.serviceCoreCount !== 1 && starvedRatio > MAX_STARVED_RATIO) {
    faults.push(`the service was without a core for ${(starvedRatio * 100).toFixed(0)} % of the time`);
  }
  // A loop that is behind its load ends the window when it comes to it; delays are per time, whatever its length.
  if (!scenario.mayOverload && Math.abs(windowMillis / plannedMillis - 1) > MAX_WINDOW_DEVIATION_RATIO) {
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

function findMachineFaults({ noiseFloor, clockStepMillis }: TrialOutcome): string[] {
  const faults: string[] = [];
  const standstillMillis = noiseFloor?.longestMillis ?? 0;
  if (standstillMillis > MAX_STANDSTILL_MILLIS) {
    faults.push(`the machine stood still for ${standstillMillis.toFixed(0)} ms`);
  }
  if (Math.abs(clockStepMillis ?? 0) > MAX_CLOCK_STEP_MILLIS) {
    faults.push(`the clock was set by ${(clockStepMillis ?? 0).toFixed(0)} ms, or the machine slept`);
  }
  return faults;
}

function findSpanFaults(
  { arm, scenario: { droppingArms = [] } }: CheckedPlan,
  { finished, receivedSpanCount, duplicateSpanCount }: TrialOutcome,
): string[] {
  const faults = finished.errors.map((error) => `flush or shutdown: ${error}`);
  if (duplicateSpanCount > 0) faults.push(`${duplicateSpanCount} spans were received twice`);
  const { madeSpanCount, droppedSpanCount, failedSpanCount } = finished;
  // An arm that drops spans has less to do than one that delivers them: its delay is not comparable.
  const admittedLossCount = droppingArms.includes(arm.label) ? droppedSpanCount + failedSpanCount : 0;
  const expectedSpanCount = hasExporter(arm) ? madeSpanCount - admittedLossCount : 0;
  if (receivedSpanCount !== expectedSpanCount) {
    faults.push(
      `the sink received ${receivedSpanCount} spans, expected ${expectedSpanCount} ` +
        `(${madeSpanCount} made, ${droppedSpanCount} dropped, ${failedSpanCount} failed)`,
    );
  }
  return faults;
}

function findMediaFaults(
  arm: CheckedPlan['arm'],
  { finished: { madeMediaCount = 0 }, receivedMediaCount }: TrialOutcome,
): string[] {
  const expectedMediaCount = hasExporter(arm) ? madeMediaCount : 0;
  if ((receivedMediaCount ?? 0) === expectedMediaCount) return [];
  return [`the receiver stored ${receivedMediaCount} media, expected ${expectedMediaCount} (${madeMediaCount} made)`];
}

/** The control has none, under whatever label. */
function hasExporter({ armName }: CheckedPlan['arm']): boolean {
  return armName !== 'control';
}
