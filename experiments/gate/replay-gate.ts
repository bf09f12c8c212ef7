import { DEFAULTS, type GateConfig } from '#gate/config/gate-config';
import type { GateVerdict } from '#gate/gate-result';
import { judgeBlocks } from '#gate/judge-blocks';
import type { Arm, ArmName } from '#gate/run/arm';
import type { TrialPlan } from '#gate/run/trial';
import type { TrialRecord } from '#gate/run/trial-record';
import { createRandom } from '#gate/statistics/random';
import { draw } from '../runner/draw.js';
import type { PowerTrial } from './power-run.js';

/** Which of the recorded blocks a run takes: any, in any order, none twice; or as they came, a run from each one on. */
export type BlockOrder = 'drawn' | 'as recorded';

/** Of recorded arms. */
export interface ReplayedLabels {
  readonly reference: string;
  readonly candidate: string;
}

export interface ReplaySettings {
  /** Of drawn blocks; there are no more runs of neighboring ones than blocks. */
  readonly runCount: number;
  readonly seed: number;
  readonly order: BlockOrder;
  /** Which of two equal services is called the candidate is tossed for in a drawn run; of the others there are both. */
  readonly isSwapped: boolean;
}

export interface ReplayedRuns {
  /** How many runs came to which verdict. */
  readonly verdicts: Readonly<Record<GateVerdict, number>>;
  /** That runs could take. */
  readonly recordedBlockCount: number;
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
  settings: ReplaySettings,
): Promise<ReplayedRuns> {
  const recorded = new RecordedBlocks(trials, labels);
  const runs = settings.order === 'drawn' ? drawRuns(recorded, labels, settings) : listRuns(recorded, labels, settings);
  const verdicts: Record<GateVerdict, number> = { holds: 0, regressed: 0, 'cannot judge': 0 };
  let totalBlockCount = 0;
  let longestRunMillis = 0;
  for (const [run, { blocks, roles }] of runs.entries()) {
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
      program: null,
      onTrial: () => {},
      onProgress: () => {},
    });
    verdicts[verdict] += 1;
    totalBlockCount += pairCount;
    longestRunMillis = Math.max(longestRunMillis, nowMillis);
  }
  const recordedBlockCount = recorded.blocks.length;
  return { verdicts, recordedBlockCount, meanBlockCount: totalBlockCount / runs.length, longestRunMillis };
}

interface ReplayedRun {
  /** Numbers of recorded blocks, in the order in which it takes them. */
  readonly blocks: readonly number[];
  readonly roles: ReplayedLabels;
}

function drawRuns({ blocks }: RecordedBlocks, labels: ReplayedLabels, settings: ReplaySettings): ReplayedRun[] {
  const random = createRandom(settings.seed);
  return Array.from({ length: settings.runCount }, () => {
    const drawn = draw(blocks, blocks.length, random);
    return { blocks: drawn, roles: settings.isSwapped && random() < 0.5 ? swap(labels) : labels };
  });
}

function listRuns({ blocks }: RecordedBlocks, labels: ReplayedLabels, settings: ReplaySettings): ReplayedRun[] {
  const startCount = Math.min(blocks.length, settings.runCount);
  return Array.from({ length: startCount }, (_, index) => {
    const first = Math.floor((index * blocks.length) / startCount);
    const inARow = [...blocks.slice(first), ...blocks.slice(0, first)];
    return (settings.isSwapped ? [labels, swap(labels)] : [labels]).map((roles) => ({ blocks: inARow, roles }));
  }).flat();
}

function swap({ reference, candidate }: ReplayedLabels): ReplayedLabels {
  return { reference: candidate, candidate: reference };
}

/** The blocks that have trials of both arms whose spans all came; the gate itself says which of them count. */
class RecordedBlocks {
  readonly #trials = new Map<string, PowerTrial>();
  readonly blocks: readonly number[];

  constructor(trials: readonly PowerTrial[], { reference, candidate }: ReplayedLabels) {
    const complete = trials.filter((trial) => trial.receivedSpanCount >= trial.expectedSpanCount);
    for (const trial of complete) this.#trials.set(`${trial.block} ${trial.label}`, trial);
    const blocks = [...new Set(complete.map(({ block }) => block))].sort((left, right) => left - right);
    this.blocks = blocks.filter((block) =>
      [reference, candidate].every((label) => this.#trials.has(`${block} ${label}`)),
    );
  }

  /** As if it had been run now. */
  read(blocks: readonly number[], { arm, block }: TrialPlan, roles: ReplayedLabels) {
    const recorded = this.#trials.get(`${blocks[block]} ${roles[arm.name]}`);
    if (recorded === undefined) {
      throw new RangeError(
        `expected more than ${blocks.length} blocks with trials of ${roles.reference} and ${roles.candidate}: record more`,
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
