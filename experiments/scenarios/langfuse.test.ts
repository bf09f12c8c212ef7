import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readRun } from '../runner/raw-data.js';

const MAIN = fileURLToPath(new URL('../../dist/experiments/main.js', import.meta.url));
const RUN_TIMEOUT_MILLIS = 120_000;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offloop-experiment-'));
});

afterEach(() => rm(folder, { recursive: true }));

/** Resolves with the exit code: 2 where the machine was too busy for any trial to count. */
function runExperiment(words: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [MAIN, ...words], () => resolve(child.exitCode ?? -1));
  });
}

it(
  'the scenario langfuse counts the observations and images of every arm, made and received',
  async () => {
    expect([0, 2]).toContain(await runExperiment(['langfuse', '--quick', '--blocks', '1', '--results', folder]));
    const { trials, scenario } = await readRun(folder);
    expect(trials.map(({ arm }) => arm).sort()).toEqual(scenario.arms.map(({ label }) => label).sort());
    for (const { arm, finished, faults, receivedSpanCount, receivedMediaCount } of trials) {
      const { madeSpanCount, madeMediaCount } = finished;
      expect(madeSpanCount, arm).toBeGreaterThan(50);
      expect(madeMediaCount, arm).toBe(Math.floor(madeSpanCount / 10));
      if (arm === 'control') {
        expect([receivedSpanCount, receivedMediaCount]).toEqual([0, 0]);
        continue;
      }
      expect(receivedMediaCount, arm).toBeGreaterThan(0);
      // On a machine that is too busy spans are lost; then the trial says so, and is not counted.
      const isSpanMissing = receivedSpanCount !== madeSpanCount;
      expect(
        faults.some((fault) => /^the sink received/.test(fault)),
        arm,
      ).toBe(isSpanMissing);
      const isMediaMissing = receivedMediaCount !== madeMediaCount;
      expect(
        faults.some((fault) => /^the receiver stored/.test(fault)),
        arm,
      ).toBe(isMediaMissing);
    }
    const summary = await readFile(join(folder, 'summary.md'), 'utf8');
    expect(summary).toContain('(vi), one request in 10 with an image of 1,000,000 bytes');
  },
  RUN_TIMEOUT_MILLIS,
);
