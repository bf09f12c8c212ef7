import { existsSync } from 'node:fs';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compare } from '../scenarios/compare.js';
import { describeProvenance } from './provenance.js';
import { appendTrial, findRun, readRun, writeRun } from './raw-data.js';
import { listMissingTrials } from './run.js';
import type { Run } from './run-record.js';
import { makeTrial } from './test-trial.js';

let folder: string;
let run: Run;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offloop-raw-'));
  run = {
    scenario: compare,
    size: compare.sizes.quick,
    provenance: describeProvenance('a test', 1),
    resumptions: [],
    trials: [makeTrial({ arm: 'control' }), makeTrial({ arm: 'offloop' })],
    failedTrials: [],
  };
});

afterEach(() => rm(folder, { recursive: true }));

describe('raw data', () => {
  it('is read back as it was written', async () => {
    await writeRun(folder, { ...run, trials: [] });
    for (const trial of run.trials) await appendTrial(folder, trial);
    expect(await readRun(folder)).toEqual(run);
  });

  it('tells trials that failed from those with figures', async () => {
    const failed = { arm: 'offloop', block: 1, seed: 1, startedAt: '', faults: ['the trial failed: it ended'] };
    await writeRun(folder, { ...run, failedTrials: [failed] });
    await appendTrial(folder, { ...failed, block: 2 });
    await appendTrial(folder, makeTrial({ arm: 'offloop', block: 3 }));
    const read = await readRun(folder);
    expect(read.failedTrials).toEqual([failed, { ...failed, block: 2 }]);
    expect(read.trials.map(({ block }) => block)).toEqual([0, 0, 3]);
    expect(listMissingTrials({ ...read, size: { ...read.size, blockCount: 3 } })).toHaveLength(8);
  });

  it('never has beside it what was made of the data before', async () => {
    const derived = ['summary.md', 'report.html', 'replay.md'].map((name) => join(folder, name));
    for (const file of derived) await writeFile(file, 'of another run');
    await writeRun(folder, { ...run, trials: [] });
    expect(derived.filter((file) => existsSync(file))).toEqual([]);
  });

  it('loses a torn last line, and nothing else', async () => {
    await writeRun(folder, run);
    const file = join(folder, 'raw.jsonl');
    const line = JSON.stringify(makeTrial({ arm: 'control', block: 1 }));
    await appendFile(file, line.slice(0, 100));
    expect((await readRun(folder)).trials).toEqual(run.trials);
    // Whole but for its end: whether more was to come nobody knows.
    await writeRun(folder, run);
    await appendFile(file, line);
    expect((await readRun(folder)).trials).toHaveLength(2);
  });

  it('of a run before the controls is filled up with what it lacks', async () => {
    const { noiseFloor: _, clockStepMillis: __, exports: ___, ...oldTrial } = makeTrial({ arm: 'offloop' });
    const { scenario, size, provenance } = run;
    const oldHeader = { scenario: { ...scenario, arms: ['control', 'offloop'] }, size, provenance };
    await writeFile(
      join(folder, 'raw.jsonl'),
      [oldHeader, oldTrial].map((line) => `${JSON.stringify(line)}\n`).join(''),
    );
    const read = await readRun(folder);
    expect(read.scenario.arms).toEqual([
      { label: 'control', armName: 'control', role: 'control', injectedBlocks: null },
      { label: 'offloop', armName: 'offloop', role: 'compared', injectedBlocks: null },
    ]);
    expect(read.resumptions).toEqual([]);
    expect(read.trials).toEqual([{ ...oldTrial, noiseFloor: null, clockStepMillis: null, exports: null }]);
  });

  it('that no run wrote is refused with a word on what to do', async () => {
    await writeFile(join(folder, 'raw.jsonl'), '{"provenance":{}}\n');
    await expect(readRun(folder)).rejects.toThrow(/expected a first line that describes the run/);
    expect(await findRun(folder)).toBeUndefined();
    expect(await findRun(join(folder, 'nowhere'))).toBeUndefined();
  });

  it('keeps one line a trial', async () => {
    await writeRun(folder, run);
    expect((await readFile(join(folder, 'raw.jsonl'), 'utf8')).trimEnd().split('\n')).toHaveLength(3);
  });
});
