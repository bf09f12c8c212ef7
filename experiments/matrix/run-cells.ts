import { ChildError } from '../runner/child.js';
import { hasFigures } from '../runner/raw-data.js';
import { MAX_FAILURES_IN_A_ROW, type RunEnd } from '../runner/run.js';
import { scheduleTrials } from '../runner/schedule.js';
import { type SpanReceiver, startSpanReceiver } from '../runner/span-receiver.js';
import { runTrial, type Surroundings, startSurroundings, type TrialPlan } from '../runner/trial.js';
import type { FailedTrial, TrialRecord } from '../runner/trial-record.js';
import { LANGFUSE_ARMS } from './axes.js';
import { describeCell, hasOneCore, type MatrixCell } from './cell.js';
import { appendMatrixTrial, type MatrixRun } from './matrix-record.js';

export interface MatrixSettings {
  /** What lies on disk so far. */
  readonly recorded: MatrixRun;
  readonly folder: string;
  readonly onTrial: (trial: TrialPlan) => void;
  readonly onFailure: (error: Error) => void;
  /** Ends the run: the trial under way is given up, what was recorded stays. */
  readonly signal: AbortSignal;
}

/** Seeds of neighbouring cells must not meet: the load takes the seed after its own for the warm-up. */
const SEEDS_A_CELL = 2;

/** One cell's trials, in the order in which they are run. */
interface PlannedCell {
  readonly cell: MatrixCell;
  readonly trials: readonly TrialPlan[];
}

/** Of each cell every arm once, in an order drawn from the seed; the arms of a cell get the same requests. */
export function planCells({ matrix, size, provenance }: MatrixRun): PlannedCell[] {
  return matrix.cells.map((cell) => {
    const seed = provenance.seed + cell.index * SEEDS_A_CELL;
    const trials = scheduleTrials(describeCell(cell, size), { ...size, blockCount: 1 }, seed);
    return { cell, trials: trials.map((trial) => ({ ...trial, block: cell.index })) };
  });
}

/** The cells of a run with trials that are not recorded yet, and only those trials. */
export function listMissing(run: MatrixRun): PlannedCell[] {
  const recorded = new Set([...run.trials, ...run.failedTrials].map(({ block, arm }) => `${block} ${arm}`));
  return planCells(run)
    .map(({ cell, trials }) => ({ cell, trials: trials.filter((t) => !recorded.has(`${t.block} ${t.arm.label}`)) }))
    .filter(({ trials }) => trials.length > 0);
}

/** Runs the missing trials, one after the other; each is on disk before the next one starts, a failed one too. */
export async function runMissingCells(settings: MatrixSettings): Promise<RunEnd> {
  const { recorded, folder, signal } = settings;
  const processes = new MatrixProcesses();
  let failureCount = 0;
  try {
    for (const { cell, trials } of listMissing(recorded)) {
      for (const plan of trials) {
        const record = await attemptTrial(plan, cell, processes, settings);
        // Its processes were ended under it; whatever came of it is of that.
        if (signal.aborted) return 'interrupted';
        await appendMatrixTrial(folder, record);
        failureCount = hasFigures(record) ? 0 : failureCount + 1;
        if (failureCount === MAX_FAILURES_IN_A_ROW) return 'gave up';
      }
    }
    return 'completed';
  } finally {
    await processes.end();
  }
}

async function attemptTrial(
  plan: TrialPlan,
  cell: MatrixCell,
  processes: MatrixProcesses,
  { onTrial, onFailure, signal }: MatrixSettings,
): Promise<TrialRecord | FailedTrial> {
  const { arm, block, seed } = plan;
  const startedAt = new Date().toISOString();
  onTrial(plan);
  try {
    return await runTrial(plan, await processes.around(plan, cell), signal);
  } catch (error) {
    // What the trial left in them would reach the next one.
    await processes.end();
    if (!signal.aborted) onFailure(error as Error);
    const fault = error instanceof ChildError ? error.fault : String(error);
    return { arm: arm.label, block, seed, startedAt, faults: [`the trial failed: ${fault}`] };
  }
}

/** The processes around the trials: started with the first one, and anew after a failure or for another number of cores. */
class MatrixProcesses {
  #current: { readonly isOneCore: boolean; readonly own: Surroundings; readonly langfuse: SpanReceiver } | undefined;

  async around({ arm }: TrialPlan, cell: MatrixCell): Promise<Surroundings> {
    const isOneCore = hasOneCore(cell);
    if (this.#current?.isOneCore !== isOneCore) await this.end();
    this.#current ??= await this.#start(isOneCore);
    const { own, langfuse } = this.#current;
    return LANGFUSE_ARMS.includes(arm.armName) ? { ...own, receiver: langfuse } : own;
  }

  async end(): Promise<void> {
    const ended = this.#current;
    this.#current = undefined;
    await Promise.all([ended?.own.end(), ended?.langfuse.stop()]);
  }

  async #start(isOneCore: boolean) {
    const own = await startSurroundings(isOneCore ? { serviceCoreCount: 1 } : {});
    try {
      return { isOneCore, own, langfuse: await startSpanReceiver('observations') };
    } catch (error) {
      await own.end();
      throw error;
    }
  }
}
