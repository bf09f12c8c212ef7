// node bundlers/run.mjs [name…]: builds services with every bundler, from the packed package, and counts their spans.
import { cpSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FIXTURES } from './fixtures.mjs';
import { install, packOffloop } from './install.mjs';
import { runInLanes } from './lanes.mjs';
import { runAgainstSink, runCommand } from './run-against-sink.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const SHARED = [join(HERE, 'service.mjs'), join(HERE, 'main.mjs')];

const LANE_COUNT = 2;
const MAX_PROBLEM_LINES = 40;

const names = process.argv.slice(2);
for (const name of names) {
  if (FIXTURES.some((fixture) => fixture.name === name)) continue;
  console.error(`expected names of ${FIXTURES.map((fixture) => fixture.name).join(', ')}, got '${name}'`);
  process.exit(2);
}

console.log('packing offloop ...');
const tarball = await packOffloop();
const wanted = FIXTURES.filter(({ name }) => names.length === 0 || names.includes(name));
// Fixtures of one folder share their packages and the place of their build.
const folders = [...new Set(wanted.map(({ folder }) => folder))];
// The longest are the last.
await runInLanes(LANE_COUNT, folders.reverse(), async (folder) => {
  for (const fixture of wanted.filter((one) => one.folder === folder)) await report(fixture);
});

async function report(fixture) {
  const startedAtMillis = performance.now();
  const problem = await tryFixture(fixture).catch((error) => error.message);
  const seconds = ((performance.now() - startedAtMillis) / 1000).toFixed(1);
  console.log(`${problem === undefined ? 'ok  ' : 'FAIL'} ${fixture.name.padEnd(24)} ${seconds.padStart(6)} s`);
  if (problem === undefined) return;
  console.log(problem.split('\n').slice(0, MAX_PROBLEM_LINES).join('\n').replace(/^/gm, '     '));
  process.exitCode = 1;
}

/** @returns what is not as expected. */
async function tryFixture({ name, folder, build, deploy, run, spans }) {
  const installed = await install(folder, join(HERE, folder), tarball, SHARED);
  await runCommand(build, installed);
  if (deploy === undefined) return judge(await runAgainstSink(run, installed), spans);
  const deployed = mkdtempSync(join(tmpdir(), `offloop-${name}-`));
  try {
    for (const path of deploy) {
      // Turbopack links its external packages: relative links stay so.
      cpSync(join(installed, 'dist', path), join(deployed, path), { recursive: true, verbatimSymlinks: true });
    }
    // A bundle may hold absolute paths of the machine that built it.
    const moved = `${installed}-moved`;
    renameSync(installed, moved);
    try {
      return judge(await runAgainstSink(run, deployed), spans);
    } finally {
      renameSync(moved, installed);
    }
  } finally {
    rmSync(deployed, { recursive: true });
  }
}

function judge({ madeSpanCount, stats, stderr, receivedSpanCount }, spans) {
  const expected =
    spans === 'received'
      ? { received: madeSpanCount, exported: madeSpanCount, dropped: 0, namesTheOption: false }
      : { received: 0, exported: 0, dropped: madeSpanCount, namesTheOption: true };
  const actual = {
    received: receivedSpanCount,
    exported: stats.exportedSpanCount,
    dropped: stats.droppedSpanCountByReason.no_worker ?? 0,
    namesTheOption: /worker\.url/.test(stderr),
  };
  if (madeSpanCount > 0 && JSON.stringify(actual) === JSON.stringify(expected)) return undefined;
  return `expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}\n${stderr.trim()}`;
}
