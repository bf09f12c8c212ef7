import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writeRun } from '../runner/raw-data.js';
import { makeTrial } from '../runner/test-trial.js';
import { compare } from '../scenarios/compare.js';
import { readRecordedBlocks } from './recorded-blocks.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offloop-fleet-'));
});

afterEach(() => rm(folder, { recursive: true }));

it('takes the valid trials of each arm together, and leaves out the arms without any', async () => {
  await writeRun(folder, {
    scenario: compare,
    size: compare.sizes.quick,
    provenance: {
      startedAt: '2026-01-01T00:00:00.000Z',
      command: '',
      commit: null,
      node: 'v20.19.0',
      v8: '',
      os: '',
      cpuModel: '',
      cpuCount: 2,
      memoryBytes: 1,
      governor: null,
      loadBefore: 0,
      seed: 1,
    },
    resumptions: [],
    trials: [
      makeTrial({ arm: 'control', blockMillis: 5 }),
      makeTrial({ arm: 'control', block: 1, blockMillis: 15 }),
      makeTrial({ arm: 'control', block: 2, blockMillis: 500, faults: ['no core'] }),
      makeTrial({ arm: 'offloop', faults: ['no core'] }),
    ],
    failedTrials: [],
  });
  const { arms, requestsPerSecond } = await readRecordedBlocks(folder);
  expect(requestsPerSecond).toBe(50);
  expect(arms.map(({ label }) => label)).toEqual(['control']);
  expect(arms[0]?.delay.observedMillis).toBe(2_000);
  expect(arms[0]?.delay.maxMillis).toBe(15);
  expect(arms[0]?.trialDelays.map(({ maxMillis }) => maxMillis)).toEqual([5, 15]);
});
