import {
  type EventLoopMonitorOptions,
  type Histogram,
  type IntervalHistogram,
  monitorEventLoopDelay,
} from 'node:perf_hooks';
import { DelayDistribution } from './delay-distribution.js';

/**
 * Starts the runtime's per-iteration sampler, or returns null where there is none.
 *
 * By version, because a runtime that doesn't know `samplePerIteration` ignores it and would sample a timer instead.
 */
export function startPerIterationHistogram(): IntervalHistogram | null {
  if (!samplesPerIteration(process.versions.node)) return null;
  const options: EventLoopMonitorOptions & { samplePerIteration: boolean } = { samplePerIteration: true };
  const histogram = monitorEventLoopDelay(options);
  histogram.enable();
  return histogram;
}

/** Whether a Node version has `samplePerIteration`: 24.19 and up within 24, and 26.5 and up. */
export function samplesPerIteration(nodeVersion: string): boolean {
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number);
  return (major === 24 && minor >= 19) || (major === 26 && minor >= 5) || major > 26;
}

/**
 * Reads the whole distribution out of a native histogram, nanoseconds to milliseconds.
 *
 * Node gives percentiles only, but the percentile at rank/count is the sample of that rank: halve the ranks until both
 * ends of a stretch have the same value. Costs about two queries for each distinct value, so read it once, at the end.
 */
export function readNativeHistogram(histogram: Histogram): DelayDistribution {
  const sampleCount = histogram.count;
  if (sampleCount === 0) return new DelayDistribution([]);
  // A quarter off: the C library rounds rank + ½ down and its successors round up, and floating point must not decide.
  const readRank = (rank: number): number => histogram.percentile(((rank - 0.25) / sampleCount) * 100) / 1e6;
  const counts = new Map<number, number>();
  const add = (delayMillis: number, count: number): void => {
    counts.set(delayMillis, (counts.get(delayMillis) ?? 0) + count);
  };
  const collect = (firstRank: number, firstMillis: number, lastRank: number, lastMillis: number): void => {
    if (firstMillis === lastMillis) {
      add(firstMillis, lastRank - firstRank + 1);
      return;
    }
    const middleRank = Math.floor((firstRank + lastRank) / 2);
    const middleMillis = middleRank === firstRank ? firstMillis : readRank(middleRank);
    const nextMillis = middleRank + 1 === lastRank ? lastMillis : readRank(middleRank + 1);
    collect(firstRank, firstMillis, middleRank, middleMillis);
    collect(middleRank + 1, nextMillis, lastRank, lastMillis);
  };
  collect(1, readRank(1), sampleCount, readRank(sampleCount));
  return new DelayDistribution([...counts]);
}
