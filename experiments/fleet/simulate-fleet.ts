import type { ArrivalWeightedDelay } from 'offloop/loop-delay';
import { createRandom } from '#gate/statistics/random';
import { quantileOfSorted } from '#gate/statistics/sample-statistics';
import { chanceToMeet, fractionInBlocksOver, percentileOfLargestWait, waitsOf } from './loop-waits.js';

/** One arm's part of a simulated fleet, in which every service has its loop. */
export interface FleetArm {
  readonly label: string;
  /** The share of its time that a service spends in blocks longer than {@link FleetSettings.longBlockMillis}. */
  readonly longBlockFraction: number;
  /** Of that share, at 95 %. Absent from older runs, null where too few trials were recorded. */
  readonly longBlockInterval?: { readonly low: number; readonly high: number } | null;
  readonly fanOuts: readonly FanOut[];
}

/** What a request waits for the loops of the services it needs. */
export interface FanOut {
  readonly serviceCount: number;
  /** Of arriving in at least one long block. */
  readonly chanceToMeet: number;
  /** One service after the other: the sum of their waits. */
  readonly inTurnP50Millis: number;
  readonly inTurnP99Millis: number;
  /** All services at once: the largest of their waits. */
  readonly atOnceP50Millis: number;
  readonly atOnceP99Millis: number;
}

export interface FleetSettings {
  /** Ascending, whole numbers from 1. */
  readonly serviceCounts: readonly number[];
  readonly longBlockMillis: number;
  /** That are drawn for each arm; their sums are what is simulated. */
  readonly requestCount: number;
  readonly seed: number;
}

/** Pure: the same distribution, settings and seed give the same figures. Services wait independently of each other. */
export function simulateFleet(label: string, delay: ArrivalWeightedDelay, settings: FleetSettings): FleetArm {
  const { serviceCounts, longBlockMillis } = settings;
  const longBlockFraction = fractionInBlocksOver(delay, longBlockMillis);
  const sums = drawSums(delay, settings);
  return {
    label,
    longBlockFraction,
    fanOuts: serviceCounts.map((serviceCount, index) => {
      const sorted = sums[index] as Float64Array;
      return {
        serviceCount,
        chanceToMeet: chanceToMeet(longBlockFraction, serviceCount),
        inTurnP50Millis: quantileOfSorted(sorted, 0.5),
        inTurnP99Millis: quantileOfSorted(sorted, 0.99),
        atOnceP50Millis: percentileOfLargestWait(delay, serviceCount, 50),
        atOnceP99Millis: percentileOfLargestWait(delay, serviceCount, 99),
      };
    }),
  };
}

/** For each number of services the summed waits of every request, ascending. A request's first k waits are one of k services. */
function drawSums(delay: ArrivalWeightedDelay, { serviceCounts, requestCount, seed }: FleetSettings): Float64Array[] {
  const random = createRandom(seed);
  const draw = waitsOf(delay);
  const sums = serviceCounts.map(() => new Float64Array(requestCount));
  for (let request = 0; request < requestCount; request += 1) {
    let sumMillis = 0;
    let drawnCount = 0;
    serviceCounts.forEach((serviceCount, index) => {
      for (; drawnCount < serviceCount; drawnCount += 1) sumMillis += draw(random);
      (sums[index] as Float64Array)[request] = sumMillis;
    });
  }
  for (const sum of sums) sum.sort();
  return sums;
}
