// node matrix/run.mjs [name…]: the packed package on every Node, with every major of the SDK, and the package itself.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { packOffloop } from '../bundlers/install.mjs';
import { runInLanes } from '../bundlers/lanes.mjs';
import { CELLS } from './cells.mjs';
import { PACKAGE_CHECKS } from './package-checks.mjs';
import { formatTable } from './table.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const LANE_COUNT = 2;
const MAX_PROBLEM_LINES = 20;

const startedAtMillis = performance.now();
const wanted = process.argv.slice(2);
const known = ['package', ...CELLS.map(({ name }) => name)];
for (const name of wanted) {
  if (known.includes(name)) continue;
  console.error(`expected names of ${known.join(', ')}; got '${name}'`);
  process.exit(2);
}
const isWanted = ({ name }) => wanted.length === 0 || wanted.includes(name);

console.log('packing offloop ...');
const tarball = await packOffloop();
const jobs = [{ name: 'package', try: tryPackage }, ...CELLS.map((cell) => ({ ...cell, try: () => tryCell(cell) }))];
const wantedJobs = jobs.filter(isWanted);
console.log(`${wantedJobs.length} cells, ${LANE_COUNT} at a time ...`);
const outcomes = new Map();
await runInLanes(LANE_COUNT, wantedJobs, runJob);

const cells = CELLS.filter(isWanted);
if (cells.length > 0) console.log(`\n${formatTable(cells, outcomes)}`);
console.log(`\n${process.exitCode === 1 ? 'FAIL' : 'ok'}, ${formatSeconds(startedAtMillis)} s`);

async function runJob(job) {
  const jobStartedAtMillis = performance.now();
  const outcome = await job.try().catch((error) => ({ checks: [{ name: 'install', problem: error.message }] }));
  outcomes.set(job.name, outcome);
  report(job, outcome, formatSeconds(jobStartedAtMillis));
}

function report({ name }, { refusal, checks = [] }, seconds) {
  const problems = checks.filter(({ problem }) => problem !== undefined);
  const verdict = problems.length > 0 ? 'FAIL' : refusal === undefined ? 'ok  ' : 'n/a ';
  const what = refusal ?? `${checks.length - problems.length} of ${checks.length}`;
  console.log(`${verdict} ${name.padEnd(16)} ${seconds.padStart(6)} s  ${what}`);
  for (const { name: check, problem } of problems) {
    const lines = `${check}: ${problem}`.trim().split('\n').slice(0, MAX_PROBLEM_LINES);
    console.log(lines.join('\n').replace(/^/gm, '     '));
    process.exitCode = 1;
  }
}

async function tryPackage() {
  const checks = [];
  for (const { name, check } of PACKAGE_CHECKS) {
    const problem = await (async () => check(tarball))().then(
      () => undefined,
      (error) => error.message,
    );
    checks.push({ name, problem });
  }
  return { checks };
}

async function tryCell({ name, nodeVersion, isRefused }) {
  const script = [join(HERE, 'cell.mjs'), name, tarball];
  const child = spawn(process.execPath, [join('.ci', 'with-node.mjs'), nodeVersion, '--', ...script], {
    cwd: dirname(HERE),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr, [code, signal]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  if (code !== 0) throw new Error(`the cell ended with ${signal ?? `exit code ${code}`}: ${stderr.trim()}`);
  const outcome = JSON.parse(stdout);
  if (isRefused === (outcome.refusal !== undefined)) return outcome;
  throw new Error(
    isRefused
      ? 'expected npm to refuse these packages, and it took them: set isRefused in matrix/cells.mjs to false'
      : `expected npm to take these packages, and it refused: ${outcome.refusal}`,
  );
}

function formatSeconds(sinceMillis) {
  return ((performance.now() - sinceMillis) / 1000).toFixed(1);
}
