import { FIGURES, type FigureName, formatChange, formatFigure } from '../figures.js';
import type { Interval } from '../statistics/bootstrap-interval.js';
import { countFewestPairs } from '../statistics/decision.js';
import type { FigureJudgement, Judgement } from './judge-figure.js';

/** What the judged figures show, worst first, with those that decide. */
export function describeJudgements(figures: readonly FigureJudgement[], confidence: number): string {
  const judged = figures.filter(({ outcome }) => outcome !== null);
  const deciding = (['regressed', 'cannot tell', 'holds'] as const)
    .map((outcome) => judged.filter((figure) => figure.outcome === outcome))
    .find((found) => found.length > 0);
  return (deciding ?? [])
    .flatMap(({ figure, margin, budget, outcome }) => [
      ...(margin?.outcome === outcome ? [describeMargin(figure, margin, confidence)] : []),
      ...(budget?.outcome === outcome ? [describeBudget(figure, budget, confidence)] : []),
    ])
    .join('; ');
}

/** From the low to the high end, in the figure's own unit. */
export function formatInterval(
  figure: FigureName,
  { low, high }: Interval,
  format: (figure: FigureName, value: number) => string,
): string {
  return `[${format(figure, low)}, ${format(figure, high)}]`;
}

function describeMargin(figure: FigureName, judgement: Judgement, confidence: number): string {
  const { label, unit } = FIGURES[figure];
  const margin = `the margin of ${formatFigure(figure, judgement.limit)} ${unit}`;
  if (judgement.interval === null || judgement.doubt === 'too few pairs')
    return describeDoubt(figure, judgement, confidence);
  const { estimate } = judgement.interval;
  const change = `${formatChange(figure, estimate)} ${unit} ${formatInterval(figure, judgement.interval, formatChange)}`;
  switch (judgement.outcome) {
    case 'holds':
      return `${label} ${change}, within ${margin}`;
    case 'regressed':
      return `${label} ${change}, past ${margin}`;
    default:
      return `${label} ${change} reaches over ${margin}${adviseBlocks(judgement)}`;
  }
}

function describeBudget(figure: FigureName, judgement: Judgement, confidence: number): string {
  const { label, unit } = FIGURES[figure];
  const budget = `the budget of ${formatFigure(figure, judgement.limit)} ${unit}`;
  if (judgement.interval === null || judgement.doubt === 'too few pairs')
    return describeDoubt(figure, judgement, confidence);
  const { estimate } = judgement.interval;
  const value = `${formatFigure(figure, estimate)} ${unit} ${formatInterval(figure, judgement.interval, formatFigure)}`;
  switch (judgement.outcome) {
    case 'holds':
      return `${label} ${value}, within ${budget}`;
    case 'regressed':
      return `${label} ${value}, past ${budget}`;
    default:
      return `${label} ${value} reaches over ${budget}${adviseBlocks(judgement)}`;
  }
}

function describeDoubt(figure: FigureName, { doubt }: Judgement, confidence: number): string {
  const { label } = FIGURES[figure];
  if (doubt === 'not measured') return `${label} is not known in every trial: this system or load does not tell it`;
  return `too few blocks count for ${label}: at least ${countFewestPairs(confidence)} are needed`;
}

function adviseBlocks({ neededBlockCount }: Judgement): string {
  if (neededBlockCount === null || neededBlockCount > MAX_ADVISED_BLOCK_COUNT) {
    return '; it is too close to the limit, or this machine too noisy, to tell them apart';
  }
  return `; about ${neededBlockCount} blocks would tell (maxBlockCount, timeBudgetMillis)`;
}

/** Nobody waits longer for a gate. */
const MAX_ADVISED_BLOCK_COUNT = 200;
