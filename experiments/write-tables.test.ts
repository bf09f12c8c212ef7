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
  for (const path of ['README.md', 'docs', join('experiments', 'METHODOLOGY.md'), join('results', 'README.md')]) {
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

/**
 * What it prints. Of the table that is made of runs under faults it complains: the checkout has none. That table is the
 * last one.
 */
async function writeTables(...words: readonly string[]): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const options = { cwd: folder };
  return promisify(execFile)(process.execPath, [MAIN, ...words], options).catch((error) => error);
}

const read = (...path: readonly string[]) => readFile(join(folder, ...path), 'utf8');

const STALE_SUMMARY = /compare.2026-01-01.summary\.md: stale summary; write it with: npm run docs:tables\n$/;

describe('docs:tables', () => {
  it('writes the summaries anew from raw data, so that they and the tables say the same', async () => {
    await writeFile(join(runFolder, 'summary.md'), '# compare\n\nIt grows by 1 ms, as an older estimator had it.\n');
    const summary = join('results', 'compare', '2026-01-01', 'summary.md');
    expect((await writeTables()).stdout).toContain(`${summary}: summary written`);
    const sentence = 'that grows by 40.0 ms [40.0, 40.0] with offloop';
    expect(await read(summary)).toContain(sentence);
    expect(await read('README.md')).toContain(sentence);
    expect(await read('results', 'README.md')).toContain(sentence);
    expect((await writeTables('--check')).stderr).not.toContain('stale');
    expect((await writeTables()).stdout).toBe('');
  });

  it('finds a summary that is not what its raw data gives, or is missing, with --check', async () => {
    await writeTables();
    await appendTrial(runFolder, makeTrial({ arm: 'control', block: 6 }));
    expect(await writeTables('--check')).toMatchObject({ code: 1, stderr: expect.stringMatching(STALE_SUMMARY) });
    await writeTables();
    await rm(join(runFolder, 'summary.md'));
    expect(await writeTables('--check')).toMatchObject({ code: 1, stderr: expect.stringMatching(STALE_SUMMARY) });
  });

  it('finds a stale table with --check', async () => {
    await writeTables();
    await writeFile(
      join(folder, 'README.md'),
      (await read('README.md')).replace('grows by 40.0 ms', 'grows by 4.0 ms'),
    );
    const stale = expect.stringContaining("README.md: stale table 'compare'");
    expect(await writeTables('--check')).toMatchObject({ code: 1, stderr: stale });
  });

  it("finds a promise without its run's figure, and a run that lacks one, with --check", async () => {
    await writeTables();
    const page = await read('docs', 'guarantees.md');
    await writeFile(join(folder, 'docs', 'guarantees.md'), page.replace('leaks into the log: 7', ''));
    const stale = expect.stringContaining("guarantees.md: stale table 'promises'");
    expect(await writeTables('--check')).toMatchObject({ code: 1, stderr: stale });
    for (const run of findNamedRuns(page)) await writeFaultRun(join(folder, run), []);
    const missing = expect.stringMatching(/no run has .* record one with: npm run test:faults -- --full/);
    expect(await writeTables('--check')).toMatchObject({ code: 1, stderr: missing });
  });

  it('leaves summaries alone that say what their raw data does not', async () => {
    const bench = join('results', 'bench', '2026-01-01');
    await cp(runFolder, join(folder, bench), { recursive: true });
    await writeFile(join(folder, bench, 'raw.jsonl'), `${JSON.stringify({ provenance: PROVENANCE, sections: [] })}\n`);
    await writeFile(join(folder, bench, 'summary.md'), '# What a span costs\n');
    await writeTables();
    expect(await read(bench, 'summary.md')).toBe('# What a span costs\n');
    expect(await read('results', 'README.md')).toContain('| What a span costs |');
  });
});
