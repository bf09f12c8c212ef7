import { ChildError } from './child.js';
import { appendTrial, hasFigures } from './raw-data.js';
import type { Run } from './run-record.js';
import type { TrialSize } from './scenario.js';
import { scheduleTrials } from './schedule.js';
import { runTrial, type Surroundings, startSurroundings, type TrialPlan } from './trial.js';
import type { FailedTrial, TrialRecord } from './trial-record.js';

export interface RunSettings {
  /** What lies on disk so far: a header, and trials where the run was interrupted before. */
  readonly recorded: Run;
  readonly folder: string;
  readonly onWarmUp: () => void;
  readonly onTrial: (trial: TrialPlan) => void;
  /** Told everything that is known of a failure; the raw data has a line. */
  readonly onFailure: (error: Error) => void;
  /** Ends the run: the trial under way is given up, what was recorded stays. */
  readonly signal: AbortSignal;
}

/** After so many failed trials in a row the next would most likely fail too. */
export const MAX_FAILURES_IN_A_ROW = 3;

export const WARM_UP_SIZE: TrialSize = { blockCount: 1, warmUpMillis: 0, measuredMillis: 1_500 };

/** How the running of trials ended; `gave up` after {@link MAX_FAILURES_IN_A_ROW} failed trials in a row. */
export type RunEnd = 'completed' | 'interrupted' | 'gave up';

/** The trials of a run that are not recorded yet, in order. One that failed is recorded. */
export function listMissingTrials({ scenario, size, provenance, trials, failedTrials }: Run): TrialPlan[] {
  const recorded = new Set([...trials, ...failedTrials].map(({ block, arm }) => `${block} ${arm}`));
  return scheduleTrials(scenario, size, provenance.seed).filter(
    ({ block, arm }) => !recorded.has(`${block} ${arm.label}`),
  );
}

/** Runs the missing trials, one after the other; each is on disk before the next one starts, a failed one too. */
export async function runMissingTrials(settings: RunSettings): Promise<RunEnd> {
  const { recorded, folder, signal } = settings;
  const surroundings = new LastingSurroundings(settings);
  let failureCount = 0;
  try {
    for (const plan of listMissingTrials(recorded)) {
      const record = await attemptTrial(plan, surroundings, settings);
      // Its processes were ended under it; whatever came of it is of that.
      if (signal.aborted) return 'interrupted';
      await appendTrial(folder, record);
      failureCount = hasFigures(record) ? 0 : failureCount + 1;
      if (failureCount === MAX_FAILURES_IN_A_ROW) return 'gave up';
    }
    return 'completed';
  } finally {
    await surroundings.end();
  }
}

async function attemptTrial(
  plan: TrialPlan,
  surroundings: LastingSurroundings,
  { onTrial, onFailure, signal }: RunSettings,
): Promise<TrialRecord | FailedTrial> {
  const { arm, block, seed } = plan;
  const startedAt = new Date().toISOString();
  try {
    const warm = await surroundings.warm();
    onTrial(plan);
    return await runTrial(plan, warm, signal);
  } catch (error) {
    // What the trial left in them would reach the next one: a measurement that nobody fetched, requests under way.
    await surroundings.end();
    if (!signal.aborted) onFailure(error as Error);
    const fault = error instanceof ChildError ? error.fault : String(error);
    return { arm: arm.label, block, seed, startedAt, faults: [`the trial failed: ${fault}`] };
  }
}

/** Started with the first trial, and anew after each that failed. */
class LastingSurroundings {
  readonly #settings: RunSettings;
  #current: Surroundings | undefined;
  #canWarmUp = true;

  constructor(settings: RunSettings) {
    this.#settings = settings;
  }

  async warm(): Promise<Surroundings> {
    if (this.#current !== undefined) return this.#current;
    const { recorded, onFailure, signal } = this.#settings;
    this.#current = await startSurroundings(recorded.scenario);
    if (!this.#canWarmUp || signal.aborted) return this.#current;
    try {
      await warmUp(this.#current, this.#settings);
      return this.#current;
    } catch (error) {
      // Not the fault of the arm whose turn it is: if that can be measured, it is measured cold.
      this.#canWarmUp = false;
      await this.end();
      if (!signal.aborted) onFailure(error as Error);
      return this.warm();
    }
  }

  async end(): Promise<void> {
    const ended = this.#current;
    this.#current = undefined;
    await ended?.end();
  }
}

/** One trial that nobody looks at: the sink and the model server are cold, and the first arm would pay for it. */
async function warmUp(surroundings: Surroundings, { recorded, onWarmUp, signal }: RunSettings): Promise<void> {
  const { scenario, provenance } = recorded;
  const arm = scenario.arms.findLast(({ role }) => role === 'compared') ?? scenario.arms.at(-1);
  if (arm === undefined) return;
  onWarmUp();
  await runTrial({ arm, block: -1, seed: provenance.seed, scenario, size: WARM_UP_SIZE }, surroundings, signal);
}
