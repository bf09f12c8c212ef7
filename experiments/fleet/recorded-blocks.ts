import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type ArrivalWeightedDelay, mergeLoopDelaySnapshots, parseLoopDelaySnapshot } from 'offloop/loop-delay';
import { readRun } from '../runner/raw-data.js';
import { isValid } from '../runner/summary.js';

/** Of the services of a recorded run, how their loops were blocked, by arm. */
export interface RecordedBlocks {
  readonly folder: string;
  readonly requestsPerSecond: number;
  readonly arms: readonly RecordedArm[];
}

interface RecordedArm {
  readonly label: string;
  /** Of all its trials together. */
  readonly delay: ArrivalWeightedDelay;
  /** Of each trial. */
  readonly trialDelays: readonly ArrivalWeightedDelay[];
}

const COMPARE_RESULTS = join('results', 'compare');

/** The newest committed run of `compare` by its name; null where there is none. */
export function findRecordedRun(): string | null {
  if (!existsSync(COMPARE_RESULTS)) return null;
  const folders = readdirSync(COMPARE_RESULTS)
    .map((name) => join(COMPARE_RESULTS, name))
    // A run that is still under way has no report yet.
    .filter((folder) => existsSync(join(folder, 'raw.jsonl')) && existsSync(join(folder, 'report.html')));
  return folders.sort().at(-1) ?? null;
}

/** All valid trials of an arm taken together. @throws {Error} when the folder has no run. */
export async function readRecordedBlocks(folder: string): Promise<RecordedBlocks> {
  const { scenario, trials } = await readRun(folder);
  const arms = scenario.arms.filter(({ role }) => role === 'control' || role === 'compared');
  return {
    folder,
    requestsPerSecond: scenario.load.requestsPerSecond,
    arms: arms.flatMap(({ label }) => {
      const snapshots = trials
        .filter((trial) => trial.arm === label && isValid(trial))
        .map(({ measured }) => parseLoopDelaySnapshot(measured.loopDelay));
      if (snapshots.length === 0) return [];
      const trialDelays = snapshots.map(({ arrivalWeighted }) => arrivalWeighted);
      return [{ label, delay: mergeLoopDelaySnapshots(snapshots).arrivalWeighted, trialDelays }];
    }),
  };
}
