import { describe, expect, it } from 'vitest';
import { arrivalsOf } from './arrivals.js';

describe.each(['poisson', 'even'] as const)('%s arrivals', (arrivals) => {
  it('offer exactly the planned rate, in order, within the phase', () => {
    const instants = arrivalsOf({ arrivals, ratePerSecond: 50, seed: 7 }, 2_000);
    expect(instants).toHaveLength(100);
    expect([...instants]).toEqual([...instants].sort((a, b) => a - b));
    expect(instants[0]).toBeGreaterThanOrEqual(0);
    expect(instants.at(-1)).toBeLessThan(2_000);
  });

  it('are the same for the same seed', () => {
    const plan = { arrivals, ratePerSecond: 50, seed: 7 };
    expect(arrivalsOf(plan, 2_000)).toEqual(arrivalsOf(plan, 2_000));
  });

  it('may be none at all', () => {
    expect(arrivalsOf({ arrivals, ratePerSecond: 0.1, seed: 1 }, 1_000)).toHaveLength(0);
  });
});

it('draws other Poisson instants from another seed', () => {
  const plan = { arrivals: 'poisson' as const, ratePerSecond: 50 };
  expect(arrivalsOf({ ...plan, seed: 1 }, 2_000)).not.toEqual(arrivalsOf({ ...plan, seed: 2 }, 2_000));
});

it('leaves exponential gaps between Poisson arrivals', () => {
  const instants = arrivalsOf({ arrivals: 'poisson', ratePerSecond: 1_000, seed: 3 }, 100_000);
  const gaps = Array.from(instants.subarray(1), (instant, index) => instant - (instants[index] ?? 0));
  // Of exponential gaps of mean 1, e⁻¹ are longer than 1 and e⁻² longer than 2; the seed is fixed, so this can't flake.
  expect(gaps.filter((gap) => gap > 1).length / gaps.length).toBeCloseTo(Math.exp(-1), 2);
  expect(gaps.filter((gap) => gap > 2).length / gaps.length).toBeCloseTo(Math.exp(-2), 2);
});

it('sends even arrivals one interval apart', () => {
  const instants = arrivalsOf({ arrivals: 'even', ratePerSecond: 4, seed: 1 }, 1_000);
  expect([...instants]).toEqual([0, 250, 500, 750]);
});
