import { appendTrial } from './raw-data.js';
import type { Run, RunHeader } from './run-record.js';
import type { TrialSize } from './scenario.js';
import { scheduleTrials } from './schedule.js';
import { runTrial, type Surroundings, startSurroundings, type TrialPlan } from './trial.js';
import type { TrialRecord } from './trial-record.js';

export interface RunSettings {
  /** What lies on disk so far: a header, and trials where the run was interrupted before. */
  readonly recorded: Run;
  readonly folder: string;
  readonly onWarmUp: () => void;
  readonly onTrial: (trial: TrialPlan) => void;
  /** Ends the run: the trial under way is given up, what was recorded stays. */
  readonly signal: AbortSignal;
}

const WARM_UP_SIZE: TrialSize = { blockCount: 1, warmUpMillis: 0, measuredMillis: 1_500 };

/** The trials of a run that are not recorded yet, in order. */
export function listMissingTrials({ scenario, size, provenance, trials }: Run): TrialPlan[] {
  const recorded = new Set(trials.map(({ block, arm }) => `${block} ${arm}`));
  return scheduleTrials(scenario, size, provenance.seed).filter(
    ({ block, arm }) => !recorded.has(`${block} ${arm.label}`),
  );
}

/**
 * Runs the missing trials, one after the other; each is on disk before the next one starts.
 *
 * @returns the whole run, with fewer trials than planned when `signal` ended it.
 */
export async function runMissingTrials(settings: RunSettings): Promise<Run> {
  const { recorded, signal } = settings;
  const plans = listMissingTrials(recorded);
  const trials = [...recorded.trials];
  if (plans.length === 0) return recorded;
  const surroundings = await startSurroundings();
  try {
    await runTrials(plans, trials, surroundings, settings);
  } catch (error) {
    // Its processes were ended under it; whatever it says is of that.
    if (!signal.aborted) throw error;
  } finally {
    await surroundings.end();
  }
  return { ...recorded, trials };
}

async function runTrials(
  plans: readonly TrialPlan[],
  trials: TrialRecord[],
  surroundings: Surroundings,
  { recorded, folder, onWarmUp, onTrial, signal }: RunSettings,
): Promise<void> {
  if (!signal.aborted) {
    onWarmUp();
    await warmUp(recorded, surroundings, signal);
  }
  for (const plan of plans) {
    if (signal.aborted) return;
    onTrial(plan);
    const trial = await runTrial(plan, surroundings, signal);
    if (signal.aborted) return;
    await appendTrial(folder, trial);
    trials.push(trial);
  }
}

/** One trial that nobody looks at: the sink and the model server are cold, and the first arm would pay for it. */
async function warmUp(
  { scenario, provenance }: RunHeader,
  surroundings: Surroundings,
  signal: AbortSignal,
): Promise<void> {
  const arm = scenario.arms.findLast(({ role }) => role === 'compared') ?? scenario.arms.at(-1);
  if (arm === undefined) return;
  const plan = { arm, block: -1, seed: provenance.seed, load: scenario.load, size: WARM_UP_SIZE };
  await runTrial(plan, surroundings, signal);
}
