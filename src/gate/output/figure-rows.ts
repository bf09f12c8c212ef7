import { type FigureName, formatChange, formatFigure, nameFigure } from '../figures.js';
import type { Interval } from '../statistics/bootstrap-interval.js';
import type { FigureJudgement, Outcome } from '../verdict/judge-figure.js';
import { formatInterval } from '../verdict/sentence.js';

/** The cells of a table, a row a figure; in the same words wherever it is shown. */
export interface FigureRow {
  readonly name: string;
  readonly reference: string;
  readonly candidate: string;
  /** The paired difference with its interval. */
  readonly change: string;
  /** The margin or the budget. */
  readonly limit: string;
  readonly outcome: string;
}

export const FIGURE_ROW_HEAD: FigureRow = {
  name: '',
  reference: 'reference',
  candidate: 'candidate',
  change: 'change',
  limit: 'limit',
  outcome: '',
};

const OUTCOME_WORDS: Readonly<Record<Outcome, string>> = {
  holds: 'holds',
  regressed: 'regressed',
  'cannot tell': 'unclear',
};

/** One for each figure, and below it another where it has a budget: there the interval is the candidate's own. */
export function listFigureRows(figures: readonly FigureJudgement[]): FigureRow[] {
  return figures.flatMap((judgement) => {
    const { figure, referenceMedian, candidateMedian, difference, margin, budget } = judgement;
    const row: FigureRow = {
      name: nameFigure(figure),
      reference: referenceMedian === null ? '-' : formatFigure(figure, referenceMedian),
      candidate: candidateMedian === null ? '-' : formatFigure(figure, candidateMedian),
      change: describeInterval(figure, difference, formatChange),
      limit: margin === null ? '' : formatChange(figure, margin.limit),
      outcome: margin === null ? '' : OUTCOME_WORDS[margin.outcome],
    };
    if (budget === null) return [row];
    return [
      row,
      {
        name: '  its budget',
        reference: '',
        candidate: '',
        change: describeInterval(figure, budget.interval, formatFigure),
        limit: formatFigure(figure, budget.limit),
        outcome: OUTCOME_WORDS[budget.outcome],
      },
    ];
  });
}

function describeInterval(figure: FigureName, interval: Interval | null, format: typeof formatFigure): string {
  return interval === null ? '-' : `${format(figure, interval.estimate)} ${formatInterval(figure, interval, format)}`;
}
