// What is checked of the package itself, whatever Node runs it.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { install } from '../bundlers/install.mjs';
import { runAgainstSink, runCommand } from '../bundlers/run-against-sink.mjs';
import { followGettingStarted } from './new-user.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = dirname(HERE);
const SERVICE = ['main.mjs', 'service.mjs'].map((file) => join(ROOT, 'bundlers', file));
const BIN = join(ROOT, 'node_modules', '.bin');

/** Each throws when the package is not as it should be. */
export const PACKAGE_CHECKS = [
  { name: 'publint', check: (tarball) => runCommand([join(BIN, 'publint'), tarball, '--strict'], ROOT) },
  // There is no CommonJS build: Node that offloop supports requires ES modules.
  {
    name: 'attw',
    check: (tarball) => runCommand([join(BIN, 'attw'), tarball, '--profile', 'esm-only', '--no-color'], ROOT),
  },
  { name: 'no install scripts', check: expectNoInstallScripts },
  { name: 'lacks no dependency', check: exportAlone },
  { name: "a new user's first minutes", check: followGettingStarted },
  { name: 'types of every subpath tried', check: expectTriedSubpaths },
  { name: 'dependencies are argued', check: expectArguedDependencies },
];

function installAlone(tarball) {
  return install('matrix-alone', join(HERE, 'alone'), tarball, SERVICE);
}

async function expectNoInstallScripts(tarball) {
  const { packages } = readJson(join(await installAlone(tarball), 'node_modules', '.package-lock.json'));
  if (packages['node_modules/offloop'] === undefined) throw new Error('expected offloop among the installed packages');
  const withScript = Object.keys(packages).filter((path) => packages[path].hasInstallScript);
  if (withScript.length > 0) throw new Error(`expected no install scripts, got those of ${withScript.join(', ')}`);
}

/** Outside of the checkout, where what is missing would be found in its node_modules. */
async function exportAlone(tarball) {
  const installed = await installAlone(tarball);
  const folder = mkdtempSync(join(tmpdir(), 'offloop-alone-'));
  try {
    cpSync(installed, folder, { recursive: true, verbatimSymlinks: true });
    const { madeSpanCount, stderr, receivedSpanCount } = await runAgainstSink(['node', 'main.mjs'], folder);
    if (receivedSpanCount === madeSpanCount && stderr === '') return;
    throw new Error(`expected ${madeSpanCount} spans and silence, got ${receivedSpanCount} and '${stderr}'`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function expectTriedSubpaths() {
  const consumers = ['types', 'sdk-2'].flatMap((folder) =>
    readdirSync(join(HERE, folder))
      .filter((file) => file.startsWith('consumer'))
      .map((file) => readFileSync(join(HERE, folder, file), 'utf8')),
  );
  const names = Object.keys(readJson(join(ROOT, 'package.json')).exports)
    .filter((path) => !path.endsWith('.json'))
    .map((path) => path.replace('.', 'offloop'));
  const untried = names.filter((name) => !consumers.some((text) => text.includes(`'${name}'`)));
  if (untried.length > 0) throw new Error(`expected a matrix/types/consumer*.ts that imports ${untried.join(', ')}`);
}

function expectArguedDependencies() {
  const { dependencies, optionalDependencies = {}, peerDependencies } = readJson(join(ROOT, 'package.json'));
  const expected = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies }).sort();
  const text = readFileSync(join(ROOT, 'docs', 'architecture.md'), 'utf8');
  const section = text.split(/^## /m).find((candidate) => candidate.startsWith('Dependencies of the package\n')) ?? '';
  const argued = [...section.matchAll(/^\| (`.*?) +\|/gm)]
    .flatMap(([, cell]) => [...cell.matchAll(/`(.*?)`/g)].map(([, packageName]) => packageName))
    .sort();
  if (argued.join() === expected.join()) return;
  throw new Error(`docs/architecture.md argues ${argued.join(', ')}; package.json has ${expected.join(', ')}`);
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}
