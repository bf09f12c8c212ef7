import { appendFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArmName } from '../arms/index.js';
import type { Run, RunHeader } from './run-record.js';
import type { Scenario, ScenarioArm } from './scenario.js';
import type { TrialRecord } from './trial-record.js';

const RAW_FILE = 'raw.jsonl';

/** As runs before the controls wrote it: arms by their names, and no resumption. */
type OldHeader = Omit<RunHeader, 'scenario' | 'resumptions'> & {
  readonly scenario: Omit<Scenario, 'arms'> & { readonly arms: readonly (ArmName | ScenarioArm)[] };
  readonly resumptions?: RunHeader['resumptions'];
};

const OLD_TRIAL = { noiseFloor: null, clockStepMillis: null, exports: null };

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
  return header && { ...header, trials: lines.slice(0, -1).map(parseTrial) };
}

/** Writes a run's folder anew, whole or not at all. */
export async function writeRun(folder: string, { trials, ...header }: Run): Promise<void> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, RAW_FILE);
  await writeFile(`${file}.new`, [header, ...trials].map((line) => `${JSON.stringify(line)}\n`).join(''));
  await rename(`${file}.new`, file);
}

export async function appendTrial(folder: string, trial: TrialRecord): Promise<void> {
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

function parseTrial(line: string): TrialRecord {
  return { ...OLD_TRIAL, ...(JSON.parse(line) as TrialRecord) };
}

function isArm(arm: ArmName | ScenarioArm): arm is ScenarioArm {
  return typeof arm !== 'string';
}

function describeOldArm(armName: ArmName): ScenarioArm {
  return { label: armName, armName, role: armName === 'control' ? 'control' : 'compared', injectedBlocks: null };
}
