import { describe, expect, it } from 'vitest';
import type { FigureRule } from '../config/gate-config.js';
import { combineOutcomes, countLimits, type FigureSeries, judgeFigure } from './judge-figure.js';

const REFERENCE = [10, 11, 9, 10, 12, 10, 9, 11];
const figure = 'arrivalWeightedP99Millis';

function series(rise: number, spread = 0.2): FigureSeries {
  const candidate = REFERENCE.map((value, index) => value + rise + (index % 2 === 0 ? spread : -spread));
  return { figure, reference: REFERENCE, candidate };
}

function rule(changes: Partial<FigureRule>): FigureRule {
  return { absoluteMargin: null, relativeMargin: null, budget: null, ...changes };
}

describe('judgeFigure', () => {
  it('holds within the margin and regresses past it', () => {
    expect(judgeFigure(series(1), rule({ absoluteMargin: 2 }), 0.95).outcome).toBe('holds');
    expect(judgeFigure(series(3), rule({ absoluteMargin: 2 }), 0.95)).toMatchObject({
      outcome: 'regressed',
      margin: { doubt: null, limit: 2, neededBlockCount: null },
    });
  });

  it('holds what got better, by however much and however noisily', () => {
    expect(judgeFigure(series(-8, 1), rule({ absoluteMargin: 2 }), 0.95).outcome).toBe('holds');
    expect(judgeFigure(series(-2, 1.5), rule({ absoluteMargin: 1 }), 0.95).outcome).toBe('holds');
  });

  it('can not tell where the interval reaches over the margin, and says how many blocks would', () => {
    const judgement = judgeFigure(series(1.5, 3), rule({ absoluteMargin: 2 }), 0.95);
    expect(judgement).toMatchObject({ outcome: 'cannot tell', margin: { doubt: 'too noisy' } });
    expect(judgement.margin?.neededBlockCount).toBeGreaterThan(8);
  });

  it('goes by the half of a skewed interval that reaches over, and never advises fewer blocks than there are', () => {
    // Median 0.5, and [0.4, 3.2] or so: the lower half is short, the upper one reaches over the margin of 2.
    const skewed = [0.4, 0.4, 0.45, 0.5, 0.5, 3, 3.1, 3.2];
    const candidate = REFERENCE.map((value, index) => value + (skewed[index] ?? 0));
    const { margin } = judgeFigure({ figure, reference: REFERENCE, candidate }, rule({ absoluteMargin: 2 }), 0.95);
    expect(margin?.outcome).toBe('cannot tell');
    expect((margin?.interval?.high ?? 0) - (margin?.interval?.low ?? 0)).toBeLessThan(2 * 1.5);
    expect(margin?.neededBlockCount).toBeGreaterThan(8);
    // No half reaches over: blocks are too few only, and nobody knows how many it would take.
    const few = { figure, reference: REFERENCE.slice(0, 5), candidate: candidate.slice(0, 5) } as const;
    expect(judgeFigure(few, rule({ absoluteMargin: 2 }), 0.95).margin).toMatchObject({
      outcome: 'cannot tell',
      neededBlockCount: null,
    });
  });

  it('can not tell from too few blocks, or of what was not measured', () => {
    const few = {
      figure,
      reference: REFERENCE.slice(0, 5),
      candidate: REFERENCE.slice(0, 5).map((value) => value + 90),
    } as const;
    expect(judgeFigure(few, rule({ absoluteMargin: 2 }), 0.95).margin).toMatchObject({
      outcome: 'cannot tell',
      doubt: 'too few pairs',
    });
    const unknown = { figure, reference: REFERENCE, candidate: REFERENCE.map(() => Number.NaN) } as const;
    expect(judgeFigure(unknown, rule({ budget: 2 }), 0.95).budget).toMatchObject({
      outcome: 'cannot tell',
      doubt: 'not measured',
    });
  });

  it("takes the larger of two margins, the relative one of the reference's median", () => {
    expect(judgeFigure(series(3), rule({ absoluteMargin: 2, relativeMargin: 0.5 }), 0.95).margin?.limit).toBe(5);
    expect(judgeFigure(series(3), rule({ absoluteMargin: 2, relativeMargin: 0.1 }), 0.95).margin?.limit).toBe(2);
  });

  it('holds the candidate itself against a budget, with a reference or without', () => {
    expect(judgeFigure(series(3), rule({ budget: 20 }), 0.95)).toMatchObject({ outcome: 'holds', margin: null });
    const alone = { ...series(3), reference: null };
    expect(judgeFigure(alone, rule({ budget: 12 }), 0.95)).toMatchObject({ outcome: 'regressed', difference: null });
  });

  it('judges no figure that is only shown', () => {
    expect(judgeFigure(series(90), null, 0.95)).toMatchObject({ outcome: null, margin: null, budget: null });
    expect(judgeFigure(series(90), null, 0.95).difference?.low).toBeGreaterThan(80);
  });
});

describe('combineOutcomes', () => {
  it('lets nothing that is doubtful look like something that holds', () => {
    expect(combineOutcomes(['holds', 'cannot tell'])).toBe('cannot tell');
    expect(combineOutcomes(['cannot tell', 'holds', 'regressed'])).toBe('regressed');
    expect(combineOutcomes(['holds', 'holds'])).toBe('holds');
    expect(combineOutcomes([])).toBeNull();
  });
});

describe('countLimits', () => {
  it("counts a figure's margin once, however it is given, and its budget once more", () => {
    expect(countLimits({ rawP99Millis: rule({ absoluteMargin: 2, relativeMargin: 0.2 }) })).toBe(1);
    expect(countLimits({ rawP99Millis: rule({ budget: 0 }) })).toBe(1);
    const both = rule({ relativeMargin: 0.2, budget: 9 });
    expect(countLimits({ rawP99Millis: both, utilization: rule({ absoluteMargin: 0 }) })).toBe(3);
  });
});
