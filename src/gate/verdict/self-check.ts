import { FIGURES, formatFigure } from '../figures.js';
import { formatClock } from '../output/clock.js';
import type { Conclusion } from './conclusion.js';
import type { FigureJudgement } from './judge-figure.js';

/**
 * What a run of a service against itself says of the machine. It resolves as much as the interval reaches to its farther
 * end: with a smaller margin two equal services could most likely not be told to be equal.
 */
export function judgeSelfCheck(figures: readonly FigureJudgement[], durationMillis: number): Omit<Conclusion, 'cause'> {
  const judged = figures.filter(({ outcome }) => outcome !== null);
  const unknown = judged.find(({ difference, margin }) => difference === null || margin?.doubt === 'too few pairs');
  if (judged.length === 0 || unknown !== undefined) {
    return { verdict: 'cannot judge', sentence: "can't judge: too few blocks count for a word on this runner" };
  }
  const different = judged.filter(({ margin }) => margin?.outcome === 'regressed');
  if (different.length > 0) {
    return {
      verdict: 'cannot judge',
      sentence: `can't judge: this runner calls a service worse than itself (${listLabels(different)}); run it again, and if it stays so use another machine`,
    };
  }
  const resolved = judged.map((judgement) => describeResolution(judgement)).join(', ');
  const sentence = `this runner resolves ${resolved} in ${formatClock(durationMillis)} minutes`;
  const coarse = judged.filter(({ margin, ...judgement }) => margin !== null && resolutionOf(judgement) > margin.limit);
  if (coarse.length === 0) return { verdict: 'holds', sentence: `${sentence}, enough for its margins` };
  const margins = coarse.map(
    ({ figure, margin }) => `${formatFigure(figure, margin?.limit ?? Number.NaN)} ${FIGURES[figure].unit}`,
  );
  return {
    verdict: 'cannot judge',
    sentence: `${sentence}, too little for a margin of ${margins.join(', ')}; widen it, or give it more time (timeBudgetMillis, maxBlockCount)`,
  };
}

function describeResolution(judgement: FigureJudgement): string {
  const { label, unit } = FIGURES[judgement.figure];
  return `${formatFigure(judgement.figure, resolutionOf(judgement))} ${unit} at ${label}`;
}

function resolutionOf({ difference }: Pick<FigureJudgement, 'difference'>): number {
  return difference === null ? Number.NaN : Math.max(Math.abs(difference.low), Math.abs(difference.high));
}

function listLabels(figures: readonly FigureJudgement[]): string {
  return figures.map(({ figure }) => FIGURES[figure].label).join(', ');
}
