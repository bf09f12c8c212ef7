import { describe, expect, it } from 'vitest';
import { concludeRun, describeControls, describeIncomplete } from './conclusion.js';
import type { Scenario, ScenarioArm } from './scenario.js';
import { CONTROL_ARM, comparedArm, withControls } from './scenario-arms.js';
import { makeTrial } from './test-trial.js';
import type { TrialRecord } from './trial-record.js';

const scenario: Scenario = {
  name: 'test',
  title: 'a test',
  arms: [CONTROL_ARM, comparedArm('batch-otlp-json'), comparedArm('offloop')],
  load: { requestsPerSecond: 50, promptCharacters: 1, completionCharacters: 1 },
  sizes: {} as Scenario['sizes'],
};
const controlled = withControls(scenario, { lengthMillis: 10, ratePerSecond: 2 });

type Figures = Readonly<Record<string, readonly number[]>>;

/** Trials whose p99 are the given figures, one a block: a block of the loop 10 ms longer in a window of 1 s. */
function makeTrials(figures: Figures): TrialRecord[] {
  return Object.entries(figures).flatMap(([arm, p99s]) =>
    p99s.map((p99Millis, block) => makeTrial({ arm, block, blockMillis: p99Millis + 10 })),
  );
}

function runOf(arms: readonly ScenarioArm[], trials: readonly TrialRecord[], blockCount = 6) {
  const size = { blockCount, warmUpMillis: 0, measuredMillis: 1_000 };
  return { scenario: { ...scenario, arms }, size, trials, failedTrials: [] };
}

const control = [2, 3, 2.5, 3.5, 2, 3];
const plus = (millis: number, values = control) => values.map((value, index) => value + millis + (index % 2) / 10);

describe('concludeRun', () => {
  it('says what each arm adds to the control with its interval, and what it is called', () => {
    const trials = makeTrials({ control, 'batch-otlp-json': plus(40), offloop: plus(0.2) });
    const { status, sentence } = concludeRun(runOf(scenario.arms, trials));
    expect(status).toBe('clear');
    expect(sentence).toContain('waits 2.7 ms for the event loop without an exporter');
    expect(sentence).toMatch(
      /grows by 40\.\d ms \[40\.0, 40\.1\] with batch-otlp-json and 0\.\d ms \[0\.2, 0\.3\] with offloop/,
    );
    expect(sentence).toContain('paired over 6 blocks, 95 % intervals');
    expect(sentence).toContain('Different by more than 1 ms: batch-otlp-json. The same within 1 ms: offloop.');
  });

  it('can not tell from too few blocks, whatever they look like', () => {
    const trials = makeTrials({ control: [2, 3], 'batch-otlp-json': [100, 100], offloop: [2, 3] });
    const { status, sentence } = concludeRun(runOf(scenario.arms, trials, 2));
    expect(status).toBe('unclear');
    expect(sentence).toMatch(/^Unclear: nothing can be told of any arm\. At p99 /);
    expect(sentence).toContain("Can't tell: batch-otlp-json and offloop (too few blocks");
  });

  it('says how many blocks a noisy arm needs', () => {
    const offloop = [9, 0, 8, 1, 2, 9];
    const trials = makeTrials({ control, 'batch-otlp-json': plus(40), offloop });
    expect(concludeRun(runOf(scenario.arms, trials)).sentence).toMatch(
      /Can't tell: offloop \(the interval reaches over the margin; 1 ms to either side takes about \d+ blocks\)/,
    );
  });

  it('leaves a pair out when one of its trials is invalid, and keeps the other arms of the block', () => {
    const trials = makeTrials({ control, 'batch-otlp-json': plus(40), offloop: plus(0.2) });
    const starved = trials.map((trial) =>
      trial.arm === 'offloop' && trial.block === 0 ? { ...trial, faults: ['starved'] } : trial,
    );
    const { sentence } = concludeRun(runOf(scenario.arms, starved));
    expect(sentence).toContain('Different by more than 1 ms: batch-otlp-json.');
    expect(sentence).toContain("Can't tell: offloop (too few blocks");
  });

  it('compares nothing without a valid trial of the control', () => {
    const trials = makeTrials({ offloop: control });
    const nothing = { status: 'unclear', sentence: expect.stringMatching(/^Unclear: no block has a valid trial/) };
    expect(concludeRun(runOf(scenario.arms, trials))).toEqual(nothing);
    expect(concludeRun(runOf([], []))).toEqual(nothing);
  });
});

describe('the controls', () => {
  const arms = { control, 'batch-otlp-json': plus(40), offloop: plus(0.2) };
  const conclude = (figures: Figures) => runOf(controlled.arms, makeTrials({ ...arms, ...figures }));

  it('are reported with the result', () => {
    const run = conclude({ 'control-repeat': plus(0.1), 'control-injected': plus(4) });
    expect(describeControls(run)).toMatch(
      /^Controls: A\/A pair called same \(difference 0\.\d ms \[.*\]\); injected 10 ms x 2\/s found \(difference 4\.\d ms \[.*\]\)\.$/,
    );
    expect(concludeRun(run)).toMatchObject({ status: 'clear', sentence: expect.stringContaining('Controls: A/A') });
  });

  it('make a run unclear when the A/A pair is called different', () => {
    const run = conclude({ 'control-repeat': plus(4), 'control-injected': plus(4) });
    expect(describeControls(run)).toContain('A/A pair called different, a false alarm');
    const { status, sentence } = concludeRun(run);
    expect(status).toBe('unclear');
    expect(sentence).toMatch(/^Unclear: the A\/A pair was called different\. At p99 /);
  });

  it('make a run unclear when what was injected is missed', () => {
    const run = conclude({ 'control-repeat': plus(0.1), 'control-injected': plus(0.1) });
    expect(describeControls(run)).toContain('injected 10 ms x 2/s not found: same');
    const { status, sentence } = concludeRun(run);
    expect(status).toBe('unclear');
    expect(sentence).toMatch(/^Unclear: what was injected was not found\. At p99 /);
  });

  it('are named both where both failed', () => {
    const run = conclude({ 'control-repeat': plus(4), 'control-injected': plus(0.1) });
    expect(concludeRun(run).sentence).toMatch(
      /^Unclear: the A\/A pair was called different and what was injected was not found\. /,
    );
  });

  it('are not spoken of where a run has none', () => {
    expect(describeControls(runOf(scenario.arms, makeTrials(arms)))).toBeNull();
  });
});

describe('describeIncomplete', () => {
  it('says aloud that trials are missing', () => {
    const run = runOf(scenario.arms, makeTrials({ control }));
    expect(describeIncomplete(run)).toMatch(/^Incomplete: 6 of 18 trials are recorded/);
    expect(describeIncomplete(runOf([CONTROL_ARM], makeTrials({ control })))).toBeNull();
  });

  it('counts a failed trial as recorded', () => {
    const trials = makeTrials({ control: control.slice(0, 5) });
    const failed = { arm: 'control', block: 5, seed: 1, startedAt: '', faults: ['the trial failed: it ended'] };
    expect(describeIncomplete({ ...runOf([CONTROL_ARM], trials), failedTrials: [failed] })).toBeNull();
  });
});
