import { describe, expect, it } from 'vitest';
import type { Run } from '../runner/run-record.js';
import { CONTROL_ARM, comparedArm } from '../runner/scenario-arms.js';
import { makeTrial } from '../runner/test-trial.js';
import type { TrialRecord } from '../runner/trial-record.js';
import { describeRun } from './html-document.js';

const BLOCK_COUNT = 6;

function makeRun(trials: readonly TrialRecord[]): Run {
  const size = { blockCount: BLOCK_COUNT, warmUpMillis: 500, measuredMillis: 1_000 };
  return {
    scenario: {
      name: 'example',
      title: 'an example',
      arms: [CONTROL_ARM, comparedArm('offloop')],
      load: { requestsPerSecond: 50, promptCharacters: 20_000, completionCharacters: 20_000 },
      sizes: { standard: size, quick: size, reference: size },
    },
    size,
    provenance: {
      startedAt: '2026-01-01T00:00:00.000Z',
      command: 'npm run experiment -- example',
      commit: null,
      node: 'v24.0.0',
      v8: '13.6',
      os: 'linux x64 6.18',
      cpuModel: 'example',
      cpuCount: 2,
      memoryBytes: 8e9,
      governor: null,
      loadBefore: 0.1,
      seed: 1,
    },
    resumptions: [],
    trials,
    failedTrials: [],
  };
}

/** Every arm once a block, last block first; the control is blocked for 20 ms a second, offloop for 50. */
function makeTrials(): TrialRecord[] {
  return Array.from({ length: BLOCK_COUNT }, (_, index) => BLOCK_COUNT - 1 - index).flatMap((block) => [
    makeTrial({ arm: 'offloop', block, blockMillis: 50 }),
    makeTrial({ arm: 'control', block, blockMillis: 20 }),
  ]);
}

describe('describeRun', () => {
  it('lists the arms in the order of the scenario, and their trials in that of the blocks', () => {
    const { arms } = describeRun(makeRun(makeTrials()));
    expect(arms.map(({ name }) => name)).toEqual(['control', 'offloop']);
    expect(arms[1]?.trials.map(({ label }) => label)).toEqual([1, 2, 3, 4, 5, 6].map((number) => `block ${number}`));
  });

  it('pairs an arm with the control block by block', () => {
    const [comparison] = describeRun(makeRun(makeTrials())).comparisons;
    // A block of 20 ms a second makes a request wait 10 ms or more in 1 % of the time, one of 50 ms 40.
    expect(comparison).toMatchObject({ armName: 'offloop', baselineName: 'control', decision: 'different' });
    expect(comparison?.estimateMillis).toBeCloseTo(30);
    expect(comparison?.differences.map(({ millis }) => Math.round(millis))).toEqual(Array(BLOCK_COUNT).fill(30));
  });

  it('leaves an invalid trial out of its arm and of the pairs, and says why', () => {
    const trials = makeTrials().map((trial) =>
      trial.arm === 'offloop' && trial.block === 2 ? { ...trial, faults: ['starved'] } : trial,
    );
    const { arms, comparisons, exclusions } = describeRun(makeRun(trials));
    expect(exclusions).toEqual([{ armName: 'offloop', label: 'block 3', reasons: ['starved'] }]);
    expect(arms[1]?.trials.map(({ label }) => label)).not.toContain('block 3');
    expect(comparisons[0]?.differences.map(({ label }) => label)).not.toContain('block 3');
  });

  it('shows a run that was interrupted as one, and an arm without a valid trial not at all', () => {
    const { arms, findings } = describeRun(makeRun([makeTrial({ arm: 'control' })]));
    expect(arms.map(({ name }) => name)).toEqual(['control']);
    expect(findings[0]).toMatch(/^Incomplete: 1 of 12 trials/);
  });

  it('names the noise floor, where there was one', () => {
    const names = (trials: TrialRecord[]) => describeRun(makeRun(trials)).environment.map(({ name }) => name);
    expect(names(makeTrials())).toContain('noise floor');
    expect(names(makeTrials().map((trial) => ({ ...trial, noiseFloor: null })))).not.toContain('noise floor');
  });
});
