import { describe, expect, it } from 'vitest';
import { describeProvenance } from '../runner/provenance.js';
import type { Run } from '../runner/run-record.js';
import { makeTrial } from '../runner/test-trial.js';
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
import { isMet, studyPower } from './power-study.js';

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
    const report = writePowerReport(run, rows, SETTINGS, 'the command');
    expect(report).toMatch(/^\| offloop-blocked: .* \| arrival-weighted p99 \| 100\.0 % \| .* met \|$/m);
    expect(report).toMatch(
      /^\| batch-otlp-protobuf \| arrival-weighted p99 \| 0\.0 % \| 100\.0 % .* \*\*missed\*\* \|$/m,
    );
    expect(report).toContain('5 of 100 trials are invalid');
  });
});
