import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { describeProvenance } from '../runner/provenance.js';
import { appendTrial, writeRun } from '../runner/raw-data.js';
import type { Run } from '../runner/run-record.js';
import { makeTrial } from '../runner/test-trial.js';
import { appendLiveRun } from './live-run.js';
import { regeneratePowerReport } from './power-documents.js';
import { findPowerRecord, writePowerRecord } from './power-record.js';
import { writePowerReport } from './power-report.js';
import {
  BATCH_ARM,
  BLOCKED_ARM,
  DEARER_ARM,
  GATE_TRIAL,
  gatePower,
  REFERENCE_ARM,
  REPEAT_ARM,
} from './power-scenario.js';
import { countDefaultBlocks, isMet, studyPower } from './power-study.js';
import { makeLiveLine } from './test-live-run.js';

const BLOCK_COUNT = 20;
const SETTINGS = { blockCount: 18, runCount: 4, seed: 1 };

/** Each block 0.1 ms apart from its neighbor; the last one's trials may not be counted. */
function record(blockMillisByArm: Readonly<Record<string, number>>): Run {
  const trials = Array.from({ length: BLOCK_COUNT }, (_, block) =>
    Object.entries(blockMillisByArm).map(([arm, blockMillis]) =>
      makeTrial({
        arm,
        block,
        blockMillis: blockMillis + (block % 2) / 10,
        faults: block === BLOCK_COUNT - 1 ? ['noisy'] : [],
      }),
    ),
  ).flat();
  const size = { ...GATE_TRIAL, blockCount: BLOCK_COUNT };
  return {
    scenario: gatePower,
    size,
    provenance: describeProvenance('', 1),
    resumptions: [],
    trials,
    failedTrials: [],
  };
}

describe('studyPower', () => {
  it('says of each arm and gate how often it alarms, and whether that is as it should be', () => {
    const run = record({
      [REFERENCE_ARM.label]: 15,
      [REPEAT_ARM.label]: 15,
      [BLOCKED_ARM.label]: 40,
      [BATCH_ARM.label]: 15.5,
      [DEARER_ARM.label]: 15,
    });
    const rows = studyPower(run, SETTINGS, () => {});
    const met = (label: string) =>
      Object.fromEntries(rows.filter(({ arm }) => arm.label === label).map((row) => [row.gate, isMet(row)]));
    expect(met(REPEAT_ARM.label)).toEqual({ 'arrival-weighted p99': true, 'main-thread CPU': true, 'raw p99': null });
    expect(met(BLOCKED_ARM.label)).toEqual({ 'arrival-weighted p99': true, 'main-thread CPU': null, 'raw p99': null });
    expect(met(BATCH_ARM.label)['arrival-weighted p99']).toBe(false);
    expect(met(DEARER_ARM.label)['main-thread CPU']).toBe(false);
    expect(new Set(rows.map(({ pairCount }) => pairCount))).toEqual(new Set([BLOCK_COUNT - 1]));
    const trials = { startedAt: run.provenance.startedAt, trialCount: 100, invalidTrialCount: 5 };
    const report = writePowerReport(run, { trials, settings: SETTINGS, command: 'the command', rows }, []);
    expect(report).toMatch(/^\| offloop-blocked: .* \| arrival-weighted p99 \| 100\.0 % \| .* met \|$/m);
    expect(report).toMatch(
      /^\| batch-otlp-protobuf \| arrival-weighted p99 \| 0\.0 % \| 100\.0 % .* \*\*missed\*\* \|$/m,
    );
    expect(report).toContain('5 of 100 trials are invalid');
  });
});

describe('a replay', () => {
  const replay = { settings: SETTINGS, command: 'draw again', rows: [] };

  async function openFolder(run: Run): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'offloop-gate-power-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await writeRun(folder, run);
    return folder;
  }

  it('is kept beside its trials, and its report has the live runs', async () => {
    const run = record({ [REFERENCE_ARM.label]: 15 });
    const folder = await openFolder(run);
    expect(await regeneratePowerReport(folder)).toBeNull();
    const kept = await writePowerRecord(folder, run, replay);
    expect(await findPowerRecord(folder, run)).toEqual(kept);
    expect(await regeneratePowerReport(folder)).toContain('No live runs yet.');
    await appendLiveRun(folder, makeLiveLine());
    expect(await regeneratePowerReport(folder)).toMatch(/^\| offloop-blocked: .* \| 1 of 1 agree \|$/m);
  });

  it('is asked for again where trials were recorded since', async () => {
    const run = record({ [REFERENCE_ARM.label]: 15 });
    const folder = await openFolder(run);
    await writePowerRecord(folder, run, replay);
    await appendTrial(folder, makeTrial({ arm: REFERENCE_ARM.label, block: BLOCK_COUNT }));
    await expect(regeneratePowerReport(folder)).rejects.toThrow(/gate-power\.json: .* draw again: draw again$/);
  });

  it('is none of other experiments', async () => {
    const run = record({ [REFERENCE_ARM.label]: 15 });
    const folder = await openFolder({ ...run, scenario: { ...run.scenario, name: 'compare' } });
    await writeFile(join(folder, 'gate-power.json'), 'of another');
    expect(await regeneratePowerReport(folder)).toBeNull();
  });

  it('says of runs of the default size, and of no others, that they are', () => {
    const trials = { startedAt: '', trialCount: 1, invalidTrialCount: 0 };
    const write = (size: Partial<Run['size']>, blockCount = countDefaultBlocks()) => {
      const run = record({});
      const settings = { ...SETTINGS, blockCount };
      return writePowerReport({ ...run, size: { ...run.size, ...size } }, { ...replay, trials, settings }, []);
    };
    expect(write({}).replaceAll('\n', ' ')).toContain(
      'measured for 6,000 ms, as by default; 18 blocks are about as many as the default time has room for, were no trial',
    );
    const other = '**Not the default size**: that is 2,000 ms and 6,000 ms, and about 18 blocks';
    expect(write({ measuredMillis: 4_000 })).toContain(`measured for 4,000 ms. ${other}`);
    expect(write({ warmUpMillis: 1_000 })).toContain(other);
    expect(write({}, 12)).toContain(other);
  });
});
