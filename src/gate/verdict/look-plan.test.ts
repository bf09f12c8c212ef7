import { describe, expect, it } from 'vitest';
import type { FigureRule } from '../config/gate-config.js';
import { createRandom } from '../statistics/random.js';
import { combineOutcomes, countLimits, judgeFigure, type Outcome } from './judge-figure.js';
import { planLooks } from './look-plan.js';

const RULE = { absoluteMargin: 0, relativeMargin: null, budget: null };

/** What the median of a value is that adds noise to it. */
const ORIGIN = 10;
const TRUE_MEDIAN = ORIGIN + Math.SQRT2;

/** Skewed noise as a machine makes it: mostly small, now and then large. */
function drawNoise(random: () => number): number {
  return 1 / (1 - random()) ** 0.5;
}

/** A run with early stops, as the gate makes it; each candidate value is `rise` above noise of its own. */
function simulate(
  random: () => number,
  rise: number,
  figureCount: number,
  rule: FigureRule = RULE,
): { outcome: Outcome; pairCount: number } {
  const plan = planLooks(20, figureCount * countLimits({ arrivalWeightedP99Millis: rule }));
  const figures = Array.from({ length: figureCount }, () => ({
    reference: Array.from({ length: 20 }, () => ORIGIN + drawNoise(random)),
    candidate: Array.from({ length: 20 }, () => ORIGIN + drawNoise(random) + rise),
  }));
  const judgeFirst = (pairCount: number, confidence: number) =>
    combineOutcomes(
      figures.map(({ reference, candidate }) => {
        const series = {
          figure: 'arrivalWeightedP99Millis' as const,
          reference: reference.slice(0, pairCount),
          candidate: candidate.slice(0, pairCount),
        };
        return judgeFigure(series, rule, confidence).outcome ?? 'cannot tell';
      }),
    ) ?? 'cannot tell';
  for (const { pairCount, confidence } of plan.interim) {
    const outcome = judgeFirst(pairCount, confidence);
    if (outcome !== 'cannot tell') return { outcome, pairCount };
  }
  return { outcome: judgeFirst(20, plan.finalConfidence), pairCount: 20 };
}

describe('planLooks', () => {
  it('spends no more than the level over all looks and limits', () => {
    for (const limitCount of [1, 2, 6]) {
      for (const maxPairCount of [6, 8, 9, 12, 20, 100]) {
        const { interim, finalConfidence } = planLooks(maxPairCount, limitCount);
        const spent = [...interim.map(({ confidence }) => confidence), finalConfidence].map(
          (confidence) => limitCount * (1 - confidence),
        );
        expect(spent.reduce((sum, share) => sum + share, 0)).toBeCloseTo(0.05, 9);
        expect(interim.every(({ pairCount }) => pairCount < maxPairCount)).toBe(true);
      }
    }
  });

  it('never looks early where that could not tell anything', () => {
    expect(planLooks(8, 1).interim).toEqual([]);
    expect(planLooks(20, 1).interim.map(({ pairCount }) => pairCount)).toEqual([8, 11, 15]);
  });

  // Of so many runs 2.5 %, and two standard deviations more. There is no margin to help.
  it.each([
    [1, 300, 13],
    [3, 100, 6],
  ])(
    'with %i judged raises a false alarm in no more than one run in 40 on equal arms',
    (figureCount, runCount, most) => {
      const random = createRandom(figureCount);
      let alarmCount = 0;
      for (let run = 0; run < runCount; run += 1) {
        if (simulate(random, 0, figureCount).outcome === 'regressed') alarmCount += 1;
      }
      expect(alarmCount).toBeLessThanOrEqual(most);
    },
  );

  it('raises one as rarely of a figure with a margin and a budget that is as large as it truly is', {
    timeout: 120_000,
  }, () => {
    const random = createRandom(5);
    const rule = { ...RULE, budget: TRUE_MEDIAN };
    const outcomes = Array.from({ length: 400 }, () => simulate(random, 0, 1, rule).outcome);
    // At the full share each, margin and budget raise 14.
    expect(outcomes.filter((outcome) => outcome === 'regressed').length).toBeLessThanOrEqual(10);
  });

  it('finds what is clear, and early', () => {
    const random = createRandom(7);
    const runs = Array.from({ length: 60 }, () => simulate(random, 6, 1));
    expect(runs.filter(({ outcome }) => outcome === 'regressed').length).toBeGreaterThanOrEqual(57);
    const pairCounts = runs.map(({ pairCount }) => pairCount).sort((a, b) => a - b);
    expect(pairCounts[30]).toBeLessThan(20);
  });
});
