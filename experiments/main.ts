import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeHtmlReport } from '#report/html-report';
import { runProgram, UsageError } from './command-line.js';
import { describeScenario, type ExperimentOrder, estimateTrialMillis, readOrder } from './experiment-order.js';
import { replay } from './replay.js';
import { describeRun } from './report/html-document.js';
import { startProgress } from './report/progress.js';
import { drawRun, writeRunSummary } from './report/run-report.js';
import { describeTerminal } from './report/terminal.js';
import { describeIncomplete } from './runner/conclusion.js';
import { describeProvenance } from './runner/provenance.js';
import { openRecording, RecordingError } from './runner/recording.js';
import { listMissingTrials, runMissingTrials } from './runner/run.js';
import type { Run } from './runner/run-record.js';
import { SCENARIOS } from './scenarios/index.js';

const USAGE = `npm run experiment -- list
npm run experiment -- NAME [options]
npm run experiment -- replay DIR [options]    how often the decision errs, from recorded trials

  --quick          a short run: enough to find what blocks the loop
  --reference      the size of a committed run, with --controls
  --controls       beside the arms, the control once more and the control with injected blocks
  --inject MSxN    blocks to inject: N a second, of MS milliseconds (default 10x2)
  --blocks N       blocks; each runs every arm once, in random order
  --seed S         of the load and of the order of arms (default 1)
  --results DIR    where raw.jsonl, summary.md and report.html go (default results/local/NAME)
  --resume         go on with the run in the folder; only if it is the same one
`;

/** What a shell says of a program that Ctrl-C ended. */
const INTERRUPTED_EXIT_CODE = 130;

await runProgram('experiment', async () => {
  const [name, ...words] = process.argv.slice(2);
  if (name === undefined || name === '--help' || words.includes('--help')) {
    process.stdout.write(USAGE);
    return;
  }
  if (name === 'replay') return replay(words);
  if (name === 'list') {
    const [stray] = words;
    if (stray !== undefined) throw new UsageError(`list: expected nothing after it, got '${stray}'`);
    process.stdout.write(`${SCENARIOS.map(describeScenario).join('\n')}\n`);
    return;
  }
  await runExperiment(readOrder(name, words));
});

async function runExperiment(order: ExperimentOrder): Promise<void> {
  const recorded = await openFolder(order);
  const interruption = new AbortController();
  const interrupt = () => {
    // Whoever presses Ctrl-C again is in a hurry.
    if (interruption.signal.aborted) process.exit(INTERRUPTED_EXIT_CODE);
    interruption.abort();
  };
  // Not once(): the spinner restores the cursor at a signal, and ends the process where it finds no other listener.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, interrupt);
  const progress = startProgress({
    stepCount: listMissingTrials(recorded).length + 1,
    expectedStepMillis: estimateTrialMillis(recorded.size),
  });
  const run = await runMissingTrials({
    recorded,
    folder: order.folder,
    onWarmUp: () => progress.begin('warm-up'),
    onTrial: ({ arm, block }) => progress.begin(`block ${block + 1}: ${arm.label}`),
    signal: interruption.signal,
  }).finally(() => {
    progress.end();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, interrupt);
  });
  await report(run, order);
}

async function report(run: Run, { folder, resumeCommand }: ExperimentOrder): Promise<void> {
  await writeFile(join(folder, 'summary.md'), writeRunSummary(run));
  const incomplete = describeIncomplete(run);
  if (incomplete !== null) {
    process.stderr.write(`\n${incomplete}\nGo on with: ${resumeCommand}\n`);
    process.exitCode = INTERRUPTED_EXIT_CODE;
    return;
  }
  await writeFile(join(folder, 'report.html'), writeHtmlReport(describeRun(run)));
  process.stdout.write(`${drawRun(run, describeTerminal(process.stdout))}\n`);
  process.stderr.write(`\nReport for a browser: ${join(folder, 'report.html')}; raw data and summary beside it\n`);
  // Too noisy to say is an answer; no trial at all that may be counted is not.
  if (run.trials.every(({ faults }) => faults.length > 0)) process.exitCode = 2;
}

async function openFolder({ scenario, size, seed, command, folder, mode }: ExperimentOrder): Promise<Run> {
  const header = { scenario, size, provenance: describeProvenance(command, seed), resumptions: [] };
  try {
    const { run, message } = await openRecording(folder, header, mode);
    if (message !== null) process.stderr.write(`${message}\n`);
    return run;
  } catch (error) {
    throw error instanceof RecordingError ? new UsageError(error.message) : error;
  }
}
