import { type Baseline, expectByBaseline } from './baseline.js';
import type { GateConfig } from './config/gate-config.js';
import type { GateMode } from './gate-result.js';
import { type BlockSettings, countPairs, listSeries, runBlocks } from './run/run-blocks.js';
import type { TrialRecord } from './run/trial-record.js';
import { conclude, planFor } from './verdict/conclude.js';
import type { Conclusion } from './verdict/conclusion.js';
import { judgeExclusions } from './verdict/exclusions.js';
import { countLimits, type FigureJudgement, type FigureSeries, judgeFigures } from './verdict/judge-figure.js';

export interface JudgeSettings extends Omit<BlockSettings, 'lookPlan' | 'judge'> {
  readonly mode: GateMode;
  /** What is judged, and by which margins. */
  readonly rules: GateConfig['figures'];
  /** Stands in for the reference that was measured; null without one. */
  readonly baseline: Baseline | null;
  /** When the run began, by the clock of the blocks. */
  readonly startMillis: number;
}

/** What the blocks of a run came to. */
export interface JudgedBlocks extends Conclusion {
  readonly figures: readonly FigureJudgement[];
  /** Of their intervals. */
  readonly confidence: number;
  /** Blocks whose trials all count. */
  readonly pairCount: number;
  /** As measured, a value a pair. */
  readonly series: readonly FigureSeries[];
}

/** Runs blocks for as long as it takes to answer, and answers: from here on a run on paper is like any other. */
export async function judgeBlocks({
  mode,
  rules,
  baseline,
  startMillis,
  ...blocks
}: JudgeSettings): Promise<JudgedBlocks> {
  const { arms, maxBlockCount, readMillis } = blocks;
  const trials: TrialRecord[] = [];
  const lookPlan = planFor(mode, maxBlockCount, countLimits(rules));
  let lookConfidence = lookPlan.finalConfidence;
  const judge = (series: readonly FigureSeries[], confidence: number): readonly FigureJudgement[] => {
    lookConfidence = confidence;
    const judged = baseline === null ? series : series.map((one) => expectByBaseline(one, baseline));
    return judgeFigures(judged, rules, confidence);
  };
  const onTrial = (trial: TrialRecord) => {
    trials.push(trial);
    blocks.onTrial(trial);
  };
  const end = await runBlocks({ ...blocks, lookPlan, judge, onTrial });
  const confidence = end === 'clear' ? lookConfidence : lookPlan.finalConfidence;
  const series = listSeries(trials, arms);
  const pairCount = countPairs(trials, arms);
  const figures = pairCount === 0 ? [] : judge(series, confidence);
  const last = trials.at(-1);
  const conclusion = conclude({
    mode,
    end,
    pairCount,
    figures,
    confidence,
    lastFaults: last?.faults ?? [],
    durationMillis: readMillis() - startMillis,
    exclusions: judgeExclusions(trials, end === 'invalid trials'),
    lastArm: last?.arm,
  });
  return { ...conclusion, figures, confidence, pairCount, series };
}
