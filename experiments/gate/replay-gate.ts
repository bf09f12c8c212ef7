import { DEFAULTS, type GateConfig } from '#gate/config/gate-config';
import type { GateVerdict } from '#gate/gate-result';
import { judgeBlocks } from '#gate/judge-blocks';
import type { Arm, ArmName } from '#gate/run/arm';
import type { TrialPlan } from '#gate/run/trial';
import type { TrialRecord } from '#gate/run/trial-record';
import { createRandom } from '#gate/statistics/random';
import { draw } from '../runner/draw.js';
import type { PowerTrial } from './power-run.js';

/** Which of the recorded blocks a run takes: any, in any order, none twice; or from a random one on as they came. */
export type BlockOrder = 'drawn' | 'as recorded';

/** Of recorded arms. */
export interface ReplayedLabels {
  readonly reference: string;
  readonly candidate: string;
}

export interface ReplaySettings {
  readonly runCount: number;
  readonly seed: number;
  readonly order: BlockOrder;
  /** Which of two equal services is called the candidate is tossed for, a run each. */
  readonly isSwapped: boolean;
}

export interface ReplayedRuns {
  /** How many runs came to which verdict. */
  readonly verdicts: Readonly<Record<GateVerdict, number>>;
  /** Blocks that counted until the verdict, on average: a clear answer ends a run early. */
  readonly meanBlockCount: number;
  /** Blocks of the longest run, by the time that their trials took when they were recorded. */
  readonly longestRunMillis: number;
}

/**
 * Runs the gate on paper, with its own code: blocks until it is clear, its looks, what it leaves out, its time.
 *
 * @throws {RangeError} when too few blocks are recorded.
 */
export async function replayGate(
  trials: readonly PowerTrial[],
  labels: ReplayedLabels,
  rules: GateConfig['figures'],
  { runCount, seed, order, isSwapped }: ReplaySettings,
): Promise<ReplayedRuns> {
  const recorded = new RecordedBlocks(trials, labels);
  const random = createRandom(seed);
  const verdicts: Record<GateVerdict, number> = { holds: 0, regressed: 0, 'cannot judge': 0 };
  let totalBlockCount = 0;
  let longestRunMillis = 0;
  for (let run = 0; run < runCount; run += 1) {
    const blocks = recorded.choose(order, random);
    const roles = isSwapped && random() < 0.5 ? { reference: labels.candidate, candidate: labels.reference } : labels;
    let nowMillis = 0;
    const { verdict, pairCount } = await judgeBlocks({
      mode: 'compare',
      rules,
      baseline: null,
      startMillis: 0,
      arms: [makeArm('reference', roles), makeArm('candidate', roles)],
      takeTrial: async (plan) => {
        const trial = recorded.read(blocks, plan, roles);
        nowMillis += trial.durationMillis;
        return trial;
      },
      readMillis: () => nowMillis,
      timeBudgetMillis: DEFAULTS.timeBudgetMillis,
      maxBlockCount: DEFAULTS.maxBlockCount,
      seed: run,
      onTrial: () => {},
      onProgress: () => {},
    });
    verdicts[verdict] += 1;
    totalBlockCount += pairCount;
    longestRunMillis = Math.max(longestRunMillis, nowMillis);
  }
  return { verdicts, meanBlockCount: totalBlockCount / runCount, longestRunMillis };
}

/** The blocks that have trials of both arms whose spans all came; the gate itself says which of them count. */
class RecordedBlocks {
  readonly #trials = new Map<string, PowerTrial>();
  readonly #blocks: readonly number[];

  constructor(trials: readonly PowerTrial[], { reference, candidate }: ReplayedLabels) {
    const complete = trials.filter((trial) => trial.receivedSpanCount >= trial.expectedSpanCount);
    for (const trial of complete) this.#trials.set(`${trial.block} ${trial.label}`, trial);
    const blocks = [...new Set(complete.map(({ block }) => block))].sort((left, right) => left - right);
    this.#blocks = blocks.filter((block) =>
      [reference, candidate].every((label) => this.#trials.has(`${block} ${label}`)),
    );
  }

  choose(order: BlockOrder, random: () => number): readonly number[] {
    if (order === 'drawn') return draw(this.#blocks, this.#blocks.length, random);
    const first = Math.floor(random() * this.#blocks.length);
    return [...this.#blocks.slice(first), ...this.#blocks.slice(0, first)];
  }

  /** As if it had been run now. */
  read(blocks: readonly number[], { arm, block }: TrialPlan, roles: ReplayedLabels) {
    const recorded = this.#trials.get(`${blocks[block]} ${roles[arm.name]}`);
    if (recorded === undefined) {
      throw new RangeError(
        `expected more than ${blocks.length} blocks with trials of ${roles.reference} and ${roles.candidate}: ` +
          'record more with gate-power --record --blocks N --resume',
      );
    }
    // The gate judges by what is recorded of it.
    const trial = { ...recorded, arm: arm.name, block } satisfies Omit<TrialRecord, 'loopDelay' | 'load'>;
    return trial as typeof trial & Pick<TrialRecord, 'loopDelay' | 'load'>;
  }
}

/** Commands tell which trials are of one and the same thing. */
function makeArm(name: ArmName, roles: ReplayedLabels): Arm {
  return { name, command: roles[name], env: {}, workingDirectory: '', rootFolder: '' };
}
