import { ArrivalWeightedDelay } from '../loop-delay/arrival-weighted.js';
import type { DelayCurve } from '../loop-delay/delay-curve.js';
import { DelayDistribution } from '../loop-delay/delay-distribution.js';
import type { LoopDelaySnapshotJson } from '../loop-delay/loop-delay-snapshot.js';
import type { ReportArm, ReportComparison, ReportDocument, ReportTrial } from './report-document.js';

/** What the page draws, small enough to lie in it. Arms are named by their index in the document. */
export interface ChartData {
  readonly armNames: readonly string[];
  readonly arrivalWeighted: readonly PercentileCurve[];
  readonly raw: readonly PercentileCurve[];
  readonly latency: readonly PercentileCurve[];
  readonly timelines: readonly Timeline[];
  readonly differences: readonly DifferenceChart[];
  readonly cpu: readonly CpuShare[];
}

export interface PercentileCurve {
  readonly arm: number;
  /** One in `oneIn` exceeds `millis`: 100 for the 99th percentile. Ascending; {@link MARKED_ONE_IN} are among them. */
  readonly points: readonly (readonly [oneIn: number, millis: number])[];
}

/** What happened in the trials with one label, a row an arm. */
export interface Timeline {
  readonly label: string;
  readonly rows: readonly TimelineRow[];
}

export interface TimelineRow {
  readonly arm: number;
  readonly durationSeconds: number;
  readonly blocks: readonly (readonly [startSeconds: number, millis: number])[];
  /** Null where nobody looked. */
  readonly exports: readonly (readonly [receivedSeconds: number, wireByteLength: number])[] | null;
}

export interface DifferenceChart {
  readonly quantity: string;
  readonly comparisons: readonly ReportComparison[];
}

/** CPU time by the time measured, in milliseconds a second. Null where it was not read. */
export interface CpuShare {
  readonly arm: number;
  readonly mainThread: number | null;
  /** Workers, garbage collection, Node's thread pool. */
  readonly otherThreads: number | null;
  readonly user: number | null;
  readonly kernel: number | null;
}

/** The percentiles that every chart marks and every table lists: 50, 90, 99, 99.9 and 99.99. */
export const MARKED_ONE_IN = [2, 10, 100, 1_000, 10_000] as const;

const LAST_ONE_IN = 100_000;
const POINTS_PER_DECADE_COUNT = 24;

/** Each label more is another set of points in the file, and another line in a menu. */
const MAX_TIMELINE_COUNT = 20;
const MAX_BLOCK_COUNT = 100;
const MAX_EXPORT_COUNT = 1_000;

export function listChartData({ arms, comparisons }: ReportDocument): ChartData {
  return {
    armNames: arms.map(({ name }) => name),
    arrivalWeighted: arms.map((arm, index) => traceCurve(index, mergeArrivalWeighted(arm), LAST_ONE_IN)),
    raw: arms.map((arm, index) => traceSamples(index, mergeRaw(arm))),
    latency: arms.flatMap((arm, index) => {
      const latency = mergeLatency(arm);
      return latency === null ? [] : [traceSamples(index, latency)];
    }),
    timelines: listTimelines(arms),
    differences: groupByQuantity(comparisons),
    cpu: listCpuShares(arms),
  };
}

export function mergeArrivalWeighted({ trials }: ReportArm): ArrivalWeightedDelay {
  return ArrivalWeightedDelay.merge(
    trials.map(({ loopDelay: { arrivalWeighted: a } }) => new ArrivalWeightedDelay(a.blocks, a.observedMillis)),
  );
}

export function mergeRaw({ trials }: ReportArm): DelayDistribution {
  return DelayDistribution.merge(trials.map(({ loopDelay }) => new DelayDistribution(loopDelay.raw.buckets)));
}

/** Null when no trial timed requests. */
export function mergeLatency({ trials }: ReportArm): DelayDistribution | null {
  const timed = trials.flatMap(({ latency }) => (latency === null ? [] : [new DelayDistribution(latency)]));
  return timed.length === 0 ? null : DelayDistribution.merge(timed);
}

/** Of a finite number of samples nothing rarer than one of them can be told. */
function traceSamples(arm: number, distribution: DelayDistribution): PercentileCurve {
  return traceCurve(arm, distribution, Math.min(LAST_ONE_IN, distribution.sampleCount));
}

function traceCurve(arm: number, curve: DelayCurve, lastOneIn: number): PercentileCurve {
  return {
    arm,
    points: ONE_IN_GRID.filter((oneIn) => oneIn <= lastOneIn).flatMap((oneIn) => {
      const millis = curve.percentileMillis(100 * (1 - 1 / oneIn));
      return Number.isNaN(millis) ? [] : [[round(oneIn), round(millis)] as const];
    }),
  };
}

const ONE_IN_GRID: readonly number[] = [
  ...new Set([
    ...Array.from(
      { length: Math.log10(LAST_ONE_IN) * POINTS_PER_DECADE_COUNT + 1 },
      (_, index) => 10 ** (index / POINTS_PER_DECADE_COUNT),
    ),
    ...MARKED_ONE_IN,
    // A decade's first steps are coarse for a loop that is nearly always busy.
    ...[1.001, 1.01, 1.03, 1.06],
  ]),
].sort((a, b) => a - b);

function listTimelines(arms: readonly ReportArm[]): Timeline[] {
  const labels = [...new Set(arms.flatMap(({ trials }) => trials.map(({ label }) => label)))];
  return chooseEvenly(labels, MAX_TIMELINE_COUNT).map((label) => ({
    label,
    rows: arms.flatMap(({ trials }, arm) =>
      trials.filter((trial) => trial.label === label).map((trial) => toTimelineRow(arm, trial)),
    ),
  }));
}

function toTimelineRow(arm: number, { loopDelay, exports }: ReportTrial): TimelineRow {
  const toSeconds = (unixMillis: number) => round((unixMillis - loopDelay.startedAtUnixMillis) / 1_000, 6);
  const durationSeconds = loopDelay.durationMillis / 1_000;
  const inWindow = exports
    ?.map(({ receivedAtUnixMillis, wireByteLength }) => [toSeconds(receivedAtUnixMillis), wireByteLength] as const)
    .filter(([seconds]) => seconds >= 0 && seconds <= durationSeconds);
  return {
    arm,
    durationSeconds: round(durationSeconds),
    blocks: listLongestBlocks(loopDelay)
      .slice(0, MAX_BLOCK_COUNT)
      .map(({ startedAtUnixMillis, durationMillis }) => [toSeconds(startedAtUnixMillis), round(durationMillis)]),
    exports: inWindow === undefined ? null : chooseEvenly(inWindow, MAX_EXPORT_COUNT),
  };
}

function listLongestBlocks({ longestBlocks }: LoopDelaySnapshotJson): LoopDelaySnapshotJson['longestBlocks'] {
  return longestBlocks.filter(({ durationMillis }) => durationMillis > 0);
}

function groupByQuantity(comparisons: readonly ReportComparison[]): DifferenceChart[] {
  const quantities = [...new Set(comparisons.map(({ quantity }) => quantity))];
  return quantities.map((quantity) => ({
    quantity,
    comparisons: comparisons.filter((comparison) => comparison.quantity === quantity),
  }));
}

function listCpuShares(arms: readonly ReportArm[]): CpuShare[] {
  return arms.map(({ trials }, arm) => {
    const seconds = trials.reduce((sum, { loopDelay }) => sum + loopDelay.durationMillis / 1_000, 0);
    const perSecond = (read: (trial: ReportTrial) => number | null | undefined): number | null => {
      const values = trials.map(read);
      return values.every((value) => typeof value === 'number')
        ? round(values.reduce((sum, value) => sum + value, 0) / seconds)
        : null;
    };
    const mainThread = perSecond(({ loopDelay }) => loopDelay.mainThreadCpuMillis);
    const user = perSecond(({ processCpu }) => processCpu?.userMillis);
    const kernel = perSecond(({ processCpu }) => processCpu?.systemMillis);
    // The two clocks are read a moment apart: an idle worker must not come out below nothing.
    const otherThreads =
      mainThread === null || user === null || kernel === null ? null : round(Math.max(0, user + kernel - mainThread));
    return { arm, mainThread, otherThreads, user, kernel };
  });
}

function chooseEvenly<T>(values: readonly T[], maxCount: number): readonly T[] {
  if (values.length <= maxCount) return values;
  const step = (values.length - 1) / (maxCount - 1);
  return Array.from({ length: maxCount }, (_, index) => values[Math.round(index * step)] as T);
}

function round(value: number, digitCount = 4): number {
  return Number(value.toPrecision(digitCount));
}
