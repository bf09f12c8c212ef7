import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type LoopDelaySnapshot, monitorLoopDelay } from '../src/loop-delay/index.js';
import '../src/vitest.js';

const REPOSITORY = fileURLToPath(new URL('..', import.meta.url));

/** Twelve runs of some tens of milliseconds, or a vitest of its own, on a machine that has other things to do. */
const TIMEOUT_MILLIS = 120_000;

function block(blockMillis: number): void {
  const endMillis = performance.now() + blockMillis;
  while (performance.now() < endMillis);
}

async function measure(blockMillis: number): Promise<LoopDelaySnapshot> {
  const monitor = monitorLoopDelay();
  await sleep(5);
  block(blockMillis);
  await sleep(5);
  return monitor.stop();
}

function toJson(snapshot: LoopDelaySnapshot) {
  return JSON.parse(JSON.stringify(snapshot));
}

async function readMessage(assertion: Promise<void>): Promise<string> {
  return assertion.then(
    () => expect.fail('expected the assertion to fail'),
    (error: Error) => error.message,
  );
}

describe('toKeepLoopDelay', () => {
  it('passes a function that lets the loop go, and fails one that blocks it', async () => {
    await expect(() => sleep(30)).toKeepLoopDelay({ arrivalWeightedP99Millis: 250 });
    await expect(() => block(300)).not.toKeepLoopDelay({ arrivalWeightedP99Millis: 250 });
  });

  it('measures what a function starts until it settles', async () => {
    const run = async () => {
      await sleep(1);
      block(300);
      await sleep(1);
    };
    await expect(run).not.toKeepLoopDelay({ longestBlockMillis: 250, repeatCount: 1, warmUpCount: 0 });
  });

  it('measures as often as it is told, and leaves the warm-up out', async () => {
    let callCount = 0;
    const run = () => {
      callCount += 1;
      // Only the first of three measured runs blocks: the median does not.
      if (callCount <= 3) block(300);
    };
    await expect(run).toKeepLoopDelay({ longestBlockMillis: 250, repeatCount: 3, warmUpCount: 2 });
    expect(callCount).toBe(5);
  });

  it('takes snapshots, promises of one, what JSON made of one, and a function that measured by itself', async () => {
    const snapshot = await measure(300);
    const budgets = { arrivalWeightedP99Millis: 200, repeatCount: 1, warmUpCount: 0 };
    for (const run of [
      snapshot,
      [snapshot],
      Promise.resolve(snapshot),
      toJson(snapshot),
      async () => snapshot,
      // Of another process, and of another copy of the package.
      async () => JSON.parse(JSON.stringify(snapshot)),
      () => ({ arrivalWeighted: {}, toJSON: () => snapshot.toJSON() }),
      () => [snapshot, toJson(snapshot)],
    ]) {
      await expect(run).not.toKeepLoopDelay(budgets);
      await expect(run).toKeepLoopDelay({ ...budgets, arrivalWeightedP99Millis: 100_000 });
    }
  });

  it('measures a function that returns anything else, and refuses what is a snapshot in part', async () => {
    const budgets = { arrivalWeightedP99Millis: 250, repeatCount: 1, warmUpCount: 0 };
    for (const result of [null, 'text', [], [{ raw: {} }, null]]) {
      const run = () => {
        block(300);
        return result;
      };
      await expect(run).not.toKeepLoopDelay(budgets);
    }
    const whole = toJson(await measure(1));
    for (const part of [
      { arrivalWeighted: {} },
      { ...whole, raw: undefined },
      { ...whole, version: 0 },
      [whole, null],
    ]) {
      for (const matchers of [expect(() => part), expect(() => part).not]) {
        await expect(matchers.toKeepLoopDelay(budgets)).rejects.toThrow(/^(snapshot\.\w+|received): expected .*, got/);
      }
    }
  });

  it('shows expected, received, margin and the histograms', async () => {
    const snapshot = await measure(300);
    const message = await readMessage(
      expect(snapshot).toKeepLoopDelay({ arrivalWeightedP99Millis: 5, longestBlockMillis: 100_000 }),
    );
    expect(message).toMatch(/^arrival-weighted p99, ms +5\.0 +[\d.]+ +-[\d.]+ +past it$/m);
    expect(message).toMatch(/^longest block, ms +100000 +[\d.]+ +\+[\d.]+ +within$/m);
    expect(message).toContain('raw p99');
    expect(message).toContain('arrival-weighted p99');
    expect(message.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('throws on what a function throws, and on figures that a run has not', async () => {
    const failing = () => Promise.reject(new Error('no answer'));
    await expect(expect(failing).not.toKeepLoopDelay({ longestBlockMillis: 1 })).rejects.toThrow('no answer');
    const withoutRaw = monitorLoopDelay({ rawResolutionMillis: 0 }).stop();
    await expect(expect(withoutRaw).not.toKeepLoopDelay({ rawP99Millis: 1 })).rejects.toThrow(
      'rawP99Millis: expected every run to have it',
    );
  });

  it.each([
    [{}, 'toKeepLoopDelay: expected at least one of arrivalWeightedP99Millis,'],
    [{ arrivalWeightedP99: 5 }, 'arrivalWeightedP99: unknown option'],
    [{ arrivalWeightedP99Millis: '5' }, 'arrivalWeightedP99Millis: expected a number from 0'],
    [{ latencyP99Millis: 5 }, 'latencyP99Millis: unknown option'],
    [{ longestBlockMillis: 5, repeatCount: 0 }, 'repeatCount: expected a whole number from 1'],
  ])('refuses %j whether negated or not', async (budgets, message) => {
    for (const matchers of [expect(() => {}), expect(() => {}).not]) {
      await expect(matchers.toKeepLoopDelay(budgets as never)).rejects.toThrow(message);
    }
  });

  it.each([5, 'text', null, [], {}])('refuses %j as a run whether negated or not', async (run) => {
    for (const matchers of [expect(run), expect(run).not]) {
      await expect(matchers.toKeepLoopDelay({ longestBlockMillis: 5 })).rejects.toThrow(/: expected .*, got/);
    }
  });
});

describe('toKeepLoopDelayOf', { timeout: TIMEOUT_MILLIS }, () => {
  it('fails a function that blocks longer, and passes one that blocks shorter', async () => {
    const short = () => block(5);
    const long = () => block(120);
    const margins = { arrivalWeightedP99Millis: { absoluteMargin: 30 }, repeatCount: 8 };
    await expect(long).not.toKeepLoopDelayOf(short, margins);
    await expect(short).toKeepLoopDelayOf(long, margins);
    const message = await readMessage(expect(long).toKeepLoopDelayOf(short, margins));
    expect(message).toMatch(/^arrival-weighted p99, ms +[\d.]+ +[\d.]+ +\+30\.0 +-[\d.]+$/m);
    expect(message).toMatch(/^arrival-weighted p99, ms: \+[\d.]+ \[\+[\d.]+, \+[\d.]+\], regressed$/m);
    expect(message.match(/raw p99/g)).toHaveLength(2);
    expect(message.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('compares two snapshots as they are', async () => {
    const [short, long] = [await measure(5), await measure(400)];
    await expect(long).not.toKeepLoopDelayOf(short);
    await expect(short).toKeepLoopDelayOf(Promise.resolve(long));
    await expect(long).toKeepLoopDelayOf(short, { longestBlockMillis: { relativeMargin: 1_000 } });
  });

  it('takes what functions measured by themselves, as many runs of each', async () => {
    const [short, long] = [toJson(await measure(5)), toJson(await measure(400))];
    const counts = { repeatCount: 6, warmUpCount: 0 };
    await expect(async () => long).not.toKeepLoopDelayOf(async () => short, counts);
    await expect(() => [short, short]).toKeepLoopDelayOf(() => [long, long], counts);
    await expect(expect(() => [short, short]).toKeepLoopDelayOf(() => long, counts)).rejects.toThrow(
      'reference: expected as many snapshots as received, 12, got 6',
    );
  });

  it('says so when it can not tell, whether negated or not', async () => {
    const [short, long] = [await measure(5), await measure(400)];
    const noisy = [short, long, short, long, short, long, short, long];
    for (const matchers of [expect(noisy), expect(noisy).not]) {
      await expect(matchers.toKeepLoopDelayOf([...noisy].reverse())).rejects.toThrow("can't judge: too few runs");
    }
    await expect(expect([long, long, long]).toKeepLoopDelayOf([short, short, short])).rejects.toThrow("can't judge");
  });

  it.each([
    [{ longestBlockMillis: 5 }, 'longestBlockMillis: expected an object'],
    [{ longestBlockMillis: {} }, 'longestBlockMillis: expected absoluteMargin or relativeMargin'],
    [{ longestBlockMillis: { budget: 5 } }, 'longestBlockMillis.budget: unknown option'],
    [{ repeatCount: 5 }, 'repeatCount: expected a whole number from 6'],
  ])('refuses %j', async (margins, message) => {
    await expect(expect(() => {}).toKeepLoopDelayOf(() => {}, margins as never)).rejects.toThrow(message);
  });

  it('refuses a function beside a snapshot, and lists of different lengths', async () => {
    const snapshot = await measure(1);
    await expect(expect(() => {}).toKeepLoopDelayOf(snapshot)).rejects.toThrow('expected two functions or two');
    await expect(expect([snapshot]).toKeepLoopDelayOf([snapshot, snapshot])).rejects.toThrow('expected as many');
  });
});

describe('offloop/vitest as a setup file', { timeout: TIMEOUT_MILLIS }, () => {
  it('adds the matchers to the expect of every test', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'offloop-vitest-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await mkdir(join(folder, 'node_modules'));
    await symlink(REPOSITORY, join(folder, 'node_modules/offloop'), 'junction');
    await symlink(join(REPOSITORY, 'node_modules/vitest'), join(folder, 'node_modules/vitest'), 'junction');
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    await writeFile(join(folder, 'vitest.config.js'), "export default { test: { setupFiles: ['offloop/vitest'] } };\n");
    await writeFile(
      join(folder, 'loop.test.js'),
      `import { expect, it } from 'vitest';
       const block = () => { const end = performance.now() + 300; while (performance.now() < end); };
       it('keeps', () => expect(() => {}).toKeepLoopDelay({ arrivalWeightedP99Millis: 250 }));
       it('blocks', () => expect(block).toKeepLoopDelay({ arrivalWeightedP99Millis: 250 }));\n`,
    );
    const vitest = join(REPOSITORY, 'node_modules/vitest/vitest.mjs');
    const run = promisify(execFile)(process.execPath, [vitest, 'run', '--reporter=json'], { cwd: folder });
    const { stdout } = await run.catch((error: { stdout: string }) => error);
    const report = JSON.parse(stdout.slice(stdout.indexOf('{')));
    expect(report).toMatchObject({ numPassedTests: 1, numFailedTests: 1 });
    const [{ assertionResults }] = report.testResults;
    const failed = assertionResults.find(({ title }: { title: string }) => title === 'blocks');
    expect(failed.failureMessages[0]).toContain('the event loop against its budget, medians of 3 runs');
  });
});
