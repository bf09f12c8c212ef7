import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chooseServiceCore } from '../runner/cores.js';
import { readRun } from '../runner/raw-data.js';
import { atSize } from '../runner/scenario-arms.js';
import { exportArms } from './export-arms.js';
import { AUTO_FLUSH_SCENARIOS } from './m6-auto-flush.js';

const MAIN = fileURLToPath(new URL('../../dist/experiments/main.js', import.meta.url));
const RUN_TIMEOUT_MILLIS = 120_000;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offloop-experiment-'));
});

afterEach(() => rm(folder, { recursive: true }));

describe.each([...AUTO_FLUSH_SCENARIOS, exportArms])('the quick size of $name', (scenario) => {
  const { arms } = atSize(scenario, 'quick');

  it('has the control first and every arm that it names', () => {
    expect(arms[0]?.role).toBe('control');
    expect(arms.map(({ label }) => label)).toEqual(scenario.quickArms);
  });
});

/** Resolves with what it prints; of one block nothing can be told, so its exit code is 2. */
function runOneQuickBlock(name: string): Promise<string> {
  const words = [name, '--quick', '--blocks', '1', '--results', folder];
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...words], (_, text) => resolve(text));
  });
}

it(
  'a quick run of a load that fills no batch in its window flushes sooner, and says so',
  async () => {
    await runOneQuickBlock('m6-auto-flush-100');
    const { trials } = await readRun(folder);
    const exports = trials.find(({ arm }) => arm === 'batch-otlp-json')?.exports;
    // One at the end as well.
    expect(exports).toHaveLength(2);
    expect(await readFile(join(folder, 'summary.md'), 'utf8')).toContain('batches leave after 2,400 ms');
  },
  RUN_TIMEOUT_MILLIS,
);

it(
  'a run on one core says what the service had, sets its blocks beside its exports and gives a verdict',
  async () => {
    const stdout = await runOneQuickBlock('m6-auto-flush-one-core');
    const { trials } = await readRun(folder);
    const summary = await readFile(join(folder, 'summary.md'), 'utf8');
    expect(trials.map(({ arm }) => arm).sort()).toEqual(['batch-otlp-json', 'control', 'offloop']);
    for (const { arm, measured, finished, receivedSpanCount } of trials) {
      expect(receivedSpanCount, arm).toBe(arm === 'control' ? 0 : finished.madeSpanCount);
      const { availableCoreCount } = measured;
      if (chooseServiceCore() !== null) expect(availableCoreCount, arm).toBe(1);
      // On a machine with one core to begin with it is said that way too.
      expect(summary.includes('Not on one core'), arm).toBe(availableCoreCount !== 1);
    }
    expect(summary).toContain('the service on one core');
    for (const text of [stdout.replaceAll(/\s+/g, ' '), summary])
      expect(text).toMatch(/Cannot tell: (The run is|No trial)/);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  },
  RUN_TIMEOUT_MILLIS,
);
