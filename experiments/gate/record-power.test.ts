import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { listProcesses } from '../../test/fixtures/list-processes.js';
import { findPowerRun } from './power-run.js';

const MAIN = fileURLToPath(new URL('../../dist/experiments/main.js', import.meta.url));
const WORDS = ['gate-power', '--record', '--blocks', '1', '--warm-up-millis', '200', '--measured-millis', '2500'];
/** Of rehearsals of all arms, on a machine that has other things to do. */
const TIMEOUT_MILLIS = 120_000;

async function openFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'offloop-record-power-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** @param until sends SIGINT as soon as it has said this. */
async function record(folder: string, words: readonly string[], until?: RegExp) {
  const child = spawn(process.execPath, [MAIN, ...WORDS, '--results', join(folder, 'results'), ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // The folder of temporary files tells whose process one is.
    env: { PATH: process.env['PATH'], TMPDIR: folder },
  });
  let output = '';
  let isSignaled = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (isSignaled || until?.test(output) !== true) return;
      isSignaled = true;
      child.kill('SIGINT');
    });
  }
  const [exitCode] = await once(child, 'close');
  return { exitCode, output };
}

it(
  'keeps what was recorded when it is interrupted, leaves no process behind, and says how to go on',
  async () => {
    const folder = await openFolder();
    const results = join(folder, 'results');
    // Once it is over the first trial's line is there.
    const { exitCode, output } = await record(folder, [], /\[6\/8\] block 1: /);
    expect(exitCode, output).toBe(130);
    expect(output).toMatch(/Interrupted: 3 are missing\. Go on with: npm run experiment -- gate-power .* --resume\n/);
    expect(await listProcesses(folder)).toEqual([]);
    expect((await findPowerRun(results))?.trials).toHaveLength(1);
    expect(await readFile(join(results, 'summary.md'), 'utf8')).toContain('1 trials, at least 0 of each of 4 arms');

    const refused = await record(folder, []);
    expect(refused.exitCode).toBe(1);
    expect(refused.output).toContain('go on with --resume');
    const ofSpans = await record(folder, ['--resume', '--service', 'spans']);
    expect(ofSpans.exitCode).toBe(1);
    expect(ofSpans.output).toContain('it differs in arms.');
    const resumed = await record(folder, ['--resume'], /rehearsing offloop/);
    expect(resumed.output).toContain('3 trials, about');
  },
  TIMEOUT_MILLIS,
);

it('has nothing to go on with in an empty folder', async () => {
  const { exitCode, output } = await record(await openFolder(), ['--resume']);
  expect(exitCode).toBe(1);
  expect(output).toContain('holds no run to go on with');
});
