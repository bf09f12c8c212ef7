import { ArrivalWeightedDelay, DelayDistribution, LoopDelaySnapshot } from 'offloop/loop-delay';
import type { TrialRecord } from './trial-record.js';

export interface TrialTraits {
  /** A label. */
  readonly arm: string;
  readonly block?: number;
  /** The loop was blocked once in a second, for so long. */
  readonly blockMillis?: number;
  readonly faults?: readonly string[];
}

const NO_LATENCY = {
  count: 1,
  meanMillis: 100,
  p50Millis: 100,
  p90Millis: 100,
  p99Millis: 100,
  p999Millis: 100,
  maxMillis: 100,
  buckets: [{ upToMillis: 100, count: 1 }],
};

/** A record such as a trial writes, for tests of what is made of it. */
export function makeTrial({ arm, block = 0, blockMillis = 5, faults = [] }: TrialTraits): TrialRecord {
  const loopDelay = new LoopDelaySnapshot(
    {
      startedAtUnixMillis: 0,
      durationMillis: 1_000,
      resolutionMillis: 2,
      rawResolutionMillis: 10,
      utilization: blockMillis / 1_000,
      mainThreadCpuMillis: 400,
      runnableMillis: 20,
      thresholdsMillis: [],
      longestBlocks: [],
    },
    {
      raw: new DelayDistribution([[10, 100]]),
      perIteration: null,
      arrivalWeighted: new ArrivalWeightedDelay([[blockMillis, 1]], 1_000),
    },
  );
  return {
    arm,
    block,
    seed: 1,
    startedAt: '2026-01-01T00:00:00.000Z',
    measured: {
      windowMillis: 1_000,
      loopDelay: loopDelay.toJSON(),
      garbageCollection: { collectionCount: 0, totalMillis: 0, longestMillis: 0 },
      processCpu: { userMillis: 400, systemMillis: 10 },
      residentSetBytes: 1,
      madeSpanCount: 350,
      availableCoreCount: 1,
    },
    load: {
      dueRequestCount: 50,
      sentRequestCount: 50,
      succeededRequestCount: 50,
      refusedRequestCounts: {},
      failedRequestCounts: {},
      unsentRequestCount: 0,
      unansweredRequestCount: 0,
      offeredRatePerSecond: 50,
      achievedRatePerSecond: 50,
      peakInFlightCount: 6,
      latency: NO_LATENCY,
      lateness: { ...NO_LATENCY, p99Millis: 1 },
    },
    finished: {
      type: 'finished',
      madeSpanCount: 350,
      droppedSpanCount: 0,
      failedSpanCount: 0,
      flushMillis: 1,
      shutdownMillis: 1,
      errors: [],
    },
    receivedSpanCount: arm.startsWith('control') ? 0 : 350,
    duplicateSpanCount: 0,
    receivedMediaCount: null,
    noiseFloor: {
      observedMillis: 1_000,
      arrivalWeightedP99Millis: 1,
      longestMillis: 2,
      runnableMillis: 5,
      cpuMillis: 5,
      stolenMillis: 0,
    },
    clockStepMillis: 0,
    exports: [],
    faults,
  };
}
