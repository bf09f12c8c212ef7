import { ArrivalWeightedDelay, type LongBlock } from 'offloop/loop-delay';
import { describe, expect, it } from 'vitest';
import { listFigures } from './accuracy-figures.js';

const DURATION_MILLIS = 1_000;

const observe = (blocks: readonly LongBlock[]) => ({
  longestBlocks: blocks,
  arrivalWeighted: new ArrivalWeightedDelay(
    blocks.map(({ durationMillis }) => [durationMillis, 1]),
    DURATION_MILLIS,
  ),
});

describe('the figures of a try', () => {
  const block = { startedAtUnixMillis: 500, durationMillis: 40 };
  const injection = { blocks: [{ ...block, plannedMillis: 39 }], durationMillis: DURATION_MILLIS };

  it('have a percentile of what was planned, injected, found and read', () => {
    const p99 = listFigures(injection, observe([{ ...block, durationMillis: 41 }])).find(
      ({ percentile }) => percentile === 99,
    );
    // Of 1,000 ms, 10 are the last hundredth: who comes then waits for all of the block but those.
    expect(p99?.plannedMillis).toBeCloseTo(29);
    expect(p99?.injectedMillis).toBeCloseTo(30);
    expect(p99?.foundMillis).toBeCloseTo(31);
    expect(p99?.allMillis).toBeCloseTo(31);
  });

  it("leave the machine's own blocks to what is read", () => {
    const own = { startedAtUnixMillis: 200, durationMillis: 60 };
    const [p99] = listFigures(injection, observe([block, own])).filter(({ percentile }) => percentile === 99);
    expect(p99?.foundMillis).toBeCloseTo(30);
    expect(p99?.allMillis).toBeCloseTo(50);
  });

  it('take a block for an injected one as far off as the monitor may sleep', () => {
    for (const [startedAtUnixMillis, foundMillis] of [
      [590, 30],
      [593, 0],
      [410, 30],
      [407, 0],
    ] as const) {
      const [p99] = listFigures(injection, observe([{ ...block, startedAtUnixMillis }])).filter(
        ({ percentile }) => percentile === 99,
      );
      expect(p99?.foundMillis).toBeCloseTo(foundMillis);
    }
  });
});
