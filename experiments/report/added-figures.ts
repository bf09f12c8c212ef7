import { type Decision, decide } from '#gate/statistics/decision';
import { LAB_RULE, listPairs } from '../runner/paired-comparison.js';
import type { Run } from '../runner/run-record.js';
import type { ScenarioArm } from '../runner/scenario.js';
import { isValid, readP99Millis } from '../runner/summary.js';
import type { TrialRecord } from '../runner/trial-record.js';

/** What an arm adds in a run, block by block: to the control, and to another arm that it is compared with. */
export interface AddedFigures {
  readonly arm: ScenarioArm;
  /** To the p99 of the wait for the loop. */
  readonly wait: Decision;
  readonly latencyP50: Decision;
  readonly latencyP99: Decision;
  /** What the other arm saves of the wait, above 0 where it is the better one. */
  readonly savedWait: Decision;
  readonly savedLatencyP99: Decision;
}

type Read = (trial: TrialRecord) => number;

const readLatencyP50: Read = ({ load }) => load.latency.p50Millis;
const readLatencyP99: Read = ({ load }) => load.latency.p99Millis;

/** In the order of the scenario, without its control. @param savingLabel the arm that each is compared with. */
export function listAddedFigures({ scenario, trials }: Pick<Run, 'scenario' | 'trials'>, savingLabel: string) {
  const [control, ...others] = scenario.arms;
  if (control === undefined) return [];
  const compare = (candidateLabel: string, baselineLabel: string, read: Read): Decision => {
    const pairs = listPairs(trials, baselineLabel, candidateLabel, read);
    return decide(
      pairs.map(({ baselineMillis, candidateMillis }) => candidateMillis - baselineMillis),
      LAB_RULE,
    );
  };
  return others.map(
    (arm): AddedFigures => ({
      arm,
      wait: compare(arm.label, control.label, readP99Millis),
      latencyP50: compare(arm.label, control.label, readLatencyP50),
      latencyP99: compare(arm.label, control.label, readLatencyP99),
      savedWait: compare(arm.label, savingLabel, readP99Millis),
      savedLatencyP99: compare(arm.label, savingLabel, readLatencyP99),
    }),
  );
}

/** The answers of a trial, the fewest of the valid ones: what a percentile of its latency rests on. */
export function countFewestRequests(trials: readonly TrialRecord[]): number {
  return Math.min(...trials.filter(isValid).map(({ load }) => load.latency.count));
}
