import { DEFAULTS, type FigureRule } from '#gate/config/gate-config';
import type { FigureName } from '#gate/figures';
import type { GateVerdict } from '#gate/gate-result';
import { createRandom } from '#gate/statistics/random';
import { type BlocksEnd, conclude, planFor } from '#gate/verdict/conclude';
import { combineOutcomes, judgeFigures } from '#gate/verdict/judge-figure';
import { draw } from '../runner/draw.js';
import { type FigurePair, toSeries } from './trial-figures.js';

/** What a gate judges. */
export type FigureRules = Readonly<Partial<Record<FigureName, FigureRule>>>;

export interface DrawSettings {
  /** Blocks that a run has the time for. */
  readonly blockCount: number;
  readonly runCount: number;
  readonly seed: number;
  /** Which of two equal services is called the candidate is tossed for, a run each. */
  readonly isSwapped: boolean;
}

export interface DrawnRuns {
  /** How many runs came to which verdict. */
  readonly verdicts: Readonly<Record<GateVerdict, number>>;
  /** Blocks until the verdict, on average: a clear answer ends a run early. */
  readonly meanBlockCount: number;
}

/**
 * Draws runs of the gate from recorded blocks, without replacement within a run, and judges them as the gate does.
 *
 * @throws {RangeError} when there are fewer blocks than a run has.
 */
export function drawGateRuns(pairs: readonly FigurePair[], rules: FigureRules, settings: DrawSettings): DrawnRuns {
  const { blockCount, runCount, seed, isSwapped } = settings;
  if (pairs.length < blockCount) {
    throw new RangeError(
      `expected at least ${blockCount} blocks with valid trials of both arms, got ${pairs.length}: ` +
        'record more with gate-power --record --blocks N --resume',
    );
  }
  const random = createRandom(seed);
  const verdicts: Record<GateVerdict, number> = { holds: 0, regressed: 0, 'cannot judge': 0 };
  let totalBlockCount = 0;
  for (let run = 0; run < runCount; run += 1) {
    const drawn = draw(pairs, blockCount, random);
    const judged = judgeRun(isSwapped && random() < 0.5 ? drawn.map(swap) : drawn, rules);
    verdicts[judged.verdict] += 1;
    totalBlockCount += judged.blockCount;
  }
  return { verdicts, meanBlockCount: totalBlockCount / runCount };
}

/** One run, look after look, as `runBlocks` and `runGate` of src/gate take them. */
export function judgeRun(
  pairs: readonly FigurePair[],
  rules: FigureRules,
): { readonly verdict: GateVerdict; readonly blockCount: number } {
  const judged = Object.keys(rules) as FigureName[];
  const plan = planFor('compare', DEFAULTS.maxBlockCount, judged.length);
  const judge = (pairCount: number, confidence: number) =>
    judgeFigures(toSeries(pairs.slice(0, pairCount), judged), rules, confidence);
  const finish = (end: BlocksEnd, pairCount: number, confidence: number) => {
    const figures = judge(pairCount, confidence);
    const outcome = {
      mode: 'compare',
      end,
      pairCount,
      figures,
      confidence,
      lastFaults: [],
      durationMillis: 0,
    } as const;
    return { verdict: conclude(outcome).verdict, blockCount: pairCount };
  };
  for (const { pairCount, confidence } of plan.interim.filter((look) => look.pairCount <= pairs.length)) {
    const outcome = combineOutcomes(judge(pairCount, confidence).flatMap((figure) => figure.outcome ?? []));
    if (outcome !== null && outcome !== 'cannot tell') return finish('clear', pairCount, confidence);
  }
  const end = pairs.length >= DEFAULTS.maxBlockCount ? 'all blocks' : 'out of time';
  return finish(end, pairs.length, plan.finalConfidence);
}

function swap({ reference, candidate }: FigurePair): FigurePair {
  return { reference: candidate, candidate: reference };
}
