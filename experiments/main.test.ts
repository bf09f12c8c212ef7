import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findRun, readRun } from './runner/raw-data.js';

const MAIN = fileURLToPath(new URL('../dist/experiments/main.js', import.meta.url));
const RUN_TIMEOUT_MILLIS = 180_000;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offloop-experiment-'));
});

afterEach(() => rm(folder, { recursive: true }));

interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Calls `onStderr` with everything the program has written so far, each time it writes. */
async function runExperiment(
  words: readonly string[],
  onStderr: (stderr: string, child: ChildProcess) => void = () => {},
): Promise<Ended> {
  const child = spawn(process.execPath, [MAIN, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    onStderr(stderr, child);
  });
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, stdout, stderr };
}

/** The processes that a process started; none where the system has no such list. */
async function listChildren(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return text.split(' ').filter(Boolean).map(Number);
}

/** Kills the services that an experiment starts: each, or the first one only; stop it when the experiment has ended. */
function killServices(pid: number, which: 'each' | 'first') {
  const killed = new Set<number>();
  const timer = setInterval(async () => {
    for (const child of await listChildren(pid)) {
      const commandLine = await readFile(`/proc/${child}/cmdline`, 'utf8').catch(() => '');
      if (!commandLine.includes('/experiments/service/main.js') || killed.has(child)) continue;
      if (which === 'first' && killed.size > 0) return;
      killed.add(child);
      process.kill(child, 'SIGKILL');
    }
  }, 20);
  return { stop: () => clearInterval(timer) };
}

const QUICK = ['controls', '--quick', '--blocks', '2'];

describe('npm run experiment', () => {
  it(
    'stops at Ctrl-C with its processes, keeps what it recorded, and goes on when told to',
    async () => {
      let childPids: Promise<number[]> = Promise.resolve([]);
      let isInterrupted = false;
      const interrupted = await runExperiment([...QUICK, '--results', folder], (stderr, child) => {
        // The first trial is on disk before the second begins.
        if (isInterrupted || !stderr.includes('[3/5]')) return;
        isInterrupted = true;
        childPids = listChildren(child.pid ?? 0).then((pids) => {
          child.kill('SIGINT');
          return pids;
        });
      });
      expect(interrupted.stderr).toContain('Incomplete: 1 of 4 trials are recorded');
      const resume = `npm run experiment -- ${QUICK.join(' ')} --results ${folder} --resume`;
      expect(interrupted.stderr).toContain(`Go on with: ${resume}`);
      expect(interrupted.exitCode).toBe(130);
      expect(await readFile(join(folder, 'summary.md'), 'utf8')).toContain('Incomplete: 1 of 4');
      for (const pid of await childPids) expect(existsSync(`/proc/${pid}`)).toBe(false);
      const before = await readRun(folder);
      expect(before.trials).toHaveLength(1);

      const other = await runExperiment([...QUICK, '--results', folder, '--resume', '--seed', '9']);
      expect(other).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('seed 1 recorded, 9 now') });

      const resumed = await runExperiment([...QUICK, '--results', folder, '--resume']);
      expect(resumed.stderr).toContain(`Going on with ${folder}: 1 of 4 trials are recorded.`);
      const after = await readRun(folder);
      expect(after.trials).toHaveLength(4);
      expect(after.trials[0]).toEqual(before.trials[0]);
      expect(new Set(after.trials.map(({ arm, block }) => `${arm} ${block}`)).size).toBe(4);
      expect(after.resumptions).toHaveLength(1);
      // Of two blocks nothing can be told: the injected ones were not found, or on a busy machine no trial was valid.
      expect(resumed.exitCode).toBe(2);
      expect(await readFile(join(folder, 'summary.md'), 'utf8')).toMatch(
        /\n\nUnclear: (what was injected was not|no block has a valid trial)/,
      );
      expect(resumed.stdout).toContain('Unclear: ');
      for (const line of resumed.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    },
    RUN_TIMEOUT_MILLIS,
  );

  it.runIf(process.platform === 'linux')(
    'records a trial that fails with its fault, and goes on',
    async () => {
      let killer: ReturnType<typeof killServices> | undefined;
      const { stderr, stdout } = await runExperiment([...QUICK, '--results', folder], (text, child) => {
        if (text.includes('[3/5]')) killer ??= killServices(child.pid ?? 0, 'first');
      }).finally(() => killer?.stop());
      const run = await readRun(folder);
      expect(run.trials).toHaveLength(3);
      const fault = expect.stringMatching(
        /^the trial failed: the service \(control.*\) ended \(SIGKILL\) before '\w+'$/,
      );
      expect(run.failedTrials).toEqual([expect.objectContaining({ faults: [fault] })]);
      expect(stderr).toMatch(/A trial failed: the service .* ended \(SIGKILL\)/);
      expect(stdout).toMatch(/Left out: control\S* of block \d, because the\s+trial\s+failed/);
      expect(existsSync(join(folder, 'report.html'))).toBe(true);
    },
    RUN_TIMEOUT_MILLIS,
  );

  it.runIf(process.platform === 'linux')(
    'gives up after three failed trials in a row, and leaves no report of another run beside the data',
    async () => {
      await writeFile(join(folder, 'report.html'), 'of another run');
      let killer: ReturnType<typeof killServices> | undefined;
      const { stderr, exitCode } = await runExperiment([...QUICK, '--results', folder], (_, child) => {
        killer ??= killServices(child.pid ?? 0, 'each');
      }).finally(() => killer?.stop());
      expect(stderr).toContain('Incomplete: 3 of 4 trials are recorded');
      expect(stderr).toMatch(
        /\nGave up after 3 failed trials in a row; the last: the trial failed: the service \(.*\n/,
      );
      expect(stderr).toMatch(/\nGo on with: .* --resume\n$/);
      expect(stderr).not.toContain('    at ');
      expect(exitCode).toBe(2);
      const { trials, failedTrials } = await readRun(folder);
      expect([trials.length, failedTrials.length]).toEqual([0, 3]);
      expect(await readFile(join(folder, 'summary.md'), 'utf8')).toContain('Incomplete: 3 of 4');
      expect(existsSync(join(folder, 'report.html'))).toBe(false);
    },
    RUN_TIMEOUT_MILLIS,
  );

  it(
    'records what a trial needs for its validity and its story',
    async () => {
      const words = ['compare', '--quick', '--blocks', '1', '--results', folder];
      const { stdout } = await runExperiment(words);
      for (const text of [stdout, await readFile(join(folder, 'summary.md'), 'utf8')]) {
        expect(text).toContain('Not powered for 10 ms blocks');
      }
      const { trials, scenario } = await readRun(folder);
      expect(trials.map(({ arm }) => arm).sort()).toEqual(scenario.arms.map(({ label }) => label).sort());
      for (const { arm, noiseFloor, clockStepMillis, exports, measured } of trials) {
        expect(noiseFloor?.observedMillis).toBeGreaterThan(1_000);
        expect(Math.abs(clockStepMillis ?? Number.NaN)).toBeLessThan(1_000);
        if (arm === 'control') expect(exports).toEqual([]);
        else expect(exports?.length).toBeGreaterThan(0);
        expect(measured.loopDelay.longestBlocks.length).toBeGreaterThan(0);
      }
    },
    RUN_TIMEOUT_MILLIS,
  );

  it('lists every experiment with what it takes: a quick run less than a minute', async () => {
    const { stdout } = await runExperiment(['list']);
    const times = stdout.match(/--quick .*?(?=, --reference)/g) ?? [];
    expect(times.length).toBe(stdout.trimEnd().split('\n').length / 2);
    for (const time of times) expect(Number(/^--quick (\d+) s$/.exec(time)?.[1]), time).toBeLessThan(60);
  });

  it.each([
    [['list', 'all'], "list: expected nothing after it, got 'all'"],
    [
      ['compete'],
      "unknown experiment 'compete'; expected one of compare, controls, langfuse, langfuse-rare, export-arms, ",
    ],
    [['compare', '--quick', '--reference'], 'expected one of --quick and --reference, got --quick and --reference'],
    [['controls', '--inject', '600x2'], '--inject: expected MILLISECONDSxTIMES-A-SECOND'],
    [['compare', '--resume'], 'holds no run to go on with; leave out --resume'],
    [['replay'], 'replay: expected the folder of a run with injected blocks'],
  ])('%j is a mistake that is explained', async (words, message) => {
    const inFolder = words[0] === 'compare' || words[0] === 'controls' ? [...words, '--results', folder] : words;
    const { exitCode, stderr } = await runExperiment(inFolder);
    expect(stderr).toContain(message);
    expect(exitCode).toBe(1);
    expect(await findRun(folder)).toBeUndefined();
  });
});
