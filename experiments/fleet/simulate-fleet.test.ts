import { ArrivalWeightedDelay } from 'offloop/loop-delay';
import { describe, expect, it } from 'vitest';
import { quantileOfSorted } from '#gate/statistics/sample-statistics';
import { simulateFleet } from './simulate-fleet.js';
import { type Hop, simulateTimeline } from './simulate-timeline.js';

const SETTINGS = { serviceCounts: [1, 2, 12, 100], longBlockMillis: 5, requestCount: 20_000, seed: 1 };

/** A way through so many services. */
function chainOf(serviceCount: number, loop = 0): Hop {
  return { loop, next: loop + 1 === serviceCount ? [] : [chainOf(serviceCount, loop + 1)] };
}

function fanOutOf(delay: ArrivalWeightedDelay, serviceCount: number) {
  const own = simulateFleet('arm', delay, SETTINGS).fanOuts.find((fanOut) => fanOut.serviceCount === serviceCount);
  if (own === undefined) throw new Error(`expected ${serviceCount} services to be simulated`);
  return own;
}

describe('simulateFleet, beside closed forms', () => {
  // A loop that is always in a block of 10 ms: a wait is uniform from 0 to 10.
  const always = new ArrivalWeightedDelay([[10, 10]], 100);

  it('one service waits as its own distribution says', () => {
    const { inTurnP50Millis, inTurnP99Millis, atOnceP99Millis } = fanOutOf(always, 1);
    expect(Math.abs(inTurnP50Millis - 5)).toBeLessThan(0.2);
    expect(Math.abs(inTurnP99Millis - 9.9)).toBeLessThan(0.1);
    expect(atOnceP99Millis).toBeCloseTo(9.9, 9);
  });

  it('two uniform waits add up to a triangle', () => {
    // P(sum > 20 − y) = (y / 10)² / 2.
    const { inTurnP50Millis, inTurnP99Millis } = fanOutOf(always, 2);
    expect(Math.abs(inTurnP50Millis - 10)).toBeLessThan(0.2);
    expect(Math.abs(inTurnP99Millis - (20 - 10 * Math.sqrt(0.02)))).toBeLessThan(0.2);
  });

  it('a hundred add up to a normal distribution of a hundred means', () => {
    const { inTurnP50Millis, inTurnP99Millis } = fanOutOf(always, 100);
    const deviation = Math.sqrt(100 * (100 / 12));
    expect(Math.abs(inTurnP50Millis - 500)).toBeLessThan(1);
    expect(Math.abs(inTurnP99Millis - (500 + 2.326 * deviation))).toBeLessThan(2);
  });

  it('the largest of n uniform waits has the percentile p to the power of 1/n', () => {
    expect(fanOutOf(always, 12).atOnceP50Millis).toBeCloseTo(10 * 0.5 ** (1 / 12), 9);
  });

  it('a long block is met with probability 1 − (1 − f)ⁿ', () => {
    const { chanceToMeet } = fanOutOf(new ArrivalWeightedDelay([[10, 1]], 100), 12);
    expect(chanceToMeet).toBeCloseTo(1 - 0.9 ** 12, 12);
  });

  it('gives the same figures for the same seed', () => {
    expect(simulateFleet('arm', always, SETTINGS)).toEqual(simulateFleet('arm', always, SETTINGS));
  });
});

describe('simulateFleet, beside requests on a timeline', () => {
  const timeline = { blockMillis: 20, meanPauseMillis: 180, hopMillis: 1, requestCount: 20_000, seed: 5 };
  const delay = new ArrivalWeightedDelay([[20, 1]], 200);

  it.each([1, 2, 12])('%i services in turn', (serviceCount) => {
    const waits = simulateTimeline(chainOf(serviceCount), { ...timeline, hasWayBack: false }).sort();
    const { inTurnP50Millis, inTurnP99Millis } = fanOutOf(delay, serviceCount);
    expect(Math.abs(quantileOfSorted(waits, 0.5) - inTurnP50Millis)).toBeLessThan(0.7);
    expect(Math.abs(quantileOfSorted(waits, 0.99) - inTurnP99Millis)).toBeLessThan(1.5);
  });

  it('several services at once', () => {
    const root: Hop = { loop: 0, next: [1, 2, 3, 4].map((loop) => ({ loop, next: [] })) };
    const waits = simulateTimeline(root, { ...timeline, hasWayBack: false }).sort();
    // The first is on the way to all others, and by itself in a block for a tenth of the time.
    const lateShare = waits.filter((wait) => wait > 0).length / waits.length;
    expect(Math.abs(lateShare - (1 - 0.9 ** 5))).toBeLessThan(0.02);
    expect(waits.at(-1)).toBeLessThanOrEqual(40);
  });

  it('an answer that has to wait for the way back takes longer', () => {
    const mean = (waits: Float64Array) => waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
    const there = mean(simulateTimeline(chainOf(5), { ...timeline, hasWayBack: false }));
    const back = mean(simulateTimeline(chainOf(5), timeline));
    expect(back).toBeGreaterThan(1.05 * there);
  });
});
