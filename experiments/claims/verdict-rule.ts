import type { Interval } from '#gate/statistics/bootstrap-interval';
import type { Verdict } from './claim.js';

type Status = Verdict['status'];

/**
 * What the interval of a cost says of the document's figure for it, of a range its low end. One rule for every claim of a
 * cost, as the page of the findings states it: the cost is there where the interval lies above 0, and is not where all of
 * it lies at 0 or below. Where 0 lies inside, only its upper end tells something: how large the cost may be.
 */
export function judgeCost({ low, high }: Interval, documentFigure: number): Status {
  if (low > 0) return high >= documentFigure ? 'holds' : 'holds in another form';
  if (high >= documentFigure) return 'cannot tell';
  return high > 0 ? 'below the document, size not told' : 'does not hold';
}

/**
 * Of a claim with several figures: it holds where all do, and in another form where any cost is there; where none is, the
 * answer of the figure that leaves most open.
 */
export function combineStatuses(statuses: readonly Status[]): Status {
  if (statuses.every((status) => status === 'holds')) return 'holds';
  if (statuses.some((status) => status.startsWith('holds'))) return 'holds in another form';
  const open = ['cannot tell', 'below the document, size not told'] as const;
  return open.find((status) => statuses.includes(status)) ?? 'does not hold';
}
