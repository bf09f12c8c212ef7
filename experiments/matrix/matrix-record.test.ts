import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { designMatrix } from './matrix-order.js';
import { appendMatrixTrial, findMatrixRun, type MatrixHeader, openMatrix } from './matrix-record.js';
import { listMissing } from './run-cells.js';
import { makeMatrixRun } from './test-run.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offloop-matrix-'));
});

afterEach(() => rm(folder, { recursive: true }));

const { trials, failedTrials: _, ...HEADER } = makeMatrixRun(() => 15, designMatrix(1, 2, true));

async function record(count: number): Promise<void> {
  await openMatrix(folder, HEADER, 'keep');
  for (const trial of trials.slice(0, count)) await appendMatrixTrial(folder, trial);
}

describe('a recorded matrix', () => {
  it('reads back what was written, a torn last line apart, and knows what is missing', async () => {
    await record(4);
    await appendFile(join(folder, 'raw.jsonl'), '{"arm":"cont');
    const run = await findMatrixRun(folder);
    expect(run).toMatchObject(HEADER);
    expect(run?.trials.map(({ arm, block }) => [arm, block])).toEqual(
      trials.slice(0, 4).map(({ arm, block }) => [arm, block]),
    );
    if (run === undefined) throw new Error('expected a run');
    const missing = listMissing(run).flatMap(({ trials: plans }) => plans.map(({ arm, block }) => [arm.label, block]));
    expect(missing).toEqual(trials.slice(4).map(({ arm, block }) => [arm, block]));
  });

  it('is gone on with by the same order only, and tells in what another one differs', async () => {
    await record(1);
    await writeFile(join(folder, 'summary.md'), 'of before');
    const run = await openMatrix(folder, HEADER, 'go-on');
    expect([run.trials.length, run.resumptions.length]).toEqual([1, 1]);
    await expect(readFile(join(folder, 'summary.md'))).rejects.toThrow('ENOENT');
    const other: MatrixHeader = { ...HEADER, provenance: { ...HEADER.provenance, seed: 2 } };
    await expect(openMatrix(folder, other, 'go-on')).rejects.toThrow('it differs in seed. Repeat its command');
    expect((await findMatrixRun(folder))?.trials).toHaveLength(1);
  });

  it('stays unless it may be replaced', async () => {
    await record(1);
    await expect(openMatrix(folder, HEADER, 'keep')).rejects.toThrow('holds a matrix; choose another folder');
    expect((await openMatrix(folder, HEADER, 'replace')).trials).toEqual([]);
  });

  it('is none where nothing or something else was recorded', async () => {
    expect(await findMatrixRun(folder)).toBeUndefined();
    await expect(openMatrix(folder, HEADER, 'go-on')).rejects.toThrow('holds no matrix to go on with');
    await writeFile(join(folder, 'raw.jsonl'), '{"scenario":{},"size":{}}\n');
    expect(await findMatrixRun(folder)).toBeUndefined();
  });
});
