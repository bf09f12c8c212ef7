import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { LiveRun } from '../experiments/gate/live-run.js';
import { listProcesses } from './fixtures/list-processes.js';

const LIVE = fileURLToPath(new URL('../gate/live.mjs', import.meta.url));

/** Three runs of a block each, on a machine that has other things to do. */
const TIMEOUT_MILLIS = 240_000;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offloop-live-test-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** @param until sends the signal as soon as it has printed this: to it alone, or as a terminal does to all it started. */
async function runLive(
  until?: RegExp,
  signal: NodeJS.Signals = 'SIGINT',
  toGroup = false,
  words: readonly string[] = [],
) {
  const child = spawn(process.execPath, [LIVE, '--results', folder, '--runs', '1', '--quick', ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: toGroup,
    // The folder of temporary files tells whose process one is.
    env: { PATH: process.env['PATH'], TMPDIR: folder },
  });
  let output = '';
  let isSignaled = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (isSignaled || child.pid === undefined || until?.test(output) !== true) return;
      isSignaled = true;
      process.kill(toGroup ? -child.pid : child.pid, signal);
    });
  }
  const [exitCode] = await once(child, 'close');
  return { exitCode, output };
}

async function readRuns(): Promise<LiveRun[]> {
  const text = await readFile(join(folder, 'live.jsonl'), 'utf8');
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as LiveRun]));
}

async function append(run: LiveRun): Promise<void> {
  await appendFile(join(folder, 'live.jsonl'), `${JSON.stringify(run)}\n`);
}

it(
  'records each run as it ends, ends cleanly when it is told to, and goes on',
  async () => {
    const until = /\[2\/3\] round 1: offloop-blocked[\s\S]*rehearsing the candidate/;
    const interrupted = await runLive(until, 'SIGINT', true);
    expect(interrupted.exitCode, interrupted.output).toBe(130);
    expect(interrupted.output).toContain('offloop gate: SIGTERM: ending what runs');
    expect(interrupted.output).toContain('interrupted by SIGTERM');
    expect(interrupted.output).toContain('interrupted; the same command goes on');
    expect(await listProcesses(folder)).toEqual([]);
    const [first, ...others] = await readRuns();
    if (first === undefined) throw new RangeError(`expected a run, got none: ${interrupted.output}`);
    expect(others).toEqual([]);
    expect(first).toMatchObject({
      candidate: 'offloop-repeat',
      round: 0,
      node: process.version,
      figure: 'arrivalWeightedP99Millis',
      size: { trial: { measuredMillis: 2_500 } },
    });
    expect(first.receivedSpanCount).toBeGreaterThan(0);
    expect(first.durationMillis).toBeGreaterThan(2_500);

    await append({ ...first, candidate: 'offloop-blocked', commit: 'another' });
    const resumed = await runLive();
    // A block tells nothing: the machine is to blame, or it failed some requests.
    expect([1, 2], resumed.output).toContain(resumed.exitCode);
    expect(resumed.output).toContain('2 of 3 runs are recorded');
    expect(resumed.output).toMatch(/^note: some are of another commit: .*another/m);
    expect((await readRuns()).map(({ candidate }) => candidate)).toEqual([
      'offloop-repeat',
      'offloop-blocked',
      'batch-otlp-protobuf',
    ]);
    expect(await listProcesses(folder)).toEqual([]);

    const again = await runLive();
    expect(again.exitCode, again.output).toBe(resumed.exitCode);
    expect(again.output).toContain('3 of 3 runs are recorded');
    expect(again.output).not.toContain('rehearsing');

    const ofSpans = await runLive(undefined, 'SIGINT', false, ['--service', 'spans']);
    expect(ofSpans.exitCode).toBe(1);
    expect(ofSpans.output).toContain('expected runs of spans-offloop-repeat, spans-offloop-dearer, got one of offloop');

    await append({ ...first, node: 'v0.0.0' });
    const refused = await runLive();
    expect(refused.exitCode).toBe(1);
    expect(refused.output).toMatch(
      /^gate-live: .*live\.jsonl: expected runs under Node .*, got one under Node v0\.0\.0 on /m,
    );
  },
  TIMEOUT_MILLIS,
);

it.each([
  ['SIGHUP', 130],
  ['SIGKILL', null],
] as const)(
  'leaves no process behind when %s ends it',
  async (signal, exitCode) => {
    const ended = await runLive(/rehearsing the candidate/, signal);
    expect(ended.exitCode, ended.output).toBe(exitCode);
    // Of SIGKILL the gate learns with the next line that it prints.
    await expect.poll(() => listProcesses(folder), { timeout: TIMEOUT_MILLIS / 2 }).toEqual([]);
  },
  TIMEOUT_MILLIS,
);
