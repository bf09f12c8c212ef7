import { type Decision, type DecisionRule, decide } from '#gate/statistics/decision';
import { estimatePairCount } from '#gate/statistics/pair-count';
import { comparePairs, type PairedComparison } from '#gate/statistics/paired-comparison';
import type { Run } from './run-record.js';
import type { ScenarioArm } from './scenario.js';
import { isValid, readP99Millis } from './summary.js';
import type { TrialRecord } from './trial-record.js';

/** One arm beside the control: by the p99 of the arrival-weighted delay, block by block. */
export interface ArmComparison {
  readonly arm: ScenarioArm;
  readonly baselineLabel: string;
  /** Of every block in which both trials are valid. */
  readonly pairs: readonly ArmPair[];
  readonly comparison: PairedComparison;
  readonly decision: Decision;
  /** Blocks that an interval of {@link WANTED_HALF_WIDTH_MILLIS} takes, by the interval so far; null where there is none. */
  readonly neededBlockCount: number | null;
}

export interface ArmPair {
  /** From 0. */
  readonly block: number;
  readonly baselineMillis: number;
  readonly candidateMillis: number;
}

/** What the lab decides by. A difference of up to 1 ms is no reason to choose an exporter by. */
export const LAB_RULE = { marginMillis: 1, confidence: 0.95 } as const satisfies DecisionRule;

/** With an interval no wider than the margin to each side, two equal arms are called the same. */
export const WANTED_HALF_WIDTH_MILLIS = LAB_RULE.marginMillis;

/** Compares every other arm of a run with its first, the control. */
export function compareWithControl({ scenario, trials }: Pick<Run, 'scenario' | 'trials'>): ArmComparison[] {
  const [control, ...others] = scenario.arms;
  if (control === undefined) return [];
  return others.map((arm) => {
    const pairs = listPairs(trials, control.label, arm.label);
    const comparison = comparePairs(
      pairs.map(({ baselineMillis, candidateMillis }) => ({ baseline: baselineMillis, candidate: candidateMillis })),
      { confidence: LAB_RULE.confidence },
    );
    return {
      arm,
      baselineLabel: control.label,
      pairs,
      comparison,
      decision: decide(comparison.differences, LAB_RULE),
      neededBlockCount: estimatePairCount(comparison, WANTED_HALF_WIDTH_MILLIS),
    };
  });
}

/** In the order of the blocks. @param readMillis what of a trial is compared: the p99 of the wait, or another figure */
export function listPairs(
  trials: readonly TrialRecord[],
  baselineLabel: string,
  candidateLabel: string,
  readMillis: (trial: TrialRecord) => number = readP99Millis,
): ArmPair[] {
  const valid = trials.filter(isValid);
  const candidates = new Map(valid.filter(({ arm }) => arm === candidateLabel).map((trial) => [trial.block, trial]));
  return valid
    .filter(({ arm }) => arm === baselineLabel)
    .flatMap((baseline) => {
      const candidate = candidates.get(baseline.block);
      if (candidate === undefined) return [];
      return {
        block: baseline.block,
        baselineMillis: readMillis(baseline),
        candidateMillis: readMillis(candidate),
      };
    })
    .sort((a, b) => a.block - b.block);
}
