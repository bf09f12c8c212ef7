// Installs from the lockfile and builds, each only where it is missing or out of date. `npm start` and `npm test` run
// it first, so that both work on a fresh clone; it may use nothing but Node and npm.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(fileURLToPath(import.meta.url));
const SOURCE_FOLDERS = ['src', 'workers', 'experiments', 'test', 'collector'];
const INSTALL_STAMP = join(ROOT, 'node_modules', '.offloop-installed');
/** What is to be had without anything installed. */
const BUNDLERS = ['bundle-worker.mjs', 'bundle-sink-schema.mjs'];
const BUILD_STAMP = join(ROOT, 'dist', '.offloop-built');

/**
 * What the HTML report draws with, inlined in every page: the script, and the packages whose code is in it. Copied, so
 * that the published package needs none of them installed.
 */
const REPORT_LIBRARIES = {
  'd3.js': { script: 'd3/dist/d3.min.js', packages: ['d3', 'delaunator', 'internmap', 'robust-predicates'] },
  'plot.js': {
    script: '@observablehq/plot/dist/plot.umd.min.js',
    packages: ['@observablehq/plot', 'interval-tree-1d', 'binary-search-bounds', 'isoformat'],
  },
};

checkNode();
// Not `npm ci`: it refuses a lockfile that lacks an optional dependency's binary for any platform, this one or not.
// `--no-save` keeps it from writing the lockfile; the versions are the lockfile's all the same.
refresh('installing dependencies from the lockfile', INSTALL_STAMP, hash(['package.json', 'package-lock.json']), () =>
  run('npm', ['install', '--include=dev', '--no-save', '--no-audit', '--no-fund', '--loglevel=error']),
);
refresh(
  'building (tsc)',
  BUILD_STAMP,
  hash(['package-lock.json', 'tsconfig.json', ...BUNDLERS, 'write-bundle.mjs', ...listSources()]),
  () => {
    run(process.execPath, [join('node_modules', 'typescript', 'bin', 'tsc'), '-p', '.']);
    for (const [name, library] of Object.entries(REPORT_LIBRARIES)) copyLibrary(name, library);
    for (const script of BUNDLERS) run(process.execPath, [script]);
  },
);

function checkNode() {
  const needed = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).engines.node.replace('>=', '');
  const current = process.versions.node;
  if (current.localeCompare(needed, undefined, { numeric: true }) >= 0) return;
  fail(`offloop needs Node ${needed} or newer, this is ${current}; install a newer Node (https://nodejs.org)`);
}

function refresh(what, stamp, wanted, action) {
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  process.stderr.write(`offloop: ${what} ...\n`);
  action();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
}

/** With the licenses at its head: they ask to go wherever the code goes. */
function copyLibrary(name, { script, packages }) {
  const read = (path) => readFileSync(join(ROOT, 'node_modules', path), 'utf8').trim();
  const notices = packages.map((packageName) => `/*! ${packageName}\n\n${read(`${packageName}/LICENSE`)}\n*/\n`);
  const folder = join(ROOT, 'dist', 'src', 'report', 'vendor');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), `${notices.join('')}${read(script)}\n`);
}

function run(command, args) {
  // npm is a script on Windows, which only a shell finds.
  const { status, error } = spawnSync(command, args, {
    cwd: ROOT,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0) fail(`'${command} ${args.join(' ')}' failed${error ? `: ${error.message}` : ''}; see above`);
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

function hash(files) {
  const digest = createHash('sha256');
  for (const file of files)
    digest
      .update(`${file}\0`)
      .update(readFileSync(join(ROOT, file)))
      .update('\0');
  return digest.digest('hex');
}

function listSources() {
  return SOURCE_FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true }).map((name) => join(folder, name)),
  )
    .filter((file) => file.endsWith('.ts') && statSync(join(ROOT, file)).isFile())
    .sort();
}
