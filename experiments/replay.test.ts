import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { replay } from './replay.js';
import { describeProvenance } from './runner/provenance.js';
import { writeRun } from './runner/raw-data.js';
import { makeTrial } from './runner/test-trial.js';
import { controls } from './scenarios/controls.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offloop-replay-'));
});

afterEach(() => rm(folder, { recursive: true }));

async function recordBlocks(blockCount: number): Promise<void> {
  const trials = Array.from({ length: blockCount }, (_, block) => [
    makeTrial({ arm: 'control', block, blockMillis: 14 + (block % 3) / 2 }),
    makeTrial({ arm: 'control-injected', block, blockMillis: 19 + (block % 2) / 2 }),
  ]).flat();
  const [, invalid, ...valid] = trials;
  if (invalid) valid.push({ ...invalid, faults: ['starved'] });
  const provenance = describeProvenance('npm run experiment -- controls', 1);
  await writeRun(folder, {
    scenario: controls,
    size: controls.sizes.quick,
    provenance,
    resumptions: [],
    trials: [...trials.slice(0, 1), ...valid],
    failedTrials: [],
  });
}

it('says how often the decision errs on recorded trials, and writes it beside them', async () => {
  await recordBlocks(20);
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const quiet = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  await replay([folder, '--blocks', '6', '--runs', '40']).finally(() => quiet.mockRestore());
  const printed = write.mock.calls.join('');
  write.mockRestore();
  const written = await readFile(join(folder, 'replay.md'), 'utf8');
  for (const text of [printed.replaceAll('\n', ' '), written]) {
    expect(text).toContain(
      '40 runs of 6 blocks of 2000 ms were drawn from 19 recorded blocks (1 of 40 trials are invalid',
    );
    expect(text).toContain('A/A pair: called different in 0.0 %, which must be at most 5.0 %');
    expect(text).toContain('Injected 10 ms x 2/s: found in 100.0 %, which must be at least 95.0 %');
  }
  for (const line of printed.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});

it('asks for more trials than it was given', async () => {
  await recordBlocks(11);
  await expect(replay([folder, '--blocks', '6'])).rejects.toThrow('expected at least 12 blocks');
});
