import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findNamedRuns } from './faults/guarantees-page.js';
import { writeFaultRun } from './faults/test-run.js';
import { appendTrial, writeRun } from './runner/raw-data.js';
import { makeTrial } from './runner/test-trial.js';
import { compare } from './scenarios/compare.js';

const MAIN = fileURLToPath(new URL('../dist/experiments/write-tables.js', import.meta.url));
const ROOT = fileURLToPath(new URL('..', import.meta.url));

const PROVENANCE = {
  startedAt: '2026-01-01T00:00:00.000Z',
  command: 'npm run experiment -- compare',
  commit: 'a6de99d45f',
  node: 'v24.0.0',
  v8: '13.6',
  os: 'linux x64 6.18',
  cpuModel: 'example',
  cpuCount: 2,
  memoryBytes: 8e9,
  governor: null,
  loadBefore: 0.1,
  seed: 1,
};

let folder: string;
let runFolder: string;

/** A checkout with the documents and one run: 10 ms without an exporter, 50 ms with one. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offloop-tables-'));
  for (const path of ['README.md', 'docs', join('results', 'README.md')]) {
    await cp(join(ROOT, path), join(folder, path), { recursive: true });
  }
  for (const run of findNamedRuns(await read('docs', 'guarantees.md'))) await writeFaultRun(join(folder, run));
  runFolder = join(folder, 'results', 'compare', '2026-01-01');
  const trials = Array.from({ length: 6 }, (_, block) => [
    makeTrial({ arm: 'control', block, blockMillis: 20 }),
    makeTrial({ arm: 'offloop', block, blockMillis: 60 }),
  ]).flat();
  const size = { ...compare.sizes.reference, blockCount: 6 };
  const arms = compare.arms.filter(({ label }) => label === 'control' || label === 'offloop');
  await writeRun(runFolder, {
    scenario: { ...compare, arms },
    size,
    provenance: PROVENANCE,
    resumptions: [],
    trials,
    failedTrials: [],
  });
});

afterEach(() => rm(folder, { recursive: true }));

/** Rejects with the program's `stderr` and exit code where it fails. */
async function writeTables(...words: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [MAIN, ...words], { cwd: folder });
  return stdout;
}

const read = (...path: readonly string[]) => readFile(join(folder, ...path), 'utf8');

describe('docs:tables', () => {
  it('writes the summaries anew from raw data, so that they and the tables say the same', async () => {
    await writeFile(join(runFolder, 'summary.md'), '# compare\n\nIt grows by 1 ms, as an older estimator had it.\n');
    expect(await writeTables()).toContain(`${join('results', 'compare', '2026-01-01', 'summary.md')}: summary written`);
    const sentence = 'that grows by 40.0 ms [40.0, 40.0] with offloop';
    expect(await readFile(join(runFolder, 'summary.md'), 'utf8')).toContain(sentence);
    expect(await read('README.md')).toContain(sentence);
    expect(await read('results', 'README.md')).toContain(sentence);
    expect(await writeTables('--check')).toBe('');
    expect(await writeTables()).toBe('');
  });

  it('finds a summary that is not what its raw data gives, or is missing, with --check', async () => {
    await writeTables();
    await appendTrial(runFolder, makeTrial({ arm: 'control', block: 6 }));
    const stale = /compare.2026-01-01.summary\.md: stale summary; write it with: npm run docs:tables\n$/;
    await expect(writeTables('--check')).rejects.toMatchObject({ code: 1, stderr: expect.stringMatching(stale) });
    await writeTables();
    await rm(join(runFolder, 'summary.md'));
    await expect(writeTables('--check')).rejects.toMatchObject({ code: 1, stderr: expect.stringMatching(stale) });
  });

  it('finds a stale table with --check', async () => {
    await writeTables();
    const readme = join(folder, 'README.md');
    await writeFile(readme, (await read('README.md')).replace('grows by 40.0 ms', 'grows by 4.0 ms'));
    await expect(writeTables('--check')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/README\.md: stale/),
    });
  });

  it("finds a figure of a promise that is not the run's, and one that the run lacks, with --check", async () => {
    await writeTables();
    const page = await read('docs', 'guarantees.md');
    await writeFile(join(folder, 'docs', 'guarantees.md'), page.replace('leaks into the log: 7', ''));
    await expect(writeTables('--check')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/guarantees\.md: stale/),
    });
    for (const run of findNamedRuns(page)) await writeFaultRun(join(folder, run), []);
    await expect(writeTables('--check')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/no run has .* record one with: npm run test:faults -- --full/),
    });
  });

  it('leaves summaries alone that say what their raw data does not', async () => {
    const bench = join(folder, 'results', 'bench', '2026-01-01');
    await cp(runFolder, bench, { recursive: true });
    await writeFile(join(bench, 'raw.jsonl'), `${JSON.stringify({ provenance: PROVENANCE, sections: [] })}\n`);
    await writeFile(join(bench, 'summary.md'), '# What a span costs\n');
    await writeTables();
    expect(await readFile(join(bench, 'summary.md'), 'utf8')).toBe('# What a span costs\n');
    expect(await read('results', 'README.md')).toContain('| What a span costs |');
  });
});
