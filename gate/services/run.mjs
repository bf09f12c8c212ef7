// node gate/services/run.mjs [name…]: `offloop gate` from the packed package, on programs that nobody here wrote.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { install, packOffloop } from '../../bundlers/install.mjs';
import { runInLanes } from '../../bundlers/lanes.mjs';
import { runGate } from '../run-gate.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const SERVICES = ['serve', 'json-server', 'tiddlywiki'];
const MAX_CONFIG_LINES = 10;
const MAX_PROBLEM_LINES = 40;
const FAILED = 1;
const UNCLEAR = 2;

/** The shortest trials and the fewest blocks by which anything can be told. */
const QUICK = { 'trial.warmUpMillis': 300, 'trial.measuredMillis': 2_500, maxBlockCount: 6 };

/** What the gate must say. To be told equal takes a quiet machine, and 30 ms are found on one with two things to do. */
const RUNS = [
  { name: 'as it is', settings: {}, laneCount: 1, expected: { verdict: 'holds', exitCode: 0 } },
  {
    name: 'blocked',
    settings: { 'service.env': { NODE_OPTIONS: '--import=./block-loop.mjs' } },
    laneCount: 2,
    expected: { verdict: 'regressed', exitCode: 1 },
  },
];

const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !SERVICES.includes(name));
if (unknown !== undefined) {
  console.error(`expected names of ${SERVICES.join(', ')}; got '${unknown}'`);
  process.exit(FAILED);
}

const startedAtMillis = performance.now();
console.log('packing offloop ...');
const tarball = await packOffloop();
const services = SERVICES.filter((name) => wanted.length === 0 || wanted.includes(name)).map((name) => ({
  name,
  version: readVersion(name),
  outcomes: [],
}));
for (const run of RUNS) {
  await runInLanes(run.laneCount, services, async (service) => {
    console.log(`     ${service.name}, ${run.name}: offloop gate ...`);
    service.outcomes.push(await tryService(service.name, run));
  });
}
process.exitCode = chooseWorst(services.map(report));
const end = { 0: 'ok', [FAILED]: 'FAIL', [UNCLEAR]: 'too noisy to tell' }[process.exitCode];
console.log(`\n${end}, ${formatSeconds(performance.now() - startedAtMillis)} s`);

/** @returns the verdict, and what is not as expected. */
async function tryService(name, { name: runName, settings, expected }) {
  const runStartedAtMillis = performance.now();
  const end = (verdict, exitCode, problem) => {
    return { runName, verdict, exitCode, problem, millis: performance.now() - runStartedAtMillis };
  };
  try {
    const cwd = await prepare(name);
    // Not by npx: to end that would not end the gate.
    const offloop = join(cwd, 'node_modules', '.bin', 'offloop');
    const gate = await runGate([offloop, 'gate'], { ...QUICK, ...settings }, { cwd });
    const { verdict } = gate.result;
    if (verdict === expected.verdict && gate.exitCode === expected.exitCode) return end(verdict, 0);
    const got = `expected ${JSON.stringify(expected)}, got '${verdict}' by exit code ${gate.exitCode}:\n${gate.output}`;
    const isUnclear = gate.exitCode === UNCLEAR && gate.result.cause === 'noise';
    return end(verdict, isUnclear ? UNCLEAR : FAILED, got);
  } catch (error) {
    return end('no verdict', FAILED, error.message);
  }
}

/** @returns the folder to run the gate in, with the service and offloop installed. */
async function prepare(name) {
  const sources = join(HERE, name);
  const lineCount = readFileSync(join(sources, 'offloop.gate.json'), 'utf8').trim().split('\n').length;
  if (lineCount > MAX_CONFIG_LINES) throw new Error(`expected a config of ${MAX_CONFIG_LINES} lines, got ${lineCount}`);
  return install(`gate-${name}`, sources, tarball, [join(HERE, 'block-loop.mjs')]);
}

/** @returns the exit code that the service asks for. */
function report({ name, version, outcomes }) {
  const exitCode = chooseWorst(outcomes.map((outcome) => outcome.exitCode));
  const mark = { 0: 'ok  ', [FAILED]: 'FAIL', [UNCLEAR]: '?   ' }[exitCode];
  const verdicts = outcomes.map(({ runName, verdict }) => `${runName}: ${verdict}`).join(', ');
  const seconds = formatSeconds(outcomes.reduce((sum, { millis }) => sum + millis, 0));
  console.log(`${mark} ${`${name} ${version}`.padEnd(20)} ${seconds.padStart(6)} s  ${verdicts}`);
  for (const { problem } of outcomes) {
    if (problem === undefined) continue;
    console.log(problem.trim().split('\n').slice(-MAX_PROBLEM_LINES).join('\n').replace(/^/gm, '     '));
  }
  return exitCode;
}

function chooseWorst(exitCodes) {
  return [FAILED, UNCLEAR].find((code) => exitCodes.includes(code)) ?? 0;
}

function readVersion(name) {
  const { dependencies } = JSON.parse(readFileSync(join(HERE, name, 'package.json'), 'utf8'));
  return dependencies[name];
}

function formatSeconds(millis) {
  return (millis / 1000).toFixed(1);
}
