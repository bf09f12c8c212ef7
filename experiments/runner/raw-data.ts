import { join } from 'node:path';
import type { ArmName } from '../arms/index.js';
import { appendRawLine, RAW_FILE, readRawLines, writeRawLines } from './raw-file.js';
import type { Run, RunHeader } from './run-record.js';
import type { Scenario, ScenarioArm } from './scenario.js';
import type { FailedTrial, TrialRecord } from './trial-record.js';

/** What is made from the raw data and lies beside it. */
const DERIVED_FILES = ['summary.md', 'report.html', 'replay.md'];

/** As runs before the controls wrote it: arms by their names, and no resumption. */
type OldHeader = Omit<RunHeader, 'scenario' | 'resumptions'> & {
  readonly scenario: Omit<Scenario, 'arms'> & { readonly arms: readonly (ArmName | ScenarioArm)[] };
  readonly resumptions?: RunHeader['resumptions'];
};

const OLD_TRIAL = { noiseFloor: null, clockStepMillis: null, exports: null, receivedMediaCount: null };

/**
 * Reads a run back from its folder, an older one too. A torn last line, of a trial that was being written when the lab
 * was killed, is left out.
 *
 * @throws {Error} when the folder has no raw data, or the data is not what a run writes.
 */
export async function readRun(folder: string): Promise<Run> {
  const run = await findRun(folder);
  if (run !== undefined) return run;
  throw new Error(`${join(folder, RAW_FILE)}: expected a first line that describes the run; run the experiment again`);
}

/** As {@link readRun}; undefined where the folder holds no run. */
export async function findRun(folder: string): Promise<Run | undefined> {
  const lines = await readRawLines(folder);
  const header = lines && toHeader(lines.header);
  if (header === undefined) return undefined;
  const records = lines?.readRecords() as readonly (TrialRecord | FailedTrial)[];
  return {
    ...header,
    trials: records.filter(hasFigures).map((trial) => ({ ...OLD_TRIAL, ...trial })),
    failedTrials: records.filter((record) => !hasFigures(record)),
  };
}

/** Writes a run's folder anew, whole or not at all; what was made from the data that was there before goes first. */
export async function writeRun(folder: string, { trials, failedTrials, ...header }: Run): Promise<void> {
  await writeRawLines(folder, [header, ...trials, ...failedTrials], DERIVED_FILES);
}

export async function appendTrial(folder: string, trial: TrialRecord | FailedTrial): Promise<void> {
  await appendRawLine(folder, trial);
}

function toHeader(line: unknown): RunHeader | undefined {
  const header = line as OldHeader;
  if (header?.scenario?.arms === undefined || header.size === undefined || header.provenance === undefined) {
    return undefined;
  }
  const arms = header.scenario.arms.map((arm) => (isArm(arm) ? arm : describeOldArm(arm)));
  const { size, provenance, resumptions = [] } = header;
  return { scenario: { ...header.scenario, arms }, size, provenance, resumptions };
}

export function hasFigures(record: TrialRecord | FailedTrial): record is TrialRecord {
  return 'measured' in record;
}

function isArm(arm: ArmName | ScenarioArm): arm is ScenarioArm {
  return typeof arm !== 'string';
}

function describeOldArm(armName: ArmName): ScenarioArm {
  return { label: armName, armName, role: armName === 'control' ? 'control' : 'compared', injectedBlocks: null };
}
