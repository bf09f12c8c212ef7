/** The official transport's own figures: about a second before the first retry, half as much again each time, up to 5 s. */
const FIRST_MILLIS = 1000;
const MAX_MILLIS = 5000;
const GROWTH = 1.5;
const JITTER = 0.2;

/**
 * What to wait before the next try on top of what the transport has waited: it has begun anew, with the first of its
 * waits or with what the receiver asked for in Retry-After, which may be nothing.
 *
 * @param tryCount How many tries there have been, from 1: 0 ms after the first, up to 4 s after the fifth, ± 20 %.
 * @param remainingMillis What is left of the export's time. At most half of it is waited: there is a try after the wait.
 */
export function growingWaitMillis(tryCount: number, remainingMillis: number): number {
  const growthMillis = Math.min(FIRST_MILLIS * GROWTH ** (tryCount - 1), MAX_MILLIS) - FIRST_MILLIS;
  const jitter = 1 + JITTER * (2 * Math.random() - 1);
  return Math.min(growthMillis * jitter, remainingMillis / 2);
}
