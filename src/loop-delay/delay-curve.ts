import { OffloopConfigError } from '../errors.js';

/** How many times a delay was seen. Ascending by delay in a list of them. */
export type DelayBucket = readonly [delayMillis: number, count: number];

/** What can be asked of any distribution of delays, whichever way its delays are weighted. */
export interface DelayCurve {
  /** The longest delay, in milliseconds; `NaN` when nothing was observed. */
  readonly maxMillis: number;
  /** The mean delay, in milliseconds; `NaN` when nothing was observed. */
  readonly meanMillis: number;
  /**
   * The delay that `percentile` percent do not exceed, in milliseconds; `NaN` when nothing was observed.
   *
   * @throws {OffloopConfigError} when `percentile` is not from 0 to 100.
   */
  percentileMillis(percentile: number): number;
  /** The fraction, from 0 to 1, that exceeds `delayMillis`; `NaN` when nothing was observed. */
  fractionAbove(delayMillis: number): number;
}

/** @throws {OffloopConfigError} when `percentile` is not from 0 to 100. */
export function checkPercentile(percentile: number): void {
  if (!(percentile >= 0 && percentile <= 100)) {
    throw new OffloopConfigError('percentile', `expected a number from 0 to 100, got ${percentile}`);
  }
}

/** Adds up the counts of equal delays and sorts them, shortest first. */
export function mergeBuckets(lists: Iterable<readonly DelayBucket[]>): DelayBucket[] {
  const counts = new Map<number, number>();
  for (const list of lists) {
    for (const [delayMillis, count] of list) counts.set(delayMillis, (counts.get(delayMillis) ?? 0) + count);
  }
  return [...counts].sort(([left], [right]) => left - right);
}

/**
 * Reads buckets that crossed a process boundary or lay on disk.
 *
 * @throws {OffloopConfigError} naming `path` when they are not buckets.
 */
export function parseBuckets(path: string, value: unknown): DelayBucket[] {
  if (!Array.isArray(value)) throw new OffloopConfigError(path, `expected a list of buckets, got ${typeof value}`);
  return mergeBuckets([value.map((bucket: unknown, index) => parseBucket(`${path}[${index}]`, bucket))]);
}

function parseBucket(path: string, value: unknown): DelayBucket {
  if (Array.isArray(value) && value.length === 2) {
    const [delayMillis, count]: unknown[] = value;
    if (isNotNegative(delayMillis) && isNotNegative(count)) return [delayMillis, count];
  }
  throw new OffloopConfigError(path, `expected [delayMillis, count], got ${JSON.stringify(value)}`);
}

function isNotNegative(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
