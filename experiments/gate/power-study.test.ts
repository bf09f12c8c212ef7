import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { appendLiveRun } from './live-run.js';
import {
  BATCH_ARM,
  BLOCKED_ARM,
  DEARER_ARM,
  REFERENCE_ARM,
  REPEAT_ARM,
  SPANS_ARM,
  SPANS_REPEAT_ARM,
} from './power-arms.js';
import { regeneratePowerSummary } from './power-documents.js';
import { findPowerRecord, writePowerRecord } from './power-record.js';
import { describeTrials, writePowerReport } from './power-report.js';
import { appendPowerTrial, openPowerRun, type PowerRun } from './power-run.js';
import { isMet, studyPower } from './power-study.js';
import { makeLiveLine } from './test-live-run.js';
import { makePowerRun, makePowerTrial } from './test-power-run.js';

const BLOCK_COUNT = 50;
const SETTINGS = { runCount: 4, seed: 1 };

/** What of an arm is worse than of its reference; the batch processor passes for as good. */
const FIGURES = {
  [REFERENCE_ARM.label]: {},
  [REPEAT_ARM.label]: {},
  [BLOCKED_ARM.label]: { p99Millis: 30 },
  [BATCH_ARM.label]: {},
};
const SPANS_FIGURES = {
  [SPANS_ARM.label]: {},
  [SPANS_REPEAT_ARM.label]: {},
  [DEARER_ARM.label]: { cpuMillisPerSecond: 120 },
};

describe('studyPower', () => {
  it('says of each arm and gate how often it alarms, and whether that is as it should be', async () => {
    const run = makePowerRun(BLOCK_COUNT, FIGURES);
    const spansRun = makePowerRun(BLOCK_COUNT, SPANS_FIGURES, 'spans');
    const rows = await studyPower(run, SETTINGS, () => {});
    const spansRows = await studyPower(spansRun, SETTINGS, () => {});
    const met = (label: string) =>
      Object.fromEntries(
        [...rows, ...spansRows].filter(({ arm }) => arm.label === label).map((row) => [row.gate, isMet(row)]),
      );
    expect(met(REPEAT_ARM.label)).toEqual({ 'arrival-weighted p99': true, 'main-thread CPU': true, 'raw p99': null });
    expect(met(BLOCKED_ARM.label)).toEqual({ 'arrival-weighted p99': true, 'main-thread CPU': null, 'raw p99': null });
    expect(met(BATCH_ARM.label)['arrival-weighted p99']).toBe(false);
    expect(met(SPANS_REPEAT_ARM.label)).toEqual(met(REPEAT_ARM.label));
    expect(met(DEARER_ARM.label)).toEqual({ 'arrival-weighted p99': null, 'main-thread CPU': true, 'raw p99': null });
    const trials = { startedAt: run.provenance.startedAt, trialCount: run.trials.length };
    const report = writePowerReport(run, { trials, settings: SETTINGS, command: 'the command', rows }, []);
    expect(report).toMatch(/^\| offloop-blocked: .* \| arrival-weighted p99 \| 100\.0 % \| .* met \|$/m);
    expect(report).toMatch(
      /^\| batch-otlp-protobuf \| arrival-weighted p99 \| 0\.0 % \| 100\.0 % .* \*\*missed\*\* \|$/m,
    );
    expect(report).toContain('200 trials, at least 50 of each of 4 arms');
  });
});

describe('a replay', () => {
  const replay = { settings: SETTINGS, command: 'draw again', rows: [] };

  async function openFolder(run: PowerRun): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'offloop-gate-power-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await openPowerRun(folder, run, false);
    for (const trial of run.trials) await appendPowerTrial(folder, trial);
    return folder;
  }

  it('is kept beside its trials, and its summary has the live runs', async () => {
    const run = makePowerRun(2, FIGURES);
    const folder = await openFolder(run);
    expect(await regeneratePowerSummary(folder)).toContain('Nothing is drawn from the trials yet.');
    const kept = await writePowerRecord(folder, run, replay);
    expect(await findPowerRecord(folder, run)).toEqual(kept);
    expect(await regeneratePowerSummary(folder)).toContain('No live runs yet.');
    await appendLiveRun(folder, makeLiveLine());
    expect(await regeneratePowerSummary(folder)).toMatch(/^\| offloop-blocked: .* \| 1 of 1 agree \|$/m);
  });

  it('is asked for again where trials were recorded since', async () => {
    const run = makePowerRun(2, FIGURES);
    const folder = await openFolder(run);
    await writePowerRecord(folder, run, replay);
    await appendPowerTrial(folder, makePowerTrial(REFERENCE_ARM.label, 2));
    await expect(regeneratePowerSummary(folder)).rejects.toThrow(/gate-power\.json: .* draw again: draw again$/);
  });
});

describe('what is said of the trials', () => {
  it('is whether they are as by default, and what is amiss', () => {
    const run = makePowerRun(3, { ...FIGURES, [BLOCKED_ARM.label]: { faultOf: () => 'starvation' } });
    const [first, ...others] = run.trials;
    if (first === undefined) throw new RangeError('expected a trial');
    const lossy = { ...first, receivedSpanCount: first.expectedSpanCount - 1 };
    const failedTrials = [{ label: 'offloop', block: 3, startedAt: '', failure: 'the port was in use' }];
    expect(describeTrials({ ...run, trials: [lossy, ...others], failedTrials })).toBe(
      '12 trials, at least 3 of each of 4 arms, each with a warm-up of 2,000 ms and 6,000 ms measured, as by default.\n' +
        '3 may not be counted, as a live run finds too; in 1 spans were missing, whose blocks no run takes; 1 more gave no figures.',
    );
    const gatePower = { ...run.gatePower, trial: { warmUpMillis: 2_000, measuredMillis: 4_000 } };
    expect(describeTrials({ ...run, gatePower })).toContain("4,000 ms measured, **not the gate's default**.");
  });
});
