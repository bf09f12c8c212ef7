import { once } from 'node:events';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { runBuilt } from './fixtures/run-fixture.js';

/** One line, no stack: what a person reads when something they wrote can't work. */
function expectOneLine(text: string): void {
  expect(text.trimEnd().split('\n')).toHaveLength(1);
  expect(text).not.toMatch(/\n\s+at /);
}

const cases: [what: string, file: string, args: string[], message: RegExp][] = [
  ['an unknown command', 'src/cli.js', ['snik'], /unknown command 'snik'; expected one of sink/],
  ['an unknown option of the sink', 'src/cli.js', ['sink', '--prot', '1'], /--prot/],
  [
    'a bad value of the sink',
    'src/cli.js',
    ['sink', '--port', 'x'],
    /port: expected an integer from 0 to 65535, got "?'?x/,
  ],
  [
    'an unknown experiment',
    'experiments/main.js',
    ['compair'],
    /unknown experiment 'compair'; expected one of compare/,
  ],
  ['an unknown option of an experiment', 'experiments/main.js', ['compare', '--fast'], /unknown option '--fast'/],
  [
    'a bad value of an experiment',
    'experiments/main.js',
    ['compare', '--blocks', '0'],
    /--blocks: expected .* got '0'/,
  ],
  [
    'a folder that can not be written',
    'experiments/main.js',
    ['compare', '--results', '/dev/null/x'],
    /can't write to \/dev\/null\/x\/raw\.jsonl .*--results/,
  ],
  ['two sizes at once', 'experiments/main.js', ['compare', '--quick', '--reference'], /one of --quick and --reference/],
];

describe('bad input', () => {
  it.each(cases)('%s gives one clear line and an exit code', async (_, file, args, message) => {
    const run = await runBuilt(file, { args });
    expect(run.exitCode).toBeGreaterThan(0);
    expect(run.stdout).toBe('');
    expect(run.stderr).toMatch(message);
    expectOneLine(run.stderr);
  });

  it('an offloop without a command prints how it is used', async () => {
    const run = await runBuilt('src/cli.js');
    expect(run).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('offloop <command>') });
    expect(await runBuilt('src/cli.js', { args: ['--help'] })).toMatchObject({ exitCode: 0, stderr: '' });
    expect((await runBuilt('src/cli.js', { args: ['--version'] })).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('a port that is taken', () => {
  const server = createServer();
  let port: string;

  beforeEach(async () => {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    port = String((server.address() as AddressInfo).port);
  });

  afterEach(() => once(server.close(), 'close'));

  it.each([
    ['the sink', 'src/cli.js', ['sink']],
    ['the model server', 'experiments/model-server/main.js', []],
    ['the service', 'experiments/service/main.js', ['--arm', 'control', '--model-server-url', 'http://127.0.0.1:1']],
  ])('is named by %s, with what to do', async (_, file, args) => {
    const run = await runBuilt(file, { args: [...args, '--port', port] });
    expect(run.exitCode).toBeGreaterThan(0);
    expect(run.stderr).toMatch(new RegExp(`${port}.* is taken.*--port`, 'i'));
    expectOneLine(run.stderr);
  });
});

describe('a damaged install', () => {
  it.each([
    ['gate', 2],
    ['report', 1],
  ])('is told of by %s in one line, with exit code %i: 1 would be a regression', async (name, exitCode) => {
    const folder = await mkdtemp(join(tmpdir(), 'offloop-damaged-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const root = fileURLToPath(new URL('../', import.meta.url));
    for (const file of ['package.json', 'dist/src/cli.js']) await cp(join(root, file), join(folder, file));
    const run = await runBuilt(pathToFileURL(join(folder, 'dist/src/cli.js')).href, { args: [name] });
    expect(run.exitCode, run.stderr).toBe(exitCode);
    expect(run.stderr).toMatch(
      new RegExp(`^offloop ${name}: it can't be loaded; install offloop again \\(.*Cannot find`),
    );
    expectOneLine(run.stderr);
  });
});

describe('an old Node', () => {
  // To the gate 1 means a regression.
  it.each([
    ['../ensure-built.mjs', [], 1],
    ['src/cli.js', [], 1],
    ['src/cli.js', ['gate'], 2],
  ])('is named by %s %j, with the version that is needed and exit code %i', async (file, args, exitCode) => {
    // A preload lies about the version.
    const lie = "data:text/javascript,Object.defineProperty(process.versions,'node',{value:'20.9.0'})";
    const run = await runBuilt(file, { args, execArgv: ['--import', lie] });
    expect(run.exitCode).toBe(exitCode);
    expect(run.stderr).toMatch(/offloop needs Node 20\.19\.0 or newer, this is 20\.9\.0/);
    expectOneLine(run.stderr);
  });
});
