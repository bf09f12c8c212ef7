import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../command-line.js';
import { startProgress } from '../report/progress.js';
import { describeTerminal } from '../report/terminal.js';
import { describeProvenance } from '../runner/provenance.js';
import { RecordingError } from '../runner/recording.js';
import { MAX_FAILURES_IN_A_ROW, type RunEnd } from '../runner/run.js';
import { writeHeatMapPage } from './heat-map-page.js';
import { estimateCellTrialMillis, type MatrixOrder } from './matrix-order.js';
import { findMatrixRun, type MatrixRun, openMatrix } from './matrix-record.js';
import { concludeMatrix, describeIncompleteMatrix, drawMatrix, writeMatrixSummary } from './matrix-report.js';
import { listMissing, runMissingCells } from './run-cells.js';

/** Measures the matrix, records it, and says on the terminal what was found. */
export async function runMatrix(order: MatrixOrder): Promise<void> {
  const recorded = await open(order);
  const interruption = new AbortController();
  const interrupt = () => {
    // Whoever presses Ctrl-C again is in a hurry.
    if (interruption.signal.aborted) process.exit(INTERRUPTED_EXIT_CODE);
    interruption.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, interrupt);
  const progress = startProgress({
    stepCount: listMissing(recorded).reduce((sum, { trials }) => sum + trials.length, 0),
    expectedStepMillis: estimateCellTrialMillis(order.size),
  });
  let end: RunEnd | undefined;
  try {
    end = await runMissingCells({
      recorded,
      folder: order.folder,
      onTrial: ({ arm, block, scenario }) => {
        const { levels } = recorded.matrix.cells.find(({ index }) => index === block) ?? unreachable();
        progress.begin(
          `cell ${block + 1}: ${arm.label} (about ${levels.exporter}, ${scenario.load.requestsPerSecond}/s)`,
        );
      },
      onFailure: (error) => process.stderr.write(`\nA trial failed: ${error.message}\n`),
      signal: interruption.signal,
    });
  } finally {
    progress.end();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, interrupt);
    // Of what is on disk, however the run ended.
    const run = await findMatrixRun(order.folder);
    if (run !== undefined) await report(run, order, end);
  }
}

const INTERRUPTED_EXIT_CODE = 130;
const UNCLEAR_EXIT_CODE = 2;

/** @param end undefined when an error ended the run, which is thrown on. */
async function report(run: MatrixRun, { folder, resumeCommand }: MatrixOrder, end: RunEnd | undefined): Promise<void> {
  await writeFile(join(folder, 'summary.md'), writeMatrixSummary(run));
  const incomplete = describeIncompleteMatrix(run);
  if (incomplete !== null) {
    process.stderr.write(`\n${incomplete}\n`);
    if (end === 'gave up') {
      const fault = run.failedTrials.at(-1)?.faults.join('; ');
      process.stderr.write(
        `Gave up after ${MAX_FAILURES_IN_A_ROW} failed trials in a row; the last: ${fault}. Mend it.\n`,
      );
    }
    process.stderr.write(`Go on with: ${resumeCommand}\n`);
    process.exitCode = end === 'interrupted' ? INTERRUPTED_EXIT_CODE : UNCLEAR_EXIT_CODE;
    return;
  }
  await writeFile(join(folder, 'report.html'), writeHeatMapPage(run));
  process.stdout.write(`${drawMatrix(run, describeTerminal(process.stdout))}\n`);
  process.stderr.write(`\nHeat map for a browser: ${join(folder, 'report.html')}; raw data and summary beside it\n`);
  if (concludeMatrix(run).status === 'unclear') process.exitCode = UNCLEAR_EXIT_CODE;
}

async function open({ matrix, size, seed, command, folder, mode }: MatrixOrder): Promise<MatrixRun> {
  const header = { matrix, size, provenance: describeProvenance(command, seed), resumptions: [] };
  try {
    return await openMatrix(folder, header, mode);
  } catch (error) {
    throw error instanceof RecordingError ? new UsageError(error.message) : error;
  }
}

function unreachable(): never {
  throw new RangeError('unreachable: a trial belongs to a cell of the run');
}
