import { type FigureRule, hasMargin } from '../config/gate-config.js';
import { FIGURE_NAMES, type FigureName } from '../figures.js';
import type { Interval } from '../statistics/bootstrap-interval.js';
import { type Decision, decide } from '../statistics/decision.js';
import { estimatePairCount } from '../statistics/pair-count.js';
import { median } from '../statistics/sample-statistics.js';

export type Outcome = 'holds' | 'regressed' | 'cannot tell';

/** What was measured of one figure in the blocks that count, a value each. */
export interface FigureSeries {
  readonly figure: FigureName;
  /** NaN where a trial has none. */
  readonly candidate: readonly number[];
  /** Null where there is no reference. */
  readonly reference: readonly number[] | null;
}

/** An interval held against a limit. Everything is in the figure's own unit. */
export interface Judgement {
  readonly outcome: Outcome;
  /** Why nothing can be told. */
  readonly doubt: 'too few pairs' | 'too noisy' | 'not measured' | null;
  /** Of the median; null for fewer than 3 values. */
  readonly interval: Interval | null;
  readonly limit: number;
  /** How many blocks it would most likely take; null where something can be told, and where nobody knows. */
  readonly neededBlockCount: number | null;
}

export interface FigureJudgement {
  readonly figure: FigureName;
  readonly candidateMedian: number | null;
  readonly referenceMedian: number | null;
  /** Candidate less reference, a block each, in the order of the blocks; none where there is no reference. */
  readonly differences: readonly number[];
  /** Of their median, whether it is judged or not. */
  readonly difference: Interval | null;
  /** The difference held against the margin; null where none was asked for. */
  readonly margin: Judgement | null;
  /** The candidate held against the budget; null where none was asked for. */
  readonly budget: Judgement | null;
  /** Null for a figure that is only shown. */
  readonly outcome: Outcome | null;
}

/** @param rule null for a figure that is only shown. */
export function judgeFigure(series: FigureSeries, rule: FigureRule | null, confidence: number): FigureJudgement {
  const { figure, candidate, reference } = series;
  const differences = reference?.map((value, index) => (candidate[index] ?? Number.NaN) - value) ?? [];
  const marginAmount = reference === null || rule === null ? null : chooseMargin(rule, median(reference));
  const margin = marginAmount === null ? null : judgeAgainst(differences, 0, marginAmount, confidence);
  const budgetAmount = rule?.budget ?? null;
  const budget = budgetAmount === null ? null : judgeAgainst(candidate, budgetAmount, 0, confidence);
  return {
    figure,
    candidateMedian: medianOf(candidate),
    referenceMedian: medianOf(reference ?? []),
    differences,
    difference: isMeasured(differences) ? decide(differences, { marginMillis: 0, confidence }).difference : null,
    margin,
    budget,
    outcome: combineOutcomes([margin, budget].flatMap((judgement) => judgement?.outcome ?? [])),
  };
}

/** The worst of them: one regression is a regression, and nothing holds until all do. Null of none. */
export function combineOutcomes(outcomes: readonly Outcome[]): Outcome | null {
  if (outcomes.length === 0) return null;
  if (outcomes.includes('regressed')) return 'regressed';
  return outcomes.includes('cannot tell') ? 'cannot tell' : 'holds';
}

/** All that are judged, each by its rule, and the others beside them. */
export function judgeFigures(
  series: readonly FigureSeries[],
  rules: Readonly<Partial<Record<FigureName, FigureRule>>>,
  confidence: number,
): FigureJudgement[] {
  return FIGURE_NAMES.flatMap((figure) => series.find((candidate) => candidate.figure === figure) ?? []).map((one) =>
    judgeFigure(one, rules[one.figure] ?? null, confidence),
  );
}

/** What the rules ask, each question a chance of its own to err: a figure's margin is one, its budget another. */
export function countLimits(rules: Readonly<Partial<Record<FigureName, FigureRule>>>): number {
  return Object.values(rules).reduce((sum, rule) => sum + Number(hasMargin(rule)) + Number(rule.budget !== null), 0);
}

function chooseMargin(rule: FigureRule, referenceMedian: number): number | null {
  if (!hasMargin(rule)) return null;
  return Math.max(rule.absoluteMargin ?? 0, (rule.relativeMargin ?? 0) * referenceMedian);
}

/** Whether the median of `values`, less `origin`, is at most `margin`. */
function judgeAgainst(values: readonly number[], origin: number, margin: number, confidence: number): Judgement {
  const limit = origin + margin;
  if (!isMeasured(values) || Number.isNaN(margin)) {
    const doubt = values.length === 0 ? 'too few pairs' : 'not measured';
    return { outcome: 'cannot tell', doubt, interval: null, limit, neededBlockCount: null };
  }
  // The lab's units are milliseconds; the rule is the same in any.
  const decision = decide(
    values.map((value) => value - origin),
    { marginMillis: margin, confidence },
  );
  const outcome = readOutcome(decision, margin);
  return {
    outcome,
    doubt: outcome === 'cannot tell' ? decision.doubt : null,
    interval: decision.difference && shift(decision.difference, origin),
    limit,
    neededBlockCount: outcome === 'cannot tell' ? countNeededBlocks(decision, margin) : null,
  };
}

/** The gate asks one side only: what got better holds, by however much. */
function readOutcome({ verdict, difference, doubt }: Decision, margin: number): Outcome {
  if (difference === null || doubt === 'too few pairs') return 'cannot tell';
  if (verdict === 'different' && difference.low > margin) return 'regressed';
  return difference.high <= margin ? 'holds' : 'cannot tell';
}

/**
 * Until the interval no longer reaches over the margin, if the estimate stays where it is. The half that reaches over it
 * decides: of skewed values the other may be far shorter. Null where that says no more than there are.
 */
function countNeededBlocks({ difference, pairCount }: Decision, margin: number): number | null {
  if (difference === null || difference.estimate === margin) return null;
  const { estimate, low, high } = difference;
  const half = estimate < margin ? high - estimate : estimate - low;
  const even = { ...difference, low: estimate - half, high: estimate + half };
  const neededCount = estimatePairCount({ difference: even, pairCount }, Math.abs(estimate - margin));
  return neededCount !== null && neededCount > pairCount ? neededCount : null;
}

function shift(interval: Interval, by: number): Interval {
  return { ...interval, estimate: interval.estimate + by, low: interval.low + by, high: interval.high + by };
}

function medianOf(values: readonly number[]): number | null {
  return isMeasured(values) ? median(values) : null;
}

function isMeasured(values: readonly number[]): boolean {
  return values.length > 0 && !values.some(Number.isNaN);
}
