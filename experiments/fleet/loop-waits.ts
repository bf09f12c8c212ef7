import type { ArrivalWeightedDelay } from 'offloop/loop-delay';
import { bootstrapInterval, type Interval } from '#gate/statistics/bootstrap-interval';

/** The chance that a request through `serviceCount` services meets at least once what a service does `fraction` of its time. */
export function chanceToMeet(fraction: number, serviceCount: number): number {
  return 1 - (1 - fraction) ** serviceCount;
}

/** The share of its time, from 0 to 1, that a loop spends in blocks longer than `millis`. */
export function fractionInBlocksOver(delay: ArrivalWeightedDelay, millis: number): number {
  const blockedMillis = delay.blocks.reduce(
    (sum, [blockMillis, count]) => sum + (blockMillis > millis ? blockMillis * count : 0),
    0,
  );
  return blockedMillis / delay.observedMillis;
}

/**
 * The same share with its 95 % interval, by resampling trials, which are of one length: one with many long blocks may be
 * drawn several times or not at all. Null for fewer than 3.
 */
export function estimateFractionInBlocksOver(
  trialDelays: readonly ArrivalWeightedDelay[],
  millis: number,
): Interval | null {
  return bootstrapInterval(
    trialDelays.map((delay) => fractionInBlocksOver(delay, millis)),
    mean,
  );
}

/**
 * What a request waits that asks `serviceCount` alike services at once and needs every answer, in milliseconds: of
 * independent waits the largest is at most x with probability F(x)ⁿ, so its percentile is one of F.
 */
export function percentileOfLargestWait(delay: ArrivalWeightedDelay, serviceCount: number, percentile: number): number {
  return delay.percentileMillis(100 * (percentile / 100) ** (1 / serviceCount));
}

/** Draws what a request waits that comes to one loop at a random instant. */
export type DrawWait = (random: () => number) => number;

/**
 * The instant is drawn, not the wait: one that falls into a block waits for what is left of it, any other not at all.
 */
export function waitsOf(delay: ArrivalWeightedDelay): DrawWait {
  const lengths = Float64Array.from(delay.blocks, ([blockMillis]) => blockMillis);
  // All blocks of one length, one after the other, then those of the next: where each length's stretch ends.
  const ends = new Float64Array(lengths.length);
  let busyMillis = 0;
  delay.blocks.forEach(([blockMillis, count], index) => {
    busyMillis += blockMillis * count;
    ends[index] = busyMillis;
  });
  const { observedMillis } = delay;
  return (random) => {
    const instant = random() * observedMillis;
    if (instant >= busyMillis) return 0;
    const index = findFirstAbove(ends, instant);
    return ((ends[index] as number) - instant) % (lengths[index] as number);
  };
}

function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}

/** The first index whose value is above `wanted`; one is. */
function findFirstAbove(ascending: Float64Array, wanted: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] as number) > wanted) high = middle;
    else low = middle + 1;
  }
  return low;
}
