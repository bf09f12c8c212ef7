import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeHtmlReport } from '#report/html-report';
import { describeCases, readCaseOrder } from './claims/case-order.js';
import { CLAIMS } from './claims/index.js';
import { runClaim } from './claims/run-claim.js';
import { runProgram, UsageError } from './command-line.js';
import { describeScenario, type ExperimentOrder, estimateTrialMillis, readOrder } from './experiment-order.js';
import { runGatePower } from './gate/gate-power.js';
import { GATE_POWER_NAME } from './gate/gate-power-name.js';
import { describeMatrix, MATRIX_NAME, readMatrixOrder } from './matrix/matrix-order.js';
import { runMatrix } from './matrix/run-matrix.js';
import { ORDER_CHECK_NAME, runOrderCheck } from './order-check/run-order-check.js';
import { replay } from './replay.js';
import { describeRun } from './report/html-document.js';
import { startProgress } from './report/progress.js';
import { drawRun, writeRunSummary } from './report/run-report.js';
import { describeTerminal } from './report/terminal.js';
import { concludeRun, describeIncomplete } from './runner/conclusion.js';
import { describeProvenance } from './runner/provenance.js';
import { readRun } from './runner/raw-data.js';
import { openRecording, RecordingError } from './runner/recording.js';
import { listMissingTrials, MAX_FAILURES_IN_A_ROW, type RunEnd, runMissingTrials } from './runner/run.js';
import type { Run } from './runner/run-record.js';
import { SCENARIOS } from './scenarios/index.js';
import { STUDIES } from './studies/index.js';
import { runStudy } from './studies/run-study.js';

const USAGE = `npm run experiment -- list
npm run experiment -- NAME [options]
npm run experiment -- replay DIR [options]    how often the decision errs, from recorded trials
npm run experiment -- gate-power [options]    how often offloop gate errs, from recorded trials
npm run experiment -- order-check [FOLDER...]  whether the order of arms changes a verdict, from recorded runs

  --quick          a short run: enough to find what blocks the loop
  --reference      the size of a committed run, with --controls
  --controls       beside the arms, the control once more and the control with injected blocks
  --inject MSxN    blocks to inject: N a second, of MS milliseconds (default 10x2)
  --blocks N       blocks; each runs every arm once, in random order
  --seed S         of the load and of the order of arms (default 1)
  --results DIR    where raw.jsonl, summary.md and report.html go (default results/local/NAME)
  --resume         go on with the run in the folder; only if it is the same one

gate-power --record [--service chat|spans] [--blocks 150] [--warm-up-millis 2000] [--measured-millis 6000] [--seed 1]
[--results DIR] [--resume] records trials; gate-power [--service chat|spans] [--runs 500] [--seed 1] [--results DIR]
draws runs of the gate from them. DIR is results/local/gate-power-SERVICE by default.

Exit code 0: the run tells something. 2: it does not, a control failed, or it was given up. 130: Ctrl-C.

Of the claims of the document (m1 to m5, v2, ways, ways-export) and the studies (one-core, garbage, slow-sink, capture-off-loop,
fleet): --quick, --reference, --blocks, --seed, --results; of the matrix: --quick, --reference, --seed, --results,
--resume
`;

/** What a shell says of a program that Ctrl-C ended. */
const INTERRUPTED_EXIT_CODE = 130;

/** Nothing can be told from the run: no answer, and no success either. */
const UNCLEAR_EXIT_CODE = 2;

await runProgram('experiment', async () => {
  const [name, ...words] = process.argv.slice(2);
  if (name === undefined || name === '--help' || words.includes('--help')) {
    process.stdout.write(USAGE);
    return;
  }
  if (name === 'replay') return replay(words);
  if (name === GATE_POWER_NAME) return runGatePower(words);
  if (name === ORDER_CHECK_NAME) return runOrderCheck(words);
  if (name === 'list') {
    const [stray] = words;
    if (stray !== undefined) throw new UsageError(`list: expected nothing after it, got '${stray}'`);
    process.stdout.write(
      `${[...SCENARIOS.map(describeScenario), ...[...CLAIMS, ...STUDIES].map(describeCases), describeMatrix()].join('\n')}\n`,
    );
    return;
  }
  const claim = CLAIMS.find((candidate) => candidate.name === name);
  if (claim !== undefined) return runClaim(readCaseOrder(claim, words));
  if (name === MATRIX_NAME) return runMatrix(readMatrixOrder(words));
  const study = STUDIES.find((candidate) => candidate.name === name);
  if (study !== undefined) return runStudy(readCaseOrder(study, words));
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
  let end: RunEnd | undefined;
  try {
    end = await runMissingTrials({
      recorded,
      folder: order.folder,
      onWarmUp: () => progress.begin('warm-up'),
      onTrial: ({ arm, block }) => progress.begin(`block ${block + 1}: ${arm.label}`),
      onFailure: (error) => process.stderr.write(`\nA trial failed: ${error.message}\n`),
      signal: interruption.signal,
    });
  } finally {
    progress.end();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, interrupt);
    // Of what is on disk, however the run ended.
    await report(await readRun(order.folder), order, end);
  }
}

/** @param end undefined when an error ended the run, which is thrown on. */
async function report(run: Run, { folder, resumeCommand }: ExperimentOrder, end: RunEnd | undefined): Promise<void> {
  await writeFile(join(folder, 'summary.md'), writeRunSummary(run));
  const incomplete = describeIncomplete(run);
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
  await writeFile(join(folder, 'report.html'), writeHtmlReport(describeRun(run)));
  process.stdout.write(`${drawRun(run, describeTerminal(process.stdout))}\n`);
  process.stderr.write(`\nReport for a browser: ${join(folder, 'report.html')}; raw data and summary beside it\n`);
  if (concludeRun(run).status === 'unclear') process.exitCode = UNCLEAR_EXIT_CODE;
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
