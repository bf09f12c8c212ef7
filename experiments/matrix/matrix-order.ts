import { join } from 'node:path';
import { readNumber, readOptions } from '../command-line.js';
import { formatDuration } from '../report/format-figure.js';
import { chooseServiceCore } from '../runner/cores.js';
import type { RecordingMode } from '../runner/recording.js';
import type { SizeName, TrialSize } from '../runner/scenario.js';
import { readSizeName, SIZE_FLAGS } from '../size-flags.js';
import { listAxes, listImpossiblePairs, REFERENCE_ARMS } from './axes.js';
import { hasOneCore, listCells } from './cell.js';
import { generateDesign } from './design/design.js';
import type { MatrixDesign } from './matrix-record.js';

export const MATRIX_NAME = 'matrix';

export const MATRIX_TITLE = 'every axis at once, by a fraction of all combinations';

/** What somebody ordered on the command line. */
export interface MatrixOrder {
  readonly matrix: MatrixDesign;
  readonly size: TrialSize;
  readonly seed: number;
  readonly folder: string;
  readonly mode: RecordingMode;
  /** What to type to repeat it. */
  readonly command: string;
  readonly resumeCommand: string;
}

interface MatrixSize extends TrialSize {
  /** How many of the design's cells are run, the first ones; null for all. */
  readonly cellCount: number | null;
}

/** Each cell is a block of one. The batch processors export 5 s after the first span at the latest: that is in the window. */
const SIZES: Readonly<Record<SizeName, MatrixSize>> = {
  quick: { blockCount: 1, warmUpMillis: 500, measuredMillis: 1_500, cellCount: 6 },
  standard: { blockCount: 1, warmUpMillis: 1_000, measuredMillis: 4_500, cellCount: 20 },
  reference: { blockCount: 1, warmUpMillis: 1_000, measuredMillis: 4_500, cellCount: null },
};

const FLAGS: readonly string[] = [...SIZE_FLAGS, '--resume'];

/** Two processes start, one flushes and ends; no model is asked. */
const TRIAL_OVERHEAD_MILLIS = 700;

/** Room for the longest name in the list of experiments. */
const NAME_WIDTH = 14;

/** The control, offloop, and the arm the cell is about. */
const TRIALS_A_CELL = REFERENCE_ARMS.length + 1;

/** @throws {UsageError} for an option that is none. */
export function readMatrixOrder(words: readonly string[]): MatrixOrder {
  const flags = new Set(words.filter((word) => FLAGS.includes(word)));
  const { cellCount, ...size } = SIZES[readSizeName(flags)];
  const localFolder = join('results', 'local', MATRIX_NAME);
  const options = readOptions(
    { seed: '1', results: localFolder },
    words.filter((word) => !FLAGS.includes(word)),
  );
  const seed = readNumber(options, 'seed', { min: 0, max: 1_000_000 });
  const command = ['npm run experiment --', MATRIX_NAME, ...words.filter((word) => word !== '--resume')].join(' ');
  return {
    matrix: designMatrix(seed, cellCount),
    size,
    seed,
    folder: options.results,
    mode: flags.has('--resume') ? 'go-on' : options.results === localFolder ? 'replace' : 'keep',
    command,
    resumeCommand: `${command} --resume`,
  };
}

/**
 * The design by the lab's axes, or its first cells; those on all cores come first.
 *
 * @param canPin whether a service can be bound to one core. @default as this machine has it
 */
export function designMatrix(
  seed: number,
  cellCount: number | null,
  canPin = chooseServiceCore() !== null,
): MatrixDesign {
  const axes = listAxes({ canPin });
  const cells = listCells(generateDesign(axes, { rowCount: 0, seed, impossiblePairs: listImpossiblePairs() }));
  const chosen = cells.slice(0, cellCount ?? cells.length);
  // Binding the lab's other processes to the cores that are left can't be undone.
  const sorted = [...chosen].sort((a, b) => Number(hasOneCore(a)) - Number(hasOneCore(b)));
  return { axes, cells: sorted, designCellCount: cells.length };
}

/** How long a trial takes, as far as is known before one has ended. */
export function estimateCellTrialMillis({ warmUpMillis, measuredMillis }: TrialSize): number {
  return warmUpMillis + measuredMillis + TRIAL_OVERHEAD_MILLIS;
}

/** In two lines: name and title, and how long its sizes take. */
export function describeMatrix(): string {
  const { cells } = designMatrix(1, null);
  const duration = ({ cellCount, ...size }: MatrixSize) =>
    formatDuration((cellCount ?? cells.length) * TRIALS_A_CELL * estimateCellTrialMillis(size));
  const { standard, quick, reference } = SIZES;
  return (
    `${MATRIX_NAME.padEnd(NAME_WIDTH)} ${MATRIX_TITLE}\n${' '.repeat(NAME_WIDTH + 1)}about ${duration(standard)}, ` +
    `--quick ${duration(quick)}, --reference ${duration(reference)}; 2 cores, taskset for one`
  );
}
