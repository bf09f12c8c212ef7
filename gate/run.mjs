// node gate/run.mjs [--self-check]: offloop's own gate. The lab's service with offloop, against itself without an
// exporter and against an earlier commit; or against itself, to find out what this machine resolves.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MODEL_PACE } from '../dist/experiments/gate/model-pace.js';
import { startModelServerProcess } from '../dist/experiments/model-server/model-server-process.js';
import { SPANS_PER_REQUEST } from '../dist/experiments/service/spans-per-request.js';
import { startSinkProcess } from '../dist/experiments/sink/sink-process.js';
import { findBaseCommit } from './base-commit.mjs';
import { countExportedRequests } from './exported-requests.mjs';
import { runGate } from './run-gate.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const CLI = join(ROOT, 'dist', 'src', 'cli.js');
const REGRESSED = 1;
const UNCLEAR = 2;

/** The checkout's packages are most likely the base's too; where they are not, its build installs its own. */
const PREPARE = 'cp -R "$CHECKOUT/node_modules/." node_modules && npm run build';

const BOTH_ARMS = ['candidate', 'reference'];

const args = process.argv.slice(2);
if (args.length > 1 || (args.length === 1 && args[0] !== '--self-check')) {
  console.error(`expected --self-check or nothing, got '${args.join(' ')}'`);
  process.exit(REGRESSED);
}

const startedAtMillis = performance.now();
const sink = await startSinkProcess({ decode: 'deferred' });
const modelServer = await startModelServerProcess(MODEL_PACE);
const exitCodes = [];
try {
  if (args.length > 0) exitCodes.push(await judgeSelf());
  else exitCodes.push(await judgeControl(), await judgeBase());
} finally {
  await Promise.all([sink.stop(), modelServer.stop()]);
}
process.exitCode = [REGRESSED, UNCLEAR].find((code) => exitCodes.includes(code)) ?? 0;
console.log(`\n${((performance.now() - startedAtMillis) / 1000).toFixed(0)} s, exit code ${process.exitCode}`);

function judgeSelf() {
  return judge({ about: 'offloop against itself', gateArgs: ['--self-check'], exportingArms: BOTH_ARMS });
}

function judgeControl() {
  return judge({ about: 'offloop against the same service without an exporter', exportingArms: ['candidate'] });
}

/** There may be none, or one that can't be built or started any more: neither is this commit's fault. */
async function judgeBase() {
  const { commit, name, reason } = findBaseCommit(ROOT);
  if (commit === undefined) {
    console.log(`\n== not compared with a base commit: ${reason}`);
    return 0;
  }
  return judge({
    about: `offloop against ${name}`,
    settings: { reference: { ref: commit, prepare: PREPARE } },
    exportingArms: BOTH_ARMS,
    mayFail: true,
  });
}

/** @returns the gate's exit code, but 1 where it can't judge for more than the machine, or most spans are missing. */
async function judge({ about, gateArgs = [], settings = {}, exportingArms, mayFail = false }) {
  console.log(`\n== ${about}`);
  await sink.client.reset();
  const { exitCode, result } = await runGate([process.execPath, CLI, 'gate', ...gateArgs], settings, {
    cwd: ROOT,
    env: { ...process.env, CHECKOUT: ROOT, SINK_URL: sink.url, MODEL_SERVER_URL: modelServer.url },
    onOutput: (text) => process.stdout.write(text),
  });
  // A candidate that loses spans would be no faster with all of them; a reference would be slower.
  if (exitCode === REGRESSED && !exportingArms.includes('reference')) return REGRESSED;
  const missing = await findMissingSpans(countExportedRequests({ result, arms: exportingArms }));
  if (missing !== undefined) {
    const isBroken = missing.isMost && !mayFail;
    console.log(`${isBroken ? 'failed' : "can't judge"}: ${missing.sentence}`);
    return isBroken ? REGRESSED : UNCLEAR;
  }
  if (exitCode !== UNCLEAR || mayFail || result.cause === 'noise') return exitCode;
  return REGRESSED;
}

/** A service that exports nothing holds any margin. */
async function findMissingSpans(requestCount) {
  const { receivedCount, duplicateCount } = (await sink.client.report()).spans;
  const spanCount = receivedCount - duplicateCount;
  const expectedCount = requestCount * SPANS_PER_REQUEST.chat;
  if (spanCount >= expectedCount) return undefined;
  const sentence = `expected at least ${expectedCount} spans of ${requestCount} requests at the sink, got ${spanCount}`;
  // Requests of a warm-up that a busy machine failed are taken for answered ones; so many it does not fail.
  return { sentence, isMost: spanCount < expectedCount / 2 };
}
