import { bootstrapInterval, type Interval } from '#gate/statistics/bootstrap-interval';
import { countFewestPairs } from '#gate/statistics/decision';
import { median } from '#gate/statistics/sample-statistics';
import { LAB_RULE, listPairs } from './paired-comparison.js';
import type { Run } from './run-record.js';
import type { AddedRatioTarget } from './scenario.js';

/** What one arm adds to the control's p99 over what another adds, beside what it may. */
export interface AddedRatio {
  readonly target: AddedRatioTarget;
  /** Blocks in which all three trials are valid. */
  readonly blockCount: number;
  /** Null for fewer than 3 blocks, and where the other arm added nothing in one of them. */
  readonly ratio: Interval | null;
  /** Whether the whole interval lies within the target, or past it. */
  readonly verdict: 'met' | 'missed' | 'cannot tell';
}

/** Block by block, by the arrival-weighted p99; null where the scenario has no target. */
export function compareAdded({ scenario, trials }: Pick<Run, 'scenario' | 'trials'>): AddedRatio | null {
  const { target, arms } = scenario;
  const [control] = arms;
  if (target === undefined || control === undefined) return null;
  const baselineAdded = new Map(listAdded(trials, control.label, target.baseline));
  const pairs = listAdded(trials, control.label, target.candidate).flatMap(([block, candidateMillis]) => {
    const baselineMillis = baselineAdded.get(block);
    return baselineMillis === undefined ? [] : [{ baselineMillis, candidateMillis }];
  });
  const hasRatio = pairs.every(({ baselineMillis }) => baselineMillis > 0);
  // Not through logarithms, as elsewhere: an arm that adds nothing is now and then below the control.
  const ratios = pairs.map(({ baselineMillis, candidateMillis }) => candidateMillis / baselineMillis);
  const ratio = hasRatio ? bootstrapInterval(ratios, median, { confidence: LAB_RULE.confidence }) : null;
  return { target, blockCount: pairs.length, ratio, verdict: judge(ratio, pairs.length, target.maxRatio) };
}

/** As a sentence; null where the scenario has no target. */
export function describeAddedRatio(run: Pick<Run, 'scenario' | 'trials'>): string | null {
  const added = compareAdded(run);
  if (added === null) return null;
  const { target, ratio, verdict } = added;
  const { candidate, baseline, maxRatio } = target;
  if (ratio === null) return `Target (${candidate} at most ${maxRatio} of what ${baseline} adds): cannot tell.`;
  const { estimate, low, high } = ratio;
  const figure = `${estimate.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`;
  return `${candidate} adds ${figure} of what ${baseline} adds; target at most ${maxRatio}: ${verdict}.`;
}

function judge(ratio: Interval | null, blockCount: number, maxRatio: number): AddedRatio['verdict'] {
  if (ratio === null || blockCount < countFewestPairs(LAB_RULE.confidence)) return 'cannot tell';
  if (ratio.high <= maxRatio) return 'met';
  return ratio.low > maxRatio ? 'missed' : 'cannot tell';
}

function listAdded(trials: Run['trials'], controlLabel: string, label: string): [block: number, millis: number][] {
  return listPairs(trials, controlLabel, label).map(({ block, baselineMillis, candidateMillis }) => [
    block,
    candidateMillis - baselineMillis,
  ]);
}
