import { OffloopConfigError } from '../errors.js';
import { ArrivalWeightedDelay } from './arrival-weighted.js';
import type { LongBlock } from './block-log.js';
import type { DelayBucket } from './delay-curve.js';
import { DelayDistribution } from './delay-distribution.js';

/** What a snapshot holds beside its distributions. */
export interface LoopDelayWindow {
  /** Unix time at which the window began; of several, the earliest. */
  readonly startedAtUnixMillis: number;
  /** Of several windows, the sum. */
  readonly durationMillis: number;
  /** See {@link LoopDelayOptions.resolutionMillis}. */
  readonly resolutionMillis: number;
  /** See {@link LoopDelayOptions.rawResolutionMillis}. */
  readonly rawResolutionMillis: number;
  /** Fraction of the window, from 0 to 1, that the loop did not spend asleep in poll. */
  readonly utilization: number;
  /** CPU time of the monitored thread; null where the system doesn't say. */
  readonly mainThreadCpuMillis: number | null;
  /** Time the monitored thread was ready to run and had no core; null except on Linux. */
  readonly runnableMillis: number | null;
  readonly thresholdsMillis: readonly number[];
  /** Longest first. */
  readonly longestBlocks: readonly LongBlock[];
  /**
   * See {@link LoopDelayOptions.longestBlockCount}; of several windows, the highest. Left out: as many as
   * `longestBlocks` holds.
   */
  readonly longestBlockCount?: number;
}

/** How much of the window was above one threshold. */
export interface OverThreshold {
  readonly thresholdMillis: number;
  readonly blockCount: number;
  /** The time at which an arriving request would have waited longer than the threshold. */
  readonly waitingMillis: number;
}

/** A snapshot as it is sent between processes and lies on disk. */
export interface LoopDelaySnapshotJson extends LoopDelayWindow {
  readonly version: typeof SNAPSHOT_VERSION;
  readonly overThresholds: readonly OverThreshold[];
  readonly raw: { readonly buckets: readonly DelayBucket[] };
  readonly perIteration: { readonly buckets: readonly DelayBucket[] } | null;
  readonly arrivalWeighted: { readonly blocks: readonly DelayBucket[]; readonly observedMillis: number };
}

export const SNAPSHOT_VERSION = 1;

/** How one event loop, or several, kept its requests waiting during a window. */
export class LoopDelaySnapshot implements LoopDelayWindow {
  /**
   * `monitorEventLoopDelay` as a user would run it: the time between two firings of a timer, so an idle loop reads the
   * timer's interval, not 0, and a block is one sample however long it is.
   */
  readonly raw: DelayDistribution;
  /**
   * One sample an iteration, on Node 24.19 and up within 24, and 26.5 and up; null elsewhere. The runtime leaves out
   * what runs inside poll, socket callbacks above all, unless poll also outlasts its own timeout.
   */
  readonly perIteration: DelayDistribution | null;
  /** What a request that arrives at a random instant waits: the figure to gate on. */
  readonly arrivalWeighted: ArrivalWeightedDelay;
  readonly startedAtUnixMillis: number;
  readonly durationMillis: number;
  readonly resolutionMillis: number;
  readonly rawResolutionMillis: number;
  readonly utilization: number;
  readonly mainThreadCpuMillis: number | null;
  readonly runnableMillis: number | null;
  readonly thresholdsMillis: readonly number[];
  readonly longestBlocks: readonly LongBlock[];
  readonly longestBlockCount: number;

  constructor(
    window: LoopDelayWindow,
    distributions: Pick<LoopDelaySnapshot, 'raw' | 'perIteration' | 'arrivalWeighted'>,
  ) {
    this.raw = distributions.raw;
    this.perIteration = distributions.perIteration;
    this.arrivalWeighted = distributions.arrivalWeighted;
    this.startedAtUnixMillis = window.startedAtUnixMillis;
    this.durationMillis = window.durationMillis;
    this.resolutionMillis = window.resolutionMillis;
    this.rawResolutionMillis = window.rawResolutionMillis;
    this.utilization = window.utilization;
    this.mainThreadCpuMillis = window.mainThreadCpuMillis;
    this.runnableMillis = window.runnableMillis;
    this.thresholdsMillis = window.thresholdsMillis;
    this.longestBlocks = window.longestBlocks;
    this.longestBlockCount = window.longestBlockCount ?? window.longestBlocks.length;
  }

  /** One for each of {@link LoopDelayOptions.thresholdsMillis}, ascending. */
  get overThresholds(): readonly OverThreshold[] {
    return this.thresholdsMillis.map((thresholdMillis) => ({
      thresholdMillis,
      blockCount: this.arrivalWeighted.countAbove(thresholdMillis),
      waitingMillis: this.arrivalWeighted.millisAbove(thresholdMillis),
    }));
  }

  toJSON(): LoopDelaySnapshotJson {
    return {
      version: SNAPSHOT_VERSION,
      startedAtUnixMillis: this.startedAtUnixMillis,
      durationMillis: this.durationMillis,
      resolutionMillis: this.resolutionMillis,
      rawResolutionMillis: this.rawResolutionMillis,
      utilization: this.utilization,
      mainThreadCpuMillis: this.mainThreadCpuMillis,
      runnableMillis: this.runnableMillis,
      thresholdsMillis: this.thresholdsMillis,
      overThresholds: this.overThresholds,
      longestBlocks: this.longestBlocks,
      longestBlockCount: this.longestBlockCount,
      raw: { buckets: this.raw.buckets },
      perIteration: this.perIteration && { buckets: this.perIteration.buckets },
      arrivalWeighted: {
        blocks: this.arrivalWeighted.blocks,
        observedMillis: this.arrivalWeighted.observedMillis,
      },
    };
  }
}

/**
 * Joins snapshots of several processes, or of one process's consecutive windows.
 *
 * @throws {OffloopConfigError} when there is none, or their resolutions differ: they would not measure the same thing.
 */
export function mergeLoopDelaySnapshots(snapshots: readonly LoopDelaySnapshot[]): LoopDelaySnapshot {
  const [first] = snapshots;
  if (!first) throw new OffloopConfigError('snapshots', 'expected at least one snapshot, got none');
  for (const name of ['resolutionMillis', 'rawResolutionMillis'] as const) {
    const other = snapshots.find((snapshot) => snapshot[name] !== first[name]);
    if (other) throw new OffloopConfigError('snapshots', `expected one ${name}, got ${first[name]} and ${other[name]}`);
  }
  const perIteration = snapshots.flatMap((snapshot) => snapshot.perIteration ?? []);
  const durationMillis = sum(snapshots.map((snapshot) => snapshot.durationMillis));
  const activeMillis = sum(snapshots.map((snapshot) => snapshot.utilization * snapshot.durationMillis));
  const longestBlockCount = Math.max(...snapshots.map((snapshot) => snapshot.longestBlockCount));
  const longestBlocks = snapshots
    .flatMap((snapshot) => snapshot.longestBlocks)
    .sort((left, right) => right.durationMillis - left.durationMillis);
  return new LoopDelaySnapshot(
    {
      startedAtUnixMillis: Math.min(...snapshots.map((snapshot) => snapshot.startedAtUnixMillis)),
      durationMillis,
      resolutionMillis: first.resolutionMillis,
      rawResolutionMillis: first.rawResolutionMillis,
      utilization: durationMillis > 0 ? activeMillis / durationMillis : 0,
      mainThreadCpuMillis: sumKnown(snapshots.map((snapshot) => snapshot.mainThreadCpuMillis)),
      runnableMillis: sumKnown(snapshots.map((snapshot) => snapshot.runnableMillis)),
      thresholdsMillis: [...new Set(snapshots.flatMap((snapshot) => snapshot.thresholdsMillis))].sort((a, b) => a - b),
      longestBlocks: longestBlocks.slice(0, longestBlockCount),
      longestBlockCount,
    },
    {
      raw: DelayDistribution.merge(snapshots.map((snapshot) => snapshot.raw)),
      perIteration: perIteration.length === snapshots.length ? DelayDistribution.merge(perIteration) : null,
      arrivalWeighted: ArrivalWeightedDelay.merge(snapshots.map((snapshot) => snapshot.arrivalWeighted)),
    },
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Part of a sum is not the sum. */
function sumKnown(values: readonly (number | null)[]): number | null {
  return values.reduce((total, value) => (total === null || value === null ? null : total + value), 0);
}
