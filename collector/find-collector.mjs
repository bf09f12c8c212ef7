// Where a Collector is: the one that OTELCOL_BIN names, else one built from builder.yaml, which is kept.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const MANIFEST = join(ROOT, 'collector', 'builder.yaml');
const CACHE = process.env['OFFLOOP_COLLECTOR_CACHE'] ?? join(ROOT, 'node_modules', '.cache', 'offloop-collector');
const PROGRAM = process.platform === 'win32' ? 'otelcol.exe' : 'otelcol';
const LEFT_OUT = 'left-out.json';

const OLDEST_GO = [1, 25];
const PROGRESS_MILLIS = 15_000;

const CORE = 'go.opentelemetry.io/collector';
/** What the builder's main program needs beside the components. */
const CORE_MODULES = [`${CORE}/otelcol`, `${CORE}/service`, `${CORE}/connector`];

/** There is no Collector to be had on this machine; the message says how to get one. */
export class UnavailableError extends Error {}

/**
 * @returns The program, and the modules of builder.yaml that it lacks because they could not be fetched; of
 * somebody else's any of them.
 * @throws {UnavailableError} Without OTELCOL_BIN and Go, or without the modules.
 */
export async function findCollector() {
  const manifest = readFileSync(MANIFEST, 'utf8');
  const named = process.env['OTELCOL_BIN'];
  if (named) {
    const { status } = spawnSync(named, ['--version'], { stdio: 'ignore' });
    if (status !== 0) throw new Error(`OTELCOL_BIN: expected a Collector that can be run, got '${named}'`);
    return { program: named, leftOut: listComponents(manifest) };
  }
  const key = createHash('sha256')
    .update(`${process.platform} ${process.arch}\n${manifest}`)
    .digest('hex')
    .slice(0, 16);
  const folder = join(CACHE, key);
  if (!existsSync(join(folder, PROGRAM))) await build(manifest, folder);
  return { program: join(folder, PROGRAM), leftOut: JSON.parse(readFileSync(join(folder, LEFT_OUT), 'utf8')) };
}

function listComponents(manifest) {
  return [...manifest.matchAll(/^ {2}- gomod: (\S+) (\S+)$/gm)].map(([, path, at]) => `${path}@${at}`);
}

async function build(manifest, folder) {
  checkGo();
  mkdirSync(CACHE, { recursive: true });
  // Renamed when it is whole: its being there says so, to another run too.
  const work = mkdtempSync(join(CACHE, 'build-'));
  try {
    const version = /^ {2}version: (\S+)$/m.exec(manifest)?.[1];
    const components = listComponents(manifest);
    const core = CORE_MODULES.map((path) => `${path}@v${version}`);
    const builder = `${CORE}/cmd/builder@v${version}`;
    say(`building a Collector ${version}, once; this takes some minutes ...`);
    const leftOut = await fetchModules([builder, ...core, ...components], work);
    if ([builder, ...core].some((module) => leftOut.includes(module))) {
      throw new UnavailableError(`the Go module proxy did not give ${leftOut[0]}: ${adviseBinary()}`);
    }

    const has = (line) => !leftOut.some((module) => line.endsWith(module.replace('@', ' ')));
    const lines = manifest.split('\n').filter(has);
    writeFileSync(join(work, 'builder.yaml'), lines.join('\n'));
    await compile(work, builder, [...core, ...components.filter((module) => !leftOut.includes(module))]);
    writeFileSync(join(work, 'build', LEFT_OUT), JSON.stringify(leftOut));
    rmSync(folder, { recursive: true, force: true });
    renameSync(join(work, 'build'), folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function checkGo() {
  const { status, stdout } = spawnSync('go', ['env', 'GOVERSION'], { encoding: 'utf8' });
  if (status !== 0) throw new UnavailableError(`no Collector and no Go on this machine: ${adviseBinary()}`);
  const version = stdout.trim();
  const [major = 0, minor = 0] = version.replace('go', '').split('.').map(Number);
  if (major < OLDEST_GO[0] || (major === OLDEST_GO[0] && minor < OLDEST_GO[1])) {
    throw new UnavailableError(`expected Go ${OLDEST_GO.join('.')} or newer, got ${version}: ${adviseBinary()}`);
  }
}

function adviseBinary() {
  return [
    'name a Collector in OTELCOL_BIN (https://opentelemetry.io/docs/collector/install, the contrib distribution),',
    `or install Go ${OLDEST_GO.join('.')} or newer (https://go.dev/dl) and let it be built`,
  ].join('\n');
}

/** @returns Those that could not be fetched. */
async function fetchModules(modules, folder) {
  const { stdout } = await runGo(['mod', 'download', '-json', ...modules], folder, 'fetching its modules');
  // One object after the other, no list.
  const answers = JSON.parse(`[${stdout.replaceAll('\n}\n{', '\n},\n{')}]`);
  return answers.filter((answer) => answer.Error !== undefined).map(({ Path, Version }) => `${Path}@${Version}`);
}

async function compile(folder, builder, modules) {
  const source = join(folder, 'build');
  mkdirSync(source);
  // Not the builder's own `go mod tidy`: that asks for the modules of the components' tests too, which not every proxy
  // has. `-mod=mod` fetches what is compiled.
  const steps = [
    [['mod', 'init', 'otelcol'], source],
    [['mod', 'edit', ...modules.map((module) => `-require=${module}`)], source],
    [['run', builder, '--config=builder.yaml', '--skip-get-modules'], folder],
  ];
  for (const [args, cwd] of steps) {
    const { code, stderr } = await runGo(args, cwd, 'compiling', { GOFLAGS: '-mod=mod' });
    if (code !== 0) throw new Error(`'go ${args.slice(0, 2).join(' ')}' failed:\n${stderr}`);
  }
}

function runGo(args, cwd, what, env = {}) {
  const startedMillis = Date.now();
  const progress = setInterval(() => {
    say(`still ${what}, ${Math.round((Date.now() - startedMillis) / 1000)} s`);
  }, PROGRESS_MILLIS);
  return new Promise((resolve, reject) => {
    const child = spawn('go', args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr']) {
      child[name].setEncoding('utf8').on('data', (text) => {
        output[name] += text;
      });
    }
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(progress);
      resolve({ code, ...output });
    });
  });
}

function say(line) {
  process.stderr.write(`collector: ${line}\n`);
}
