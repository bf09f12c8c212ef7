import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compare } from '../scenarios/compare.js';
import { describeProvenance } from './provenance.js';
import { appendTrial, readRun } from './raw-data.js';
import { listDifferences, openRecording } from './recording.js';
import { listMissingTrials } from './run.js';
import type { RunHeader } from './run-record.js';
import { makeTrial } from './test-trial.js';

const provenance = { ...describeProvenance('a command', 1), commit: 'abc' };
const header: RunHeader = {
  scenario: compare,
  size: { blockCount: 2, warmUpMillis: 1, measuredMillis: 2 },
  provenance,
  resumptions: [],
};
const dirty = { ...header, provenance: { ...provenance, commit: 'abc-dirty' } };
const otherSeed = { ...header, provenance: { ...provenance, seed: 2 } };

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offloop-recording-'));
});

afterEach(() => rm(folder, { recursive: true }));

async function interruptAfterOneTrial(recorded = header): Promise<void> {
  const { run } = await openRecording(folder, recorded, 'replace');
  const [first] = listMissingTrials(run);
  await appendTrial(folder, makeTrial({ arm: first?.arm.label ?? '', block: 0 }));
}

describe('openRecording', () => {
  it('goes on with an unfinished recording of this very run, and notes it', async () => {
    await interruptAfterOneTrial();
    for (const mode of ['go-on', 'replace', 'keep'] as const) {
      const { run, message } = await openRecording(folder, header, mode);
      expect(run.trials).toHaveLength(1);
      expect(listMissingTrials(run)).toHaveLength(7);
      expect(message).toBe(`Going on with ${folder}: 1 of 8 trials are recorded.`);
    }
    expect((await readRun(folder)).resumptions).toHaveLength(3);
  });

  it('goes on from uncommitted code only when told to, and warns', async () => {
    await interruptAfterOneTrial(dirty);
    expect((await openRecording(folder, dirty, 'go-on')).message).toContain('uncommitted changes');
    await expect(openRecording(folder, dirty, 'keep')).rejects.toThrow('holds this run; choose another folder');
    const { run, message } = await openRecording(folder, dirty, 'replace');
    expect(run.trials).toHaveLength(0);
    expect(message).toContain('Replacing the run of');
  });

  it('records more blocks of a run that is complete', async () => {
    await interruptAfterOneTrial();
    const more = { ...header, size: { ...header.size, blockCount: 10 } };
    const { run } = await openRecording(folder, more, 'go-on');
    expect(listMissingTrials(run)).toHaveLength(39);
    await expect(openRecording(folder, header, 'go-on')).rejects.toThrow('blocks 10 recorded, 2 now');
  });

  it('says what differs rather than mix two runs', async () => {
    await interruptAfterOneTrial();
    await expect(openRecording(folder, otherSeed, 'go-on')).rejects.toThrow('seed 1 recorded, 2 now');
    await expect(openRecording(folder, otherSeed, 'keep')).rejects.toThrow('another run (seed 1 recorded, 2 now)');
    expect((await readRun(folder)).trials).toHaveLength(1);
  });

  it('has nothing to go on with in an empty folder', async () => {
    await expect(openRecording(folder, header, 'go-on')).rejects.toThrow('holds no run to go on with');
  });
});

describe('listDifferences', () => {
  it('names each of them', () => {
    expect(listDifferences(header, header)).toEqual([]);
    const other: RunHeader = {
      ...header,
      scenario: { ...compare, load: { ...compare.load, requestsPerSecond: 1 }, flushDelayMillis: 1 },
      size: { ...header.size, measuredMillis: 9 },
      provenance: { ...provenance, node: 'v99', commit: null, cpuCount: 999 },
    };
    const differences = listDifferences(header, other).join('; ');
    for (const name of ['load', 'delay of flushing', 'window', 'commit', 'node', 'machine'])
      expect(differences).toContain(`${name} `);
    expect(differences).not.toContain('seed');
  });
});
