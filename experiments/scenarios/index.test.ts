import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { readRun } from '../runner/raw-data.js';
import { atSize } from '../runner/scenario-arms.js';
import { SCENARIOS } from './index.js';

const MAIN = fileURLToPath(new URL('../../dist/experiments/main.js', import.meta.url));
const RUN_TIMEOUT_MILLIS = 120_000;

/** By tests that look closer. */
const RUN_ELSEWHERE = ['compare', 'controls', 'langfuse', 'm6-auto-flush-100', 'm6-auto-flush-one-core'];

it.each(SCENARIOS.filter(({ name }) => !RUN_ELSEWHERE.includes(name)))(
  'a block of $name, quick, has a trial of every arm, whose spans all came unless it says so',
  async (scenario) => {
    const folder = await mkdtemp(join(tmpdir(), 'offloop-scenario-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const words = [scenario.name, '--quick', '--blocks', '1', '--results', folder];
    const exitCode = await new Promise((resolve) => {
      const child = execFile(process.execPath, [MAIN, ...words], () => resolve(child.exitCode));
    });
    // Of one block nothing can be told.
    expect(exitCode).toBe(2);
    const { trials, failedTrials } = await readRun(folder);
    expect(failedTrials).toEqual([]);
    expect(trials.map(({ arm }) => arm).sort()).toEqual(
      atSize(scenario, 'quick')
        .arms.map(({ label }) => label)
        .sort(),
    );
    for (const { arm, finished, receivedSpanCount, faults } of trials) {
      expect(finished.madeSpanCount, arm).toBeGreaterThan(0);
      if (arm === 'control') continue;
      const isMissing = receivedSpanCount < finished.madeSpanCount;
      expect(
        faults.some((fault) => fault.startsWith('the sink received')),
        arm,
      ).toBe(isMissing);
    }
  },
  RUN_TIMEOUT_MILLIS,
);
