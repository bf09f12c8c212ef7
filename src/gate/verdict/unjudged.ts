import { DEFAULTS } from '../config/gate-config.js';
import { FIGURES, type FigureName, formatChange } from '../figures.js';
import type { Interval } from '../statistics/bootstrap-interval.js';
import { countFewestPairs } from '../statistics/decision.js';
import type { FigureJudgement } from './judge-figure.js';
import { formatInterval } from './sentence.js';

/**
 * What a delay does not show: work that comes in short pieces. The least difference that is worth a word, in the figure's
 * own unit: 2 ms a second.
 */
const LEAST_MARGINS: Readonly<Partial<Record<FigureName, number>>> = {
  utilization: 0.002,
  mainThreadCpuMillisPerSecond: 2,
};

/**
 * Names the figures that nobody asked to judge and that rose by more than the default margin all the same, for where those
 * that were judged show no regression. A hint: the level is not shared with these.
 *
 * @returns null where there is nothing to say.
 */
export function describeUnjudged(figures: readonly FigureJudgement[], confidence: number): string | null {
  const growths = figures.flatMap((judgement) => {
    const growth = findClearGrowth(judgement, confidence);
    if (growth === null) return [];
    const { figure } = judgement;
    const { label, unit } = FIGURES[figure];
    const change = formatChange(figure, growth.estimate);
    return [`${label} ${change} ${unit} ${formatInterval(figure, growth, formatChange)}`];
  });
  return growths.length === 0 ? null : `not judged, but clearly worse: ${growths.join(', ')}`;
}

function findClearGrowth(judgement: FigureJudgement, confidence: number): Interval | null {
  const { figure, outcome, difference, differences, referenceMedian } = judgement;
  const leastMargin = LEAST_MARGINS[figure];
  if (outcome !== null || leastMargin === undefined || difference === null || referenceMedian === null) return null;
  if (differences.length < countFewestPairs(confidence)) return null;
  const { relativeMargin } = DEFAULTS.figures.arrivalWeightedP99Millis;
  return difference.low > Math.max(leastMargin, relativeMargin * referenceMedian) ? difference : null;
}
