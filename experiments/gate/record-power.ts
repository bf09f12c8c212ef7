import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../command-line.js';
import { estimateTrialMillis } from '../experiment-order.js';
import { startProgress } from '../report/progress.js';
import { writeRunSummary } from '../report/run-report.js';
import { describeProvenance } from '../runner/provenance.js';
import { readRun } from '../runner/raw-data.js';
import { openRecording, RecordingError } from '../runner/recording.js';
import { listMissingTrials, MAX_FAILURES_IN_A_ROW, runMissingTrials } from '../runner/run.js';
import type { Run } from '../runner/run-record.js';
import type { TrialSize } from '../runner/scenario.js';
import { gatePower } from './power-scenario.js';

export interface RecordOrder {
  readonly folder: string;
  readonly size: TrialSize;
  readonly seed: number;
  readonly resume: boolean;
  /** What to type to repeat it. */
  readonly command: string;
}

const INTERRUPTED_EXIT_CODE = 130;
const GAVE_UP_EXIT_CODE = 2;

/** Records the trials, each on disk before the next one starts; an interrupted recording can be gone on with. */
export async function recordPower(order: RecordOrder): Promise<void> {
  const { folder, size, command } = order;
  const recorded = await open(order);
  const missingCount = listMissingTrials(recorded).length;
  const minuteCount = Math.ceil((missingCount * estimateTrialMillis(size)) / 60_000);
  process.stderr.write(`${missingCount} trials, about ${minuteCount} minutes; Ctrl-C keeps what was recorded.\n`);
  const interruption = new AbortController();
  const interrupt = () => {
    if (interruption.signal.aborted) process.exit(INTERRUPTED_EXIT_CODE);
    interruption.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, interrupt);
  const progress = startProgress({ stepCount: missingCount + 1, expectedStepMillis: estimateTrialMillis(size) });
  try {
    const end = await runMissingTrials({
      recorded,
      folder,
      onWarmUp: () => progress.begin('warm-up'),
      onTrial: ({ arm, block }) => progress.begin(`block ${block + 1}: ${arm.label}`),
      onFailure: (error) => process.stderr.write(`\nA trial failed: ${error.message}\n`),
      signal: interruption.signal,
    });
    if (end !== 'completed') {
      const what =
        end === 'interrupted' ? 'Interrupted' : `Gave up after ${MAX_FAILURES_IN_A_ROW} failed trials in a row`;
      process.stderr.write(`\n${what}. Go on with: ${command} --resume\n`);
      process.exitCode = end === 'interrupted' ? INTERRUPTED_EXIT_CODE : GAVE_UP_EXIT_CODE;
    }
  } finally {
    progress.end();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, interrupt);
    await writeFile(join(folder, 'summary.md'), writeRunSummary(await readRun(folder)));
  }
}

async function open({ folder, size, seed, resume, command }: RecordOrder): Promise<Run> {
  const header = { scenario: gatePower, size, provenance: describeProvenance(command, seed), resumptions: [] };
  try {
    const { run, message } = await openRecording(folder, header, resume ? 'go-on' : 'keep');
    if (message !== null) process.stderr.write(`${message}\n`);
    return run;
  } catch (error) {
    throw error instanceof RecordingError ? new UsageError(error.message) : error;
  }
}
