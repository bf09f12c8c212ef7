import { isDeepStrictEqual } from 'node:util';
import type { Provenance } from '../runner/provenance.js';
import { hasFigures } from '../runner/raw-data.js';
import { appendRawLine, readRawLines, writeRawLines } from '../runner/raw-file.js';
import { RecordingError, type RecordingMode } from '../runner/recording.js';
import type { Resumption } from '../runner/run-record.js';
import type { TrialSize } from '../runner/scenario.js';
import type { FailedTrial, TrialRecord } from '../runner/trial-record.js';
import type { MatrixCell } from './cell.js';
import type { DesignAxis } from './design/design-axis.js';

const DERIVED_FILES = ['summary.md', 'report.html'];

/** The first line of raw.jsonl; each further line is a {@link TrialRecord} or a {@link FailedTrial}, whose block is its cell's index. */
export interface MatrixHeader {
  readonly matrix: MatrixDesign;
  /** Of each trial. */
  readonly size: TrialSize;
  readonly provenance: Provenance;
  readonly resumptions: readonly Resumption[];
}

export interface MatrixDesign {
  readonly axes: readonly DesignAxis[];
  /** Those that are run, in that order. */
  readonly cells: readonly MatrixCell[];
  /** Of the whole design; a smaller run takes its first cells. */
  readonly designCellCount: number;
}

export interface MatrixRun extends MatrixHeader {
  /** With figures, valid or not. */
  readonly trials: readonly TrialRecord[];
  readonly failedTrials: readonly FailedTrial[];
}

/** Reads a matrix back from its folder; undefined where it holds none. A torn last line is left out. */
export async function findMatrixRun(folder: string): Promise<MatrixRun | undefined> {
  const lines = await readRawLines(folder);
  const header = lines?.header as Partial<MatrixHeader> | undefined;
  if (lines === undefined || header?.matrix === undefined) return undefined;
  const records = lines.readRecords() as readonly (TrialRecord | FailedTrial)[];
  return {
    ...(header as MatrixHeader),
    trials: records.filter(hasFigures),
    failedTrials: records.filter((record) => !hasFigures(record)),
  };
}

/**
 * Prepares a folder and returns what of this matrix it holds already.
 *
 * @throws {RecordingError} when the folder holds another run that must stay, or none to go on with.
 */
export async function openMatrix(folder: string, header: MatrixHeader, mode: RecordingMode): Promise<MatrixRun> {
  const found = await findMatrixRun(folder);
  if (mode === 'go-on') {
    if (found === undefined) throw new RecordingError(`${folder} holds no matrix to go on with; leave out --resume`);
    const differences = listDifferences(found, header);
    if (differences.length > 0) {
      throw new RecordingError(
        `${folder} holds another matrix, which can't be gone on with: it differs in ${differences.join(', ')}. ` +
          'Repeat its command, or choose another folder with --results',
      );
    }
    const { startedAt, command, loadBefore } = header.provenance;
    const run = { ...found, resumptions: [...found.resumptions, { startedAt, command, loadBefore }] };
    await writeMatrix(folder, run);
    return run;
  }
  if (found !== undefined && mode === 'keep') {
    throw new RecordingError(`${folder} holds a matrix; choose another folder with --results, or go on with --resume`);
  }
  const run = { ...header, trials: [], failedTrials: [] };
  await writeMatrix(folder, run);
  return run;
}

/** Without what nothing is made of: the samples of other quantities, and when each export came. */
export async function appendMatrixTrial(folder: string, record: TrialRecord | FailedTrial): Promise<void> {
  await appendRawLine(folder, hasFigures(record) ? trim(record) : record);
}

/** Whole or not at all; what was made from the data that was there before goes first. */
async function writeMatrix(folder: string, { trials, failedTrials, ...header }: MatrixRun): Promise<void> {
  await writeRawLines(folder, [header, ...trials, ...failedTrials], DERIVED_FILES);
}

/** What makes the two different experiments. */
function listDifferences(recorded: MatrixHeader, wanted: MatrixHeader): string[] {
  const traits = ({ matrix, size, provenance }: MatrixHeader) => ({
    cells: matrix.cells,
    size,
    seed: provenance.seed,
    commit: provenance.commit,
    Node: provenance.node,
    machine: [provenance.cpuCount, provenance.cpuModel, provenance.os],
  });
  // As it lies in the file: what JSON has no word for is the same as nothing.
  const [there, here] = [traits(recorded), traits(JSON.parse(JSON.stringify(wanted)) as MatrixHeader)];
  const names = Object.keys(here) as (keyof typeof here)[];
  return names.filter((name) => !isDeepStrictEqual(there[name], here[name]));
}

const KEPT_BLOCK_COUNT = 10;

function trim(trial: TrialRecord): TrialRecord {
  const { measured, load } = trial;
  const { loopDelay } = measured;
  return {
    ...trial,
    exports: null,
    load: { ...load, lateness: { ...load.lateness, buckets: [] } },
    measured: {
      ...measured,
      loopDelay: {
        ...loopDelay,
        perIteration: null,
        longestBlocks: loopDelay.longestBlocks.slice(0, KEPT_BLOCK_COUNT),
      },
    },
  };
}
