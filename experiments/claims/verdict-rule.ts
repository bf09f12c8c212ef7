import type { Interval } from '#gate/statistics/bootstrap-interval';
import type { Verdict } from './claim.js';

type Status = Verdict['status'];

/**
 * What the interval of a cost says of the document's figure for it, of a range its low end. One rule for every claim of a
 * cost, as the page of the findings states it: the cost is there where the interval lies above 0.
 */
export function judgeCost({ low, high }: Interval, documentFigure: number): Status {
  if (high >= documentFigure) return low > 0 ? 'holds' : 'cannot tell';
  return low > 0 ? 'holds in another form' : 'does not hold';
}

/** Of a claim with several figures: it holds where all do, and in another form where any cost is there. */
export function combineStatuses(statuses: readonly Status[]): Status {
  if (statuses.every((status) => status === 'holds')) return 'holds';
  if (statuses.some((status) => status.startsWith('holds'))) return 'holds in another form';
  return statuses.includes('cannot tell') ? 'cannot tell' : 'does not hold';
}
