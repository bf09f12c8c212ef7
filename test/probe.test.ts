import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LoopDelaySnapshotJson, parseLoopDelaySnapshot } from '../src/loop-delay/index.js';

const CLI = fileURLToPath(new URL('../dist/src/cli.js', import.meta.url));
const BLOCK = 'const block = (ms) => { const end = performance.now() + ms; while (performance.now() < end); };';

interface Probed {
  readonly pid: number;
  readonly threadId: number;
  readonly argv: readonly string[];
  readonly snapshot: LoopDelaySnapshotJson | null;
}

let folder: string;

beforeEach(async () => {
  // A space and a quote: both have to survive NODE_OPTIONS.
  folder = await mkdtemp(join(tmpdir(), "offloop's probe test "));
});

afterEach(() => rm(folder, { recursive: true }));

async function writeProgram(name: string, text: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, text);
  return file;
}

function startProbe(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, [CLI, 'probe', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], TMPDIR: folder, ...env },
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  const end = once(child, 'close').then(([exitCode, signal]) => ({ exitCode, signal, ...output }));
  return { child, end };
}

/** Runs a program to its end under the probe and gives what the probe wrote about it. */
async function probe(file: string, ...args: string[]) {
  const jsonFile = join(folder, 'probe.json');
  const run = await startProbe(['--json', jsonFile, '--', process.execPath, file, ...args]).end;
  const threads = JSON.parse(await readFile(jsonFile, 'utf8')) as Probed[];
  return { ...run, threads };
}

/** What a probe keeps while it runs. */
async function listProbeFolders(): Promise<string[]> {
  return (await readdir(folder)).filter((entry) => entry.startsWith('offloop-probe-'));
}

function longestMillis(thread: Probed | undefined): number {
  expect(thread?.snapshot).toBeTruthy();
  return parseLoopDelaySnapshot(thread?.snapshot).arrivalWeighted.maxMillis;
}

describe('offloop probe', () => {
  it.each([
    [
      'app.mjs',
      "import 'node:fs'; block(150); setTimeout(() => block(200), 20); console.log('out'); console.error('err');",
    ],
    [
      'app.cjs',
      "require('node:fs'); block(150); setTimeout(() => block(200), 20); console.log('out'); console.error('err');",
    ],
  ])('measures %s, and leaves its output and exit code alone', async (name, text) => {
    const file = await writeProgram(name, `${BLOCK} process.exitCode = 3; ${text}`);
    const { exitCode, stdout, stderr, threads } = await probe(file);
    expect(exitCode).toBe(3);
    expect(stdout).toBe('out\n');
    expect(stderr.startsWith('err\n')).toBe(true);
    expect(stderr).toContain('arrival-weighted');
    expect(threads).toMatchObject([{ threadId: 0, argv: [expect.anything(), file] }]);
    expect(longestMillis(threads[0])).toBeGreaterThan(199);
    expect(stderr.split('\n').every((line) => line.length <= 80)).toBe(true);
    expect(await listProbeFolders()).toEqual([]);
  });

  it('measures what process.exit cuts short, and the exit handlers of the program still run', async () => {
    const file = await writeProgram(
      'exit.mjs',
      `${BLOCK} process.on('exit', () => console.log('bye'));
      setTimeout(() => { block(200); process.exit(4); }, 30);`,
    );
    const { exitCode, stdout, threads } = await probe(file);
    expect([exitCode, stdout]).toEqual([4, 'bye\n']);
    expect(longestMillis(threads[0])).toBeGreaterThan(199);
  });

  it('measures a program that an exception ends', async () => {
    const file = await writeProgram(
      'throw.mjs',
      `${BLOCK} setTimeout(() => { block(200); throw new Error('boom'); }, 30);`,
    );
    const { exitCode, stderr, threads } = await probe(file);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('Error: boom');
    expect(longestMillis(threads[0])).toBeGreaterThan(199);
  });

  it('tells child processes, cluster workers and worker threads apart', async () => {
    const child = await writeProgram('child.cjs', `${BLOCK} setTimeout(() => block(120), 20);`);
    const file = await writeProgram(
      'parent.cjs',
      `${BLOCK}
      const cluster = require('node:cluster');
      if (cluster.isPrimary) {
        require('node:child_process').fork(${JSON.stringify(child)});
        new (require('node:worker_threads').Worker)(${JSON.stringify(child)}, { execArgv: [] });
        cluster.fork().on('online', () => {});
        console.log(process.pid);
      } else { block(300); process.disconnect(); }`,
    );
    const { exitCode, stdout, threads } = await probe(file);
    expect(exitCode).toBe(0);
    expect(threads).toHaveLength(4);
    const main = threads.find(({ pid, threadId }) => pid === Number(stdout) && threadId === 0);
    const worker = threads.find(({ pid, threadId }) => pid === Number(stdout) && threadId > 0);
    const forked = threads.find(({ pid, argv }) => pid !== Number(stdout) && argv[1] === child);
    const clusterWorker = threads.find(({ pid, argv }) => pid !== Number(stdout) && argv[1] === file);
    expect(main?.argv[1]).toBe(file);
    expect(worker?.argv[1]).toBe(child);
    expect(longestMillis(worker)).toBeGreaterThan(119);
    expect(longestMillis(forked)).toBeGreaterThan(119);
    expect(longestMillis(clusterWorker)).toBeGreaterThan(0);
  });

  it('keeps what was measured of a program that is killed, and dies of the same signal', async () => {
    const file = await writeProgram(
      'killed.mjs',
      `${BLOCK} setTimeout(() => block(300), 20); setTimeout(() => process.kill(process.pid, 'SIGKILL'), 2500);`,
    );
    const { signal, threads } = await probe(file);
    expect(signal).toBe('SIGKILL');
    expect(longestMillis(threads[0])).toBeGreaterThan(299);
    expect(await listProbeFolders()).toEqual([]);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('passes %s on, once, and waits for the program', async (signal) => {
    const file = await writeProgram(
      'server.mjs',
      `let count = 0; process.on('${signal}', () => { count += 1; setTimeout(() => { console.log(count); process.exit(7); }, 100); });
      setInterval(() => {}, 1e6); console.log('ready');`,
    );
    const { child, end } = startProbe(['--', process.execPath, file]);
    await once(child.stdout, 'data');
    child.kill(signal);
    expect(await end).toMatchObject({ exitCode: 7, signal: null, stdout: 'ready\n1\n' });
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'dies of the %s that its program does not handle, and leaves nothing behind',
    async (sent) => {
      const file = await writeProgram('plain.mjs', `setInterval(() => {}, 1e6); console.log('ready');`);
      const { child, end } = startProbe(['--', process.execPath, file]);
      await once(child.stdout, 'data');
      expect(await listProbeFolders()).toHaveLength(1);
      child.kill(sent);
      const { exitCode, signal, stderr } = await end;
      expect([exitCode, signal]).toEqual([null, sent]);
      expect(stderr).toContain('plain.mjs');
      expect(await listProbeFolders()).toEqual([]);
    },
  );

  it('reports after --duration and lets the program run on', async () => {
    const file = await writeProgram(
      'long.mjs',
      `${BLOCK} setTimeout(() => block(100), 50); process.stdin.on('data', () => process.exit(5)); setInterval(() => {}, 1e6);
      process.on('SIGTERM', () => { block(900); process.exit(5); });`,
    );
    const jsonFile = join(folder, 'probe.json');
    const { child, end } = startProbe(['--duration', '1.5', '--json', jsonFile, '--', process.execPath, file]);
    let stderr = '';
    while (!stderr.includes('raw p99 program')) stderr += String((await once(child.stderr, 'data'))[0]);
    while (!(await readFile(jsonFile, 'utf8').catch(() => '')).endsWith('\n')) await new Promise(setImmediate);
    child.kill('SIGTERM');
    expect(await end).toMatchObject({ exitCode: 5 });
    const [thread] = JSON.parse(await readFile(jsonFile, 'utf8')) as Probed[];
    expect(longestMillis(thread)).toBeGreaterThan(99);
    expect(thread?.snapshot?.durationMillis).toBeLessThan(2_500);
  });

  it('keeps no program alive, and keeps the preloads it had', async () => {
    const preload = await writeProgram('preload.cjs', "console.log('preloaded');");
    const file = await writeProgram('short.mjs', "console.log('done');");
    const { end } = startProbe(['--', process.execPath, file], {
      NODE_OPTIONS: `--require ${JSON.stringify(preload)}`,
    });
    // The probe itself is preloaded too.
    expect(await end).toMatchObject({ exitCode: 0, stdout: 'preloaded\npreloaded\ndone\n' });
  });

  it('writes one page of charts', async () => {
    const file = await writeProgram('app.mjs', `${BLOCK} setTimeout(() => block(100), 20);`);
    const htmlFile = join(folder, 'probe.html');
    expect((await startProbe(['--html', htmlFile, '--', process.execPath, file]).end).exitCode).toBe(0);
    expect(await readFile(htmlFile, 'utf8')).toMatch(/^<!doctype html>[\s\S]*Event-loop delay of/);
  });
});

describe('what can not be probed', () => {
  it('says that no data came, and passes the exit code on', async () => {
    const run = await startProbe(['--', 'sh', '-c', 'exit 6']).end;
    expect(run.exitCode).toBe(6);
    expect(run.stderr).toMatch(/^offloop probe: no data: 'sh' started no Node\.js process/);
  });

  it.each<[string, string[], number, RegExp]>([
    ['no program', [], 2, /expected the program after --/],
    ['a program without --', ['node', 'app.js'], 2, /'node'.*after --/],
    ['an unknown option', ['--fast', '--', 'node'], 2, /--fast/],
    ['a duration that is none', ['--duration', '0', '--', 'node'], 2, /--duration: expected seconds, .* got '0'/],
    ['a folder that does not exist', ['--json', '/none/x.json', '--', 'node'], 2, /can't write to \/none/],
    ['a command that does not exist', ['--', 'no-such-command'], 127, /command not found: no-such-command/],
    ['a file that is no program', ['--', '/etc/passwd'], 126, /\/etc\/passwd may not be executed/],
  ])('refuses %s in one line', async (_, args, exitCode, message) => {
    const run = await startProbe(args).end;
    expect(run).toMatchObject({ exitCode, stdout: '' });
    expect(run.stderr).toMatch(message);
    expect(run.stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});
