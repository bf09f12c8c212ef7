// node gate/live.mjs --results DIR [--service NAME] [--runs N] [--retry] [--quick]: `offloop gate` with its default size, live, on the
// services whose trials the power study draws from. A line a run goes to DIR/live.jsonl; what is there is not run again.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readChoice, readNumber, readOptions, runProgram } from '../dist/experiments/command-line.js';
import { DEFAULT_SIZE, listArmSettings } from '../dist/experiments/gate/arm-settings.js';
import { listMissingSteps, readOutcome } from '../dist/experiments/gate/live-outcome.js';
import { listLiveSteps, QUICK_SIZE } from '../dist/experiments/gate/live-plan.js';
import {
  appendLiveRun,
  expectSameRuns,
  listCommits,
  makeLiveRun,
  readLiveRuns,
} from '../dist/experiments/gate/live-run.js';
import { drawLiveTable } from '../dist/experiments/gate/live-table.js';
import { MODEL_PACE } from '../dist/experiments/gate/model-pace.js';
import { POWER_SERVICE_NAMES } from '../dist/experiments/gate/power-arms.js';
import { startModelServerProcess } from '../dist/experiments/model-server/model-server-process.js';
import { describeStep, estimateRemainingMillis } from '../dist/experiments/report/progress.js';
import { describeProvenance } from '../dist/experiments/runner/provenance.js';
import { findFreePort } from '../dist/experiments/service/free-port.js';
import { startSinkProcess } from '../dist/experiments/sink/sink-process.js';
import { countExportedRequests } from './exported-requests.mjs';
import { runGate } from './run-gate.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const CLI = join(ROOT, 'dist', 'src', 'cli.js');
const OWN_GATE = JSON.parse(readFileSync(join(ROOT, 'offloop.gate.json'), 'utf8'));

const FLAGS = ['--quick', '--retry'];
const DISAGREES = 1;
const UNCLEAR = 2;
const INTERRUPTED = 130;

const BOTH_ARMS = ['candidate', 'reference'];

/** The gate that runs, for a signal to this process alone; undefined before the first. */
let gate;
let isInterrupted = false;

await runProgram('gate-live', async () => {
  const { folder, service, roundCount, isRetry, size } = readOrder(process.argv.slice(2));
  const { commit, node, cpuCount, cpuModel, os } = describeProvenance('', 0);
  const origin = { commit, node, machine: `${cpuCount} x ${cpuModel}, ${os}`, size };
  const recorded = await readLiveRuns(folder);
  const steps = listLiveSteps(service, roundCount);
  expectSameRuns(folder, recorded, origin, steps);
  const commits = listCommits([...recorded, origin]);
  const missing = listMissingSteps(steps, recorded, isRetry);
  console.log(`${steps.length - missing.length} of ${steps.length} runs are recorded in ${folder}`);
  if (commits.length > 1) console.log(`note: some are of another commit: ${commits.join(', ')}; the table names all`);
  // The second time at once; the gate then kills what it started.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      gate?.kill();
      if (isInterrupted) process.exit(INTERRUPTED);
      isInterrupted = true;
    });
  }
  if (missing.length > 0) await runSteps(missing, folder, origin);
  const runs = await readLiveRuns(folder);
  console.log(`\n${drawLiveTable(runs)}`);
  if (isInterrupted) console.log('\ninterrupted; the same command goes on');
  process.exitCode = isInterrupted ? INTERRUPTED : chooseExitCode(steps, runs);
});

function readOrder(words) {
  const options = readOptions(
    { results: undefined, service: 'chat', runs: '5' },
    words.filter((word) => !FLAGS.includes(word)),
  );
  return {
    folder: options.results,
    service: readChoice(options, 'service', POWER_SERVICE_NAMES),
    roundCount: readNumber(options, 'runs', { min: 1, max: 1_000 }),
    isRetry: words.includes('--retry'),
    size: words.includes('--quick') ? QUICK_SIZE : DEFAULT_SIZE,
  };
}

async function runSteps(steps, folder, origin) {
  const servers = [];
  try {
    servers.push(await startSinkProcess({ decode: 'deferred' }));
    servers.push(await startModelServerProcess(MODEL_PACE));
    const startMillis = performance.now();
    for (const [stepIndex, step] of steps.entries()) {
      if (isInterrupted) return;
      console.log(`\n== ${describeProgress(stepIndex, steps, performance.now() - startMillis, origin.size)}`);
      const run = await runStep(step, origin, ...servers);
      if (run !== undefined) await appendLiveRun(folder, run);
    }
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

/** @returns undefined when it was interrupted. */
async function runStep(step, origin, sink, modelServer) {
  let report = Promise.resolve();
  try {
    const settings = listArmSettings(OWN_GATE, step.arm, origin.size, await findFreePort());
    await sink.client.reset();
    const startedAt = new Date().toISOString();
    const startMillis = performance.now();
    const { exitCode, result } = await runGate([process.execPath, CLI, 'gate', '--no-explain'], settings, {
      cwd: ROOT,
      env: { ...process.env, SINK_URL: sink.url, MODEL_SERVER_URL: modelServer.url },
      // Ctrl-C at a terminal reaches its whole group, and the gate would take our signal for the second.
      isDetached: true,
      onStart: (child) => {
        gate = child;
        if (isInterrupted) child.kill();
      },
      onOutput: (text) => {
        process.stdout.write(text);
        // It decodes when it is asked: between two trials, or when it is full in the midst of one.
        report = report.then(() => sink.client.report());
        report.catch(() => {});
      },
    });
    if (isInterrupted) return undefined;
    const durationMillis = performance.now() - startMillis;
    await report;
    const { receivedCount, duplicateCount } = (await sink.client.report()).spans;
    return makeLiveRun(step, result, {
      ...origin,
      startedAt,
      exitCode,
      durationMillis,
      // Nothing left out, and no verdict all the same: the gate lacks power.
      isMachineToBlame: result.cause === 'noise' && result.trials.some(({ faultKinds }) => faultKinds.length > 0),
      expectedSpanCount: step.arm.service.spansPerRequest * countExportedRequests({ result, arms: BOTH_ARMS }),
      receivedSpanCount: receivedCount - duplicateCount,
    });
  } catch (error) {
    // It may end before it has a result.
    if (isInterrupted) return undefined;
    throw error;
  }
}

function describeProgress(stepIndex, steps, endedMillis, { timeBudgetMillis }) {
  const { arm, round } = steps[stepIndex];
  const step = { stepIndex, stepCount: steps.length, text: `round ${round + 1}: ${arm.label}` };
  const times = { endedMillis, inStepMillis: 0, expectedStepMillis: timeBudgetMillis };
  return describeStep({ ...step, remainingMillis: estimateRemainingMillis({ ...step, ...times }) });
}

function chooseExitCode(steps, runs) {
  if (runs.some((run) => readOutcome(run) === 'disagrees')) return DISAGREES;
  return listMissingSteps(steps, runs, true).length > 0 ? UNCLEAR : 0;
}
