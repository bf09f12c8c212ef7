import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ArrivalWeightedDelay } from './arrival-weighted.js';
import type { DelayBucket } from './delay-curve.js';

const ARRIVAL_COUNT = 20_000;

/** Blocks with idle time in front of each, one after the other, as a loop lives through them. */
const timelines = fc.array(
  fc.record({ idleMillis: fc.integer({ min: 0, max: 400 }), blockMillis: fc.integer({ min: 1, max: 300 }) }),
  { minLength: 1, maxLength: 12 },
);

type Timeline = readonly { readonly idleMillis: number; readonly blockMillis: number }[];

/** The naive model: send requests at evenly spread instants and let each wait for the end of the block it meets. */
function simulateArrivals(timeline: Timeline): { readonly totalMillis: number; readonly waitsMillis: number[] } {
  const totalMillis = timeline.reduce((sum, { idleMillis, blockMillis }) => sum + idleMillis + blockMillis, 0);
  const waitsMillis: number[] = [];
  for (let arrival = 0; arrival < ARRIVAL_COUNT; arrival += 1) {
    const instantMillis = ((arrival + 0.5) / ARRIVAL_COUNT) * totalMillis;
    let endMillis = 0;
    let waitMillis = 0;
    for (const { idleMillis, blockMillis } of timeline) {
      const startMillis = endMillis + idleMillis;
      endMillis = startMillis + blockMillis;
      if (instantMillis >= startMillis && instantMillis < endMillis) waitMillis = endMillis - instantMillis;
    }
    waitsMillis.push(waitMillis);
  }
  return { totalMillis, waitsMillis };
}

function measure(timeline: Timeline, totalMillis: number): ArrivalWeightedDelay {
  return new ArrivalWeightedDelay(
    timeline.map(({ blockMillis }): DelayBucket => [blockMillis, 1]),
    totalMillis,
  );
}

describe('ArrivalWeightedDelay', () => {
  it('gives the fraction of random arrivals that wait longer', () => {
    fc.assert(
      fc.property(timelines, fc.integer({ min: 0, max: 320 }), (timeline, delayMillis) => {
        const { totalMillis, waitsMillis } = simulateArrivals(timeline);
        const simulated = waitsMillis.filter((waitMillis) => waitMillis > delayMillis).length / ARRIVAL_COUNT;
        const computed = measure(timeline, totalMillis).fractionAbove(delayMillis);
        // Each block's edges fall between two arrivals.
        expect(Math.abs(computed - simulated)).toBeLessThanOrEqual((timeline.length + 1) / ARRIVAL_COUNT);
      }),
    );
  });

  it('gives the percentile that random arrivals have', () => {
    fc.assert(
      fc.property(timelines, fc.constantFrom(10, 50, 90, 95, 99, 99.9), (timeline, percentile) => {
        const { totalMillis, waitsMillis } = simulateArrivals(timeline);
        const computed = measure(timeline, totalMillis).percentileMillis(percentile);
        const slack = (timeline.length + 1) / ARRIVAL_COUNT;
        const above = (delayMillis: number): number =>
          waitsMillis.filter((waitMillis) => waitMillis > delayMillis).length / ARRIVAL_COUNT;
        expect(above(computed + 1e-6)).toBeLessThanOrEqual(1 - percentile / 100 + slack);
        if (computed > 0) expect(above(computed - 1e-6)).toBeGreaterThanOrEqual(1 - percentile / 100 - slack);
      }),
    );
  });

  it('gives the mean wait of random arrivals', () => {
    fc.assert(
      fc.property(timelines, (timeline) => {
        const { totalMillis, waitsMillis } = simulateArrivals(timeline);
        const simulatedMillis = waitsMillis.reduce((sum, waitMillis) => sum + waitMillis, 0) / ARRIVAL_COUNT;
        const computedMillis = measure(timeline, totalMillis).meanMillis;
        expect(Math.abs(computedMillis - simulatedMillis)).toBeLessThan(0.001 * totalMillis + 0.01);
      }),
    );
  });

  it('inverts its own fraction above', () => {
    fc.assert(
      fc.property(timelines, fc.double({ min: 0.1, max: 99.99, noNaN: true }), (timeline, percentile) => {
        const { totalMillis } = simulateArrivals(timeline);
        const delay = measure(timeline, totalMillis);
        const delayMillis = delay.percentileMillis(percentile);
        if (delayMillis > 0) expect(delay.fractionAbove(delayMillis)).toBeCloseTo(1 - percentile / 100, 9);
        else expect(delay.fractionAbove(0)).toBeLessThanOrEqual(1 - percentile / 100 + 1e-9);
      }),
    );
  });

  it('finds a block of 320 ms every 5 s: 6.4 % of arrivals wait, one in a hundred more than 270 ms', () => {
    const delay = new ArrivalWeightedDelay([[320, 12]], 60_000);
    expect(delay.fractionAbove(0)).toBeCloseTo(0.064, 12);
    expect(delay.percentileMillis(93)).toBe(0);
    expect(delay.percentileMillis(99)).toBeCloseTo(270, 9);
    expect(delay.percentileMillis(100)).toBe(320);
    expect(delay.maxMillis).toBe(320);
    expect(delay.millisAbove(100)).toBe(12 * 220);
    expect(delay.countAbove(319)).toBe(12);
    expect(delay.countAbove(320)).toBe(0);
  });

  it('reads 0 on a loop that never blocked, and NaN on one that was not observed', () => {
    const idle = new ArrivalWeightedDelay([], 1_000);
    expect([idle.percentileMillis(99), idle.maxMillis, idle.meanMillis, idle.fractionAbove(1)]).toEqual([0, 0, 0, 0]);
    const nothing = new ArrivalWeightedDelay([], 0);
    expect([nothing.percentileMillis(99), nothing.maxMillis, nothing.meanMillis]).toEqual([NaN, NaN, NaN]);
  });

  it('merges into what one monitor would have seen over all the windows', () => {
    fc.assert(
      fc.property(timelines, timelines, (first, second) => {
        const parts = [first, second].map((timeline) => measure(timeline, simulateArrivals(timeline).totalMillis));
        const merged = ArrivalWeightedDelay.merge(parts);
        const whole = measure(
          [...first, ...second],
          parts.reduce((sum, part) => sum + part.observedMillis, 0),
        );
        expect(merged).toEqual(whole);
      }),
    );
  });

  it('refuses a percentile that is none', () => {
    const delay = new ArrivalWeightedDelay([[1, 1]], 10);
    for (const percentile of [-1, 101, Number.NaN]) {
      expect(() => delay.percentileMillis(percentile)).toThrow(/percentile: expected a number from 0 to 100/);
    }
  });
});
