import { describe, expect, it } from 'vitest';
import { compareAdded, describeAddedRatio } from './added-ratio.js';
import { concludeRun } from './conclusion.js';
import type { Scenario } from './scenario.js';
import { CONTROL_ARM, comparedArm } from './scenario-arms.js';
import { makeTrial } from './test-trial.js';

const scenario: Scenario = {
  name: 'test',
  title: 'a test',
  arms: [CONTROL_ARM, comparedArm('batch-otlp-json'), comparedArm('offloop')],
  load: { requestsPerSecond: 50, promptCharacters: 1, completionCharacters: 1 },
  target: { candidate: 'offloop', baseline: 'batch-otlp-json', maxRatio: 0.05 },
  sizes: {} as Scenario['sizes'],
};

/** Trials whose p99 are the given figures, one a block: a block of the loop 10 ms longer in a window of 1 s. */
function runOf(figures: Readonly<Record<string, readonly number[]>>) {
  const trials = Object.entries(figures).flatMap(([arm, p99s]) =>
    p99s.map((p99Millis, block) => makeTrial({ arm, block, blockMillis: p99Millis + 10 })),
  );
  const size = { blockCount: 6, warmUpMillis: 0, measuredMillis: 1_000 };
  return { scenario, size, trials, failedTrials: [] };
}

const control = [2, 3, 2, 3, 2, 3];
const plus = (millis: number) => control.map((value) => value + millis);

describe('what one arm adds of what another adds', () => {
  it('is the ratio of what each adds to the control of its block', () => {
    const added = compareAdded(runOf({ control, 'batch-otlp-json': plus(100), offloop: plus(1) }));
    expect(added?.ratio?.estimate).toBeCloseTo(0.01, 6);
    expect(added).toMatchObject({ blockCount: 6, verdict: 'met' });
  });

  it('may be below nothing', () => {
    const added = compareAdded(runOf({ control, 'batch-otlp-json': plus(100), offloop: plus(-1) }));
    expect(added?.ratio?.estimate).toBeCloseTo(-0.01, 6);
    expect(added?.verdict).toBe('met');
  });

  it.each([
    ['missed when the whole interval is past the target', [20, 21, 22, 20, 21, 22], 'missed'],
    ['untold when the interval reaches over the target', [0, 10, 1, 9, 0, 10], 'cannot tell'],
    ['untold of five blocks, whatever they look like', [1, 1, 1, 1, 1], 'cannot tell'],
  ])('is %s', (_, millis, verdict) => {
    const offloop = millis.map((each, block) => (control[block] ?? 0) + each);
    expect(compareAdded(runOf({ control, 'batch-otlp-json': plus(100), offloop }))?.verdict).toBe(verdict);
  });

  it('is none where the other adds nothing', () => {
    const added = compareAdded(runOf({ control, 'batch-otlp-json': control, offloop: plus(1) }));
    expect(added).toMatchObject({ ratio: null, verdict: 'cannot tell' });
  });

  it('is part of what a run concludes, where the scenario has a target', () => {
    const run = runOf({ control, 'batch-otlp-json': plus(100), offloop: plus(1) });
    const sentence = 'offloop adds 0.010 [0.010, 0.010] of what batch-otlp-json adds; target at most 0.05: met.';
    expect(concludeRun(run).sentence).toContain(sentence);
    const { target: _, ...untargeted } = scenario;
    expect(describeAddedRatio({ ...run, scenario: untargeted })).toBeNull();
    expect(concludeRun({ ...run, scenario: untargeted }).sentence).not.toContain('target');
  });
});
