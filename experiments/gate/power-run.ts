import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { DEFAULTS, type TrialSize } from '#gate/config/gate-config';
import type { LoadResult } from '#gate/load/load-protocol';
import type { TrialRecord } from '#gate/run/trial-record';
import type { Provenance } from '../runner/provenance.js';
import { appendRawLine, RAW_FILE, readRawLines, writeRawLines } from '../runner/raw-file.js';
import { RecordingError } from '../runner/recording.js';
import type { Resumption } from '../runner/run-record.js';
import type { PowerArm } from './power-arms.js';

const DERIVED_FILES = ['summary.md', 'gate-power.json'];

/** What is recorded. */
export interface PowerPlan {
  /** A block has a trial of each. */
  readonly arms: readonly PowerArm[];
  readonly blockCount: number;
  readonly trial: TrialSize;
}

/** The first line of raw.jsonl; each further line is a {@link PowerTrial} or a {@link FailedPowerTrial}. */
export interface PowerHeader {
  readonly gatePower: PowerPlan;
  readonly provenance: Provenance;
  readonly resumptions: readonly Resumption[];
}

/** A trial as the gate runs it: its figures, and what says whether they count. */
export interface PowerTrial extends Omit<TrialRecord, 'arm' | 'loopDelay' | 'load'> {
  /** Of the arm. */
  readonly label: string;
  /** From before its service is started until all of it has ended. */
  readonly durationMillis: number;
  /** Of the window: how long the main thread was ready to run and had no core; null where the system does not tell. */
  readonly runnableMillis: number | null;
  readonly windowMillis: number;
  readonly load: Pick<LoadResult, 'dueRequestCount' | 'succeededRequestCount' | 'failedRequestCounts'> &
    Pick<LoadResult, 'achievedRequestsPerSecond' | 'latenessP99Millis'>;
  /** Of all answered requests and of the warm-up's, taken as answered; and those at the sink, none counted twice. */
  readonly expectedSpanCount: number;
  readonly receivedSpanCount: number;
}

/** One that gave no figures; it may be run again. */
export interface FailedPowerTrial {
  readonly label: string;
  readonly block: number;
  readonly startedAt: string;
  readonly failure: string;
}

export interface PowerRun extends PowerHeader {
  readonly trials: readonly PowerTrial[];
  readonly failedTrials: readonly FailedPowerTrial[];
}

/** Whether what a trial of this size finds is what the gate finds by default. */
export function isDefaultTrial({ warmUpMillis, measuredMillis }: TrialSize): boolean {
  const { trial } = DEFAULTS;
  return warmUpMillis === trial.warmUpMillis && measuredMillis === trial.measuredMillis;
}

/** Reads a run back from its folder; undefined where it holds none. A torn last line is left out. */
export async function findPowerRun(folder: string): Promise<PowerRun | undefined> {
  const lines = await readRawLines(folder);
  const header = lines?.header as Partial<PowerHeader> | undefined;
  if (lines === undefined || header?.gatePower === undefined) return undefined;
  const records = lines.readRecords() as readonly (PowerTrial | FailedPowerTrial)[];
  return {
    ...(header as PowerHeader),
    trials: records.filter((record) => 'figures' in record),
    failedTrials: records.filter((record) => 'failure' in record),
  };
}

/**
 * Prepares a folder, and says what of this run it holds already. The number of blocks may grow.
 *
 * @throws {RecordingError} when the folder holds a run that must stay, or none to go on with.
 */
export async function openPowerRun(folder: string, header: PowerHeader, isResumed: boolean): Promise<PowerRun> {
  const found = await findPowerRun(folder);
  if (!isResumed) {
    // Of this study or of another.
    if (existsSync(join(folder, RAW_FILE))) {
      throw new RecordingError(`${folder} holds a run; choose another folder with --results, or go on with --resume`);
    }
    return writePowerRun(folder, { ...header, trials: [], failedTrials: [] });
  }
  if (found === undefined) throw new RecordingError(`${folder} holds no run to go on with; leave out --resume`);
  expectSameRun(folder, found, header);
  const { startedAt, command, loadBefore } = header.provenance;
  const resumptions = [...found.resumptions, { startedAt, command, loadBefore }];
  return writePowerRun(folder, { ...found, gatePower: header.gatePower, resumptions });
}

/** @throws {RecordingError} when what is recorded is not what is wanted, its number of blocks aside: that may grow. */
export function expectSameRun(folder: string, recorded: PowerHeader, wanted: PowerHeader): void {
  const differences = listDifferences(recorded, wanted);
  if (differences.length === 0) return;
  throw new RecordingError(
    `${folder} holds another run, which can't be gone on with: it differs in ${differences.join(', ')}. ` +
      'Repeat its command, or choose another folder with --results',
  );
}

export async function appendPowerTrial(folder: string, trial: PowerTrial | FailedPowerTrial): Promise<void> {
  await appendRawLine(folder, trial);
}

/** Whole or not at all; what was made from the data that was there before goes first. */
async function writePowerRun(folder: string, run: PowerRun): Promise<PowerRun> {
  const { trials, failedTrials, ...header } = run;
  await writeRawLines(folder, [header, ...trials, ...failedTrials], DERIVED_FILES);
  return run;
}

/** What makes the two different experiments. */
function listDifferences(recorded: PowerHeader, wanted: PowerHeader): string[] {
  const traits = ({ gatePower, provenance }: PowerHeader) => ({
    arms: gatePower.arms,
    trials: gatePower.trial,
    seed: provenance.seed,
    commit: provenance.commit,
    Node: provenance.node,
    machine: [provenance.cpuCount, provenance.cpuModel, provenance.os],
  });
  const [there, here] = [traits(recorded), traits(wanted)];
  const names = (Object.keys(here) as (keyof typeof here)[]).filter(
    (name) => !isDeepStrictEqual(there[name], here[name]),
  );
  return recorded.gatePower.blockCount > wanted.gatePower.blockCount ? [...names, 'blocks, which are fewer'] : names;
}
