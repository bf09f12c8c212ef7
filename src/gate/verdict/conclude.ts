import type { GateMode } from '../gate-result.js';
import type { ArmName } from '../run/arm.js';
import { countFewestPairs } from '../statistics/decision.js';
import type { Conclusion } from './conclusion.js';
import type { Exclusions } from './exclusions.js';
import { combineOutcomes, type FigureJudgement } from './judge-figure.js';
import { type LookPlan, planLooks, planOneLook } from './look-plan.js';
import { judgeSelfCheck } from './self-check.js';
import { describeJudgements } from './sentence.js';

/** Why no further block was run. */
export type BlocksEnd = 'clear' | 'all blocks' | 'out of time' | 'invalid trials';

/** What the blocks of a run came to. */
export interface RunOutcome {
  readonly mode: GateMode;
  readonly end: BlocksEnd;
  readonly pairCount: number;
  readonly figures: readonly FigureJudgement[];
  /** Of their intervals. */
  readonly confidence: number;
  /** Why the last trial was left out; empty where it counts. */
  readonly lastFaults: readonly string[];
  readonly durationMillis: number;
  /** Left out where no trial was. */
  readonly exclusions?: Exclusions;
  /** Whose trial was the last; left out where there was none. */
  readonly lastArm?: ArmName | undefined;
}

export function planFor(mode: GateMode, maxPairCount: number, figureCount: number): LookPlan {
  switch (mode) {
    case 'compare':
      return planLooks(maxPairCount, figureCount);
    case 'self-check':
      // The confidence that a comparison ends with, but all of its blocks: what it resolves is the question.
      return { ...planLooks(maxPairCount, figureCount), interim: [] };
    case 'save':
      return planOneLook(figureCount);
    default: {
      const unknown: never = mode;
      throw new TypeError(`expected a mode, got ${unknown}`);
    }
  }
}

export function conclude(run: RunOutcome): Conclusion {
  const { mode, end, pairCount, figures, confidence, lastFaults, durationMillis, exclusions, lastArm } = run;
  if (end === 'invalid trials') {
    const whose = lastArm === undefined ? '' : ` of the ${lastArm}`;
    return cannotJudge(`one trial${whose} after the other can't be counted: ${lastFaults.join('; ')}`);
  }
  const neededCount = countFewestPairs(confidence);
  if (pairCount < neededCount) {
    const counted = pairCount === 1 ? '1 block counts' : `${pairCount} blocks count`;
    const advice = end === 'out of time' ? '; give it more time (timeBudgetMillis), or make its trials shorter' : '';
    const fault = exclusions?.commonestFault ?? null;
    const why = fault === null ? '' : ` (left out most often: ${fault})`;
    return cannotJudge(`${counted}, at least ${neededCount} are needed${why}${advice}`);
  }
  if (exclusions !== undefined && exclusions.doubt !== null) return cannotJudge(exclusions.doubt);
  if (mode === 'self-check') return judgeSelfCheck(figures, durationMillis);
  if (mode === 'save') return { verdict: 'holds', sentence: `ratios to the control in ${pairCount} blocks` };
  const said = describeJudgements(figures, confidence);
  switch (combineOutcomes(figures.flatMap(({ outcome }) => outcome ?? []))) {
    case 'holds':
      return { verdict: 'holds', sentence: `holds: ${said}` };
    case 'regressed':
      return { verdict: 'regressed', sentence: `regressed: ${said}` };
    default:
      return cannotJudge(said);
  }
}

function cannotJudge(reason: string): Conclusion {
  return { verdict: 'cannot judge', sentence: `can't judge: ${reason}` };
}
