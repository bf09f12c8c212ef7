import { describe, expect, it } from 'vitest';
import type { FigureRule } from '../config/gate-config.js';
import { combineOutcomes, type FigureSeries, judgeFigure } from './judge-figure.js';

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
