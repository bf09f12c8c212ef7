import { appendFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArmName } from '../arms/index.js';
import type { Run, RunHeader } from './run-record.js';
import type { Scenario, ScenarioArm } from './scenario.js';
import type { FailedTrial, TrialRecord } from './trial-record.js';

const RAW_FILE = 'raw.jsonl';

/** What is made from the raw data and lies beside it. */
const DERIVED_FILES = ['summary.md', 'report.html', 'replay.md', 'gate-power.md', 'gate-power.json'];

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
  const text = await readFile(join(folder, RAW_FILE), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const [first, ...lines] = text.split('\n');
  const header = parseHeader(first ?? '');
  // Every line is written with its end: what follows the last one is empty, or torn.
  if (header === undefined) return undefined;
  const records = lines.slice(0, -1).map((line) => JSON.parse(line) as TrialRecord | FailedTrial);
  return {
    ...header,
    trials: records.filter(hasFigures).map((trial) => ({ ...OLD_TRIAL, ...trial })),
    failedTrials: records.filter((record) => !hasFigures(record)),
  };
}

/** Writes a run's folder anew, whole or not at all; what was made from the data that was there before goes first. */
export async function writeRun(folder: string, { trials, failedTrials, ...header }: Run): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const derived of DERIVED_FILES) await rm(join(folder, derived), { force: true });
  const file = join(folder, RAW_FILE);
  await writeFile(
    `${file}.new`,
    [header, ...trials, ...failedTrials].map((line) => `${JSON.stringify(line)}\n`).join(''),
  );
  await rename(`${file}.new`, file);
}

export async function appendTrial(folder: string, trial: TrialRecord | FailedTrial): Promise<void> {
  await appendFile(join(folder, RAW_FILE), `${JSON.stringify(trial)}\n`);
}

function parseHeader(line: string): RunHeader | undefined {
  let header: OldHeader;
  try {
    header = JSON.parse(line);
  } catch {
    return undefined;
  }
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
