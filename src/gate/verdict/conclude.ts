import type { Cause, GateMode } from '../gate-result.js';
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
  readonly exclusions: Exclusions;
  /** Whose trial was the last; left out where there was none. */
  readonly lastArm?: ArmName | undefined;
}

/** @param limitCount as in {@link planLooks} */
export function planFor(mode: GateMode, maxPairCount: number, limitCount: number): LookPlan {
  switch (mode) {
    case 'compare':
      return planLooks(maxPairCount, limitCount);
    case 'self-check':
      // The confidence that a comparison ends with, but all of its blocks: what it resolves is the question.
      return { ...planLooks(maxPairCount, limitCount), interim: [] };
    case 'save':
      return planOneLook(limitCount);
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
    return cannotJudge(
      `one trial${whose} after the other can't be counted: ${lastFaults.join('; ')}`,
      exclusions.cause,
    );
  }
  const neededCount = countFewestPairs(confidence);
  if (pairCount < neededCount) {
    const counted = pairCount === 1 ? '1 block counts' : `${pairCount} blocks count`;
    const advice = end === 'out of time' ? '; give it more time (timeBudgetMillis), or make its trials shorter' : '';
    const { commonestFault, blockCount } = exclusions;
    const why = commonestFault === null ? '' : ` (left out most often: ${commonestFault})`;
    // Where there was no time for them even if all had counted, no quieter machine would have told.
    const cause = blockCount < neededCount ? 'fault' : exclusions.cause;
    return cannotJudge(`${counted}, at least ${neededCount} are needed${why}${advice}`, cause);
  }
  if (exclusions.doubt !== null) return cannotJudge(exclusions.doubt, exclusions.cause);
  // What was left out stood in nobody's way.
  const cause = figures.some(isUnmeasured) ? 'fault' : 'noise';
  if (mode === 'self-check') {
    const checked = judgeSelfCheck(figures, durationMillis);
    return { ...checked, cause: checked.verdict === 'cannot judge' ? cause : null };
  }
  if (mode === 'save')
    return { verdict: 'holds', sentence: `ratios to the control in ${pairCount} blocks`, cause: null };
  const said = describeJudgements(figures, confidence);
  switch (combineOutcomes(figures.flatMap(({ outcome }) => outcome ?? []))) {
    case 'holds':
      return { verdict: 'holds', sentence: `holds: ${said}`, cause: null };
    case 'regressed':
      return { verdict: 'regressed', sentence: `regressed: ${said}`, cause: null };
    default:
      return cannotJudge(said, cause);
  }
}

function cannotJudge(reason: string, cause: Cause): Conclusion {
  return { verdict: 'cannot judge', sentence: `can't judge: ${reason}`, cause };
}

/** No quieter machine would tell either. */
function isUnmeasured({ margin, budget }: FigureJudgement): boolean {
  return [margin, budget].some((judgement) => judgement?.doubt === 'not measured');
}
