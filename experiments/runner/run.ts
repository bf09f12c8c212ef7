import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeProvenance, type Provenance } from './provenance.js';
import type { Scenario, TrialSize } from './scenario.js';
import { scheduleTrials } from './schedule.js';
import { runTrial, type Surroundings, startSurroundings, type TrialPlan, type TrialRecord } from './trial.js';

export interface RunSettings {
  readonly scenario: Scenario;
  readonly size: TrialSize;
  readonly seed: number;
  /** What to type to repeat the run. */
  readonly command: string;
  /** Takes raw.jsonl; made if missing. */
  readonly folder: string;
  readonly onWarmUp: () => void;
  readonly onTrial: (trial: TrialPlan, index: number, trialCount: number) => void;
}

export interface Run {
  readonly scenario: Scenario;
  readonly size: TrialSize;
  readonly provenance: Provenance;
  readonly trials: readonly TrialRecord[];
}

/** The first line of raw.jsonl; each further line is a {@link TrialRecord}. */
export interface RunHeader {
  readonly scenario: Scenario;
  readonly size: TrialSize;
  readonly provenance: Provenance;
}

const WARM_UP_SIZE: TrialSize = { blockCount: 1, warmUpMillis: 0, measuredMillis: 1_500 };

export const RAW_FILE = 'raw.jsonl';

/** Runs every trial of a scenario, one after the other; each is on disk before the next one starts. */
export async function runScenario({
  scenario,
  size,
  seed,
  command,
  folder,
  onWarmUp,
  onTrial,
}: RunSettings): Promise<Run> {
  const header: RunHeader = { scenario, size, provenance: describeProvenance(command, seed) };
  const rawFile = join(folder, RAW_FILE);
  await mkdir(folder, { recursive: true });
  await writeFile(rawFile, `${JSON.stringify(header)}\n`);

  const plans = scheduleTrials(scenario, size, seed);
  const trials: TrialRecord[] = [];
  const surroundings = await startSurroundings();
  try {
    onWarmUp();
    await warmUp(scenario, seed, surroundings);
    for (const [index, plan] of plans.entries()) {
      onTrial(plan, index, plans.length);
      const trial = await runTrial(plan, surroundings);
      await appendFile(rawFile, `${JSON.stringify(trial)}\n`);
      trials.push(trial);
    }
  } finally {
    await surroundings.end();
  }
  return { ...header, trials };
}

/** One trial that nobody looks at: the sink and the model server are cold, and the first arm would pay for it. */
async function warmUp(scenario: Scenario, seed: number, surroundings: Surroundings): Promise<void> {
  const [arm] = scenario.arms.slice(-1);
  if (arm === undefined) return;
  await runTrial({ arm, block: -1, seed, load: scenario.load, size: WARM_UP_SIZE }, surroundings);
}
