import { describe, expect, it } from 'vitest';
import { createRandom } from '#gate/statistics/random';
import { LAB_RULE } from './paired-comparison.js';
import { replayRuns } from './replay.js';

const settings = { blockCount: 8, runCount: 200, rule: LAB_RULE, seed: 1 };

function makePairs(pairCount: number, addedMillis: number, spreadMillis: number) {
  const random = createRandom(9);
  const draw = () => 5 + spreadMillis * (random() - 0.5);
  return Array.from({ length: pairCount }, (_, block) => ({
    block,
    baselineMillis: draw(),
    candidateMillis: draw() + addedMillis,
  }));
}

describe('replayRuns', () => {
  it('finds a difference that stands out, and calls twins different hardly ever', () => {
    const { repeated, injected } = replayRuns(makePairs(100, 4, 3), settings);
    expect(injected.different).toBeGreaterThanOrEqual(0.95 * settings.runCount);
    expect(repeated.different).toBeLessThanOrEqual(0.05 * settings.runCount);
    expect(repeated.different + repeated.same + repeated['cannot tell']).toBe(settings.runCount);
  });

  it('misses a difference in noise that swallows it', () => {
    const { injected } = replayRuns(makePairs(100, 1, 30), settings);
    expect(injected.different).toBeLessThan(0.5 * settings.runCount);
  });

  it('is the same for the same seed', () => {
    const pairs = makePairs(40, 2, 4);
    // So noisy that every verdict occurs: another draw has other counts.
    const few = { ...settings, runCount: 60 };
    expect(replayRuns(pairs, few)).toEqual(replayRuns(pairs, few));
    expect(replayRuns(pairs, { ...few, seed: 2 })).not.toEqual(replayRuns(pairs, few));
  });

  it('asks for more blocks where two draws can not be disjoint', () => {
    expect(() => replayRuns(makePairs(15, 1, 1), settings)).toThrow(/expected at least 16 blocks .* got 15/s);
  });
});
