import { FIGURE_NAMES, formatFigure } from '../figures.js';
import { GateError } from '../gate-error.js';
import { formatClock } from '../output/clock.js';
import { createRandom } from '../statistics/random.js';
import type { BlocksEnd } from '../verdict/conclude.js';
import { combineOutcomes, type FigureJudgement, type FigureSeries } from '../verdict/judge-figure.js';
import type { LookPlan } from '../verdict/look-plan.js';
import type { Arm, ArmName } from './arm.js';
import type { TrialPlan } from './trial.js';
import type { TrialRecord } from './trial-record.js';

export interface BlockSettings {
  /** One, or two that are run in random order within each block. */
  readonly arms: readonly Arm[];
  /** Runs a trial; or plays back one that was. */
  readonly takeTrial: (plan: TrialPlan) => Promise<TrialRecord>;
  /** Monotonic. */
  readonly readMillis: () => number;
  readonly timeBudgetMillis: number;
  readonly lookPlan: LookPlan;
  readonly maxBlockCount: number;
  readonly seed: number;
  /** The part of a script's path by which whoever runs the gate says what is measured; null: nobody does. */
  readonly program: string | null;
  /** What the blocks so far say. */
  readonly judge: (series: readonly FigureSeries[], confidence: number) => readonly FigureJudgement[];
  /** Told of every trial as it comes. */
  readonly onTrial: (trial: TrialRecord) => void;
  readonly onProgress: (line: string) => void;
}

/** After so many trials of an arm in a row that may not be counted the next would most likely be the same. */
const MAX_INVALID_IN_A_ROW = 4;
/** Seeds of neighboring blocks must not meet: the load takes the seed after its own for the warm-up. */
const SEEDS_PER_BLOCK = 2;

/**
 * Runs block after block until the answer is clear, or blocks or time run out. A block with a trial that may not be
 * counted is followed by another.
 */
export async function runBlocks(settings: BlockSettings): Promise<BlocksEnd> {
  const { arms, takeTrial, readMillis, timeBudgetMillis, lookPlan, maxBlockCount, judge, onTrial, onProgress } =
    settings;
  const random = createRandom(settings.seed);
  const trials: TrialRecord[] = [];
  const startMillis = readMillis();
  let longestBlockMillis = 0;
  const invalidCounts: Record<ArmName, number> = { candidate: 0, reference: 0 };
  for (let block = 0; ; block += 1) {
    const blockStartMillis = readMillis();
    for (const arm of shuffle(arms, random)) {
      const trial = await takeTrial({ arm, block, seed: settings.seed + block * SEEDS_PER_BLOCK });
      trials.push(trial);
      onTrial(trial);
      onProgress(describeTrial(trial, readMillis() - startMillis, timeBudgetMillis));
      if (settings.program === null) expectSameScripts(trials, arms);
      invalidCounts[arm.name] = trial.faults.length === 0 ? 0 : invalidCounts[arm.name] + 1;
      if (invalidCounts[arm.name] === MAX_INVALID_IN_A_ROW) return 'invalid trials';
      // Without its other half the block is lost.
      if (trial.faults.length > 0) break;
    }
    const pairCount = countPairs(trials, arms);
    const look = lookPlan.interim.find((planned) => planned.pairCount === pairCount);
    const isNewPair = trials.slice(-arms.length).every((trial) => trial.block === block && trial.faults.length === 0);
    if (look !== undefined && isNewPair) {
      const outcomes = judge(listSeries(trials, arms), look.confidence).flatMap(({ outcome }) => outcome ?? []);
      const outcome = combineOutcomes(outcomes);
      if (outcome !== null && outcome !== 'cannot tell') return 'clear';
    }
    if (pairCount >= maxBlockCount) return 'all blocks';
    longestBlockMillis = Math.max(longestBlockMillis, readMillis() - blockStartMillis);
    if (readMillis() - startMillis + longestBlockMillis > timeBudgetMillis) return 'out of time';
  }
}

/**
 * Another command may well start another script; the same one must not, or two different things would be compared. Nobody
 * compares a trial that may not be counted, in which another process may have been the busiest.
 *
 * @throws {GateError} naming both.
 */
export function expectSameScripts(
  trials: readonly Pick<TrialRecord, 'arm' | 'block' | 'script' | 'faults'>[],
  arms: readonly Pick<Arm, 'name' | 'command'>[],
): void {
  const commandOf = (name: ArmName) => arms.find((arm) => arm.name === name)?.command;
  const counted = trials.filter(({ faults }) => faults.length === 0);
  const last = counted.at(-1);
  const other = counted.find((trial) => commandOf(trial.arm) === commandOf(last?.arm ?? trial.arm));
  if (last === undefined || other === undefined || other.script === last.script) return;
  throw new GateError(
    `not the same script was measured each time: '${other.script}' in block ${other.block + 1} of the ${other.arm}, ` +
      `'${last.script}' in block ${last.block + 1} of the ${last.arm}; if each is right, as where a script was renamed, ` +
      'name a part of the path that they share in service.program, else one that only the right one has',
  );
}

/** What was measured in the blocks whose trials all count, in the order of the blocks. */
export function listSeries(trials: readonly TrialRecord[], arms: readonly Pick<Arm, 'name'>[]): FigureSeries[] {
  const blocks = listPairBlocks(trials, arms);
  const read = (name: ArmName, figure: (typeof FIGURE_NAMES)[number]) =>
    blocks.map(
      (block) => trials.find((trial) => trial.block === block && trial.arm === name)?.figures[figure] ?? Number.NaN,
    );
  const hasReference = arms.some(({ name }) => name === 'reference');
  return FIGURE_NAMES.map((figure) => ({
    figure,
    candidate: read('candidate', figure),
    reference: hasReference ? read('reference', figure) : null,
  }));
}

export function countPairs(trials: readonly TrialRecord[], arms: readonly Pick<Arm, 'name'>[]): number {
  return listPairBlocks(trials, arms).length;
}

function listPairBlocks(trials: readonly TrialRecord[], arms: readonly Pick<Arm, 'name'>[]): number[] {
  const blocks = [...new Set(trials.map(({ block }) => block))];
  return blocks.filter((block) => {
    const valid = trials.filter((trial) => trial.block === block && trial.faults.length === 0);
    return valid.length === arms.length;
  });
}

function describeTrial({ block, arm, figures, faults }: TrialRecord, elapsedMillis: number, budgetMillis: number) {
  const p99 = formatFigure('arrivalWeightedP99Millis', figures.arrivalWeightedP99Millis ?? Number.NaN);
  const clock = `${formatClock(elapsedMillis)} of ${formatClock(budgetMillis)}`;
  const said = faults.length === 0 ? `p99 ${p99} ms` : `left out: ${faults.join('; ')}`;
  return `${clock}  block ${block + 1}, ${arm}: ${said}`;
}

/** Of one or two: a toss of a coin. */
function shuffle(arms: readonly Arm[], random: () => number): readonly Arm[] {
  return random() < 0.5 ? arms : arms.toReversed();
}
