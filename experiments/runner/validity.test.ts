import { describe, expect, it } from 'vitest';
import type { Scenario } from './scenario.js';
import { CONTROL_ARM, comparedArm, DEFAULT_INJECTED_BLOCKS, withControls } from './scenario-arms.js';
import { makeTrial } from './test-trial.js';
import type { TrialRecord } from './trial-record.js';
import { findFaults } from './validity.js';

const load = { requestsPerSecond: 50, promptCharacters: 1, completionCharacters: 1 };
const offloop = makeTrial({ arm: 'offloop' });

const SIZE = { blockCount: 1, warmUpMillis: 0, measuredMillis: 1_000 };
const controlled = withControls(
  {
    name: 'test',
    title: 'a test',
    arms: [CONTROL_ARM, comparedArm('offloop'), comparedArm('batch-otlp-json')],
    load,
    sizes: { standard: SIZE, quick: SIZE, reference: SIZE },
  },
  DEFAULT_INJECTED_BLOCKS,
);

function faultsOf(
  changes: Partial<TrialRecord>,
  trial = offloop,
  traits: Pick<Scenario, 'mayOverload' | 'droppingArms' | 'serviceCoreCount'> = {},
): string[] {
  const arm = controlled.arms.find(({ label }) => label === trial.arm);
  if (arm === undefined) throw new Error(`no arm '${trial.arm}'`);
  return findFaults({ arm, scenario: { load, ...traits }, size: SIZE }, { ...trial, ...changes });
}

describe('a trial', () => {
  it('is valid when the sink received what was made and the load was as planned', () => {
    expect(faultsOf({})).toEqual([]);
  });

  it.each(['control', 'control-repeat', 'control-injected'])(
    'of %s, which has no exporter, delivers nothing',
    (arm) => {
      expect(faultsOf({}, makeTrial({ arm }))).toEqual([]);
      expect(faultsOf({ receivedSpanCount: 1 }, makeTrial({ arm }))).toEqual([expect.stringContaining('expected 0')]);
    },
  );

  it.each([
    [40, 10],
    [350, 0],
  ])('that dropped %d spans and failed to deliver %d is invalid, though it counted them', (dropped, failed) => {
    const finished = { ...offloop.finished, droppedSpanCount: dropped, failedSpanCount: failed };
    const receivedSpanCount = 350 - dropped - failed;
    expect(faultsOf({ finished, receivedSpanCount })).toEqual([
      `the sink received ${receivedSpanCount} spans, expected 350 (350 made, ${dropped} dropped, ${failed} failed)`,
    ]);
  });

  it('may drop spans where its scenario names its arm for that, as long as they are counted', () => {
    const finished = { ...offloop.finished, droppedSpanCount: 40, failedSpanCount: 10 };
    const traits = { droppingArms: ['offloop'] };
    expect(faultsOf({ finished, receivedSpanCount: 300 }, offloop, traits)).toEqual([]);
    expect(faultsOf({ finished, receivedSpanCount: 299 }, offloop, traits)).toHaveLength(1);
    const other = makeTrial({ arm: 'batch-otlp-json' });
    expect(faultsOf({ finished, receivedSpanCount: 300 }, other, traits)).toHaveLength(1);
  });

  const faulty: [what: string, changes: Partial<TrialRecord>, message: RegExp][] = [
    ['lost spans', { receivedSpanCount: 349 }, /received 349 spans, expected 350 \(350 made, 0 dropped, 0 failed\)/],
    ['received spans twice', { duplicateSpanCount: 2 }, /2 spans were received twice/],
    ['failed to flush', { finished: { ...offloop.finished, errors: ['Timeout'] } }, /flush or shutdown: Timeout/],
    [
      'missed the rate',
      { load: { ...offloop.load, achievedRatePerSecond: 47 } },
      /load of 47\.0 requests\/s instead of 50/,
    ],
    [
      'had requests that failed',
      { load: { ...offloop.load, succeededRequestCount: 48, refusedRequestCounts: { 502: 2 } } },
      /2 of 50 requests did not succeed: .*"502":2/,
    ],
    [
      'was starved of CPU',
      { measured: { ...offloop.measured, loopDelay: { ...offloop.measured.loopDelay, runnableMillis: 200 } } },
      /without a core for 20 % of the time/,
    ],
    [
      'was measured for too short a time',
      { measured: { ...offloop.measured, windowMillis: 900 } },
      /the window was 900 ms long instead of 1000/,
    ],
    [
      'stood still with the machine',
      { noiseFloor: offloop.noiseFloor && { ...offloop.noiseFloor, longestMillis: 900 } },
      /the machine stood still for 900 ms/,
    ],
    ['saw the clock set', { clockStepMillis: -3_600_000 }, /the clock was set by -3600000 ms, or the machine slept/],
    [
      'had a starved load generator',
      { load: { ...offloop.load, lateness: { ...offloop.load.lateness, p99Millis: 80 } } },
      /the load generator was 80 ms late at p99/,
    ],
  ];

  it.each(faulty)('that %s is invalid and says why', (_, changes, message) => {
    expect(faultsOf(changes)).toEqual([expect.stringMatching(message)]);
  });

  it('may have another window where a scenario says that its loop may be overloaded', () => {
    const measured = { ...offloop.measured, windowMillis: 2_500 };
    expect(faultsOf({ measured })).toHaveLength(1);
    expect(faultsOf({ measured }, offloop, { mayOverload: true })).toEqual([]);
  });

  it('may have waited for its core where a scenario gives the service one for all its threads', () => {
    const measured = { ...offloop.measured, loopDelay: { ...offloop.measured.loopDelay, runnableMillis: 400 } };
    expect(faultsOf({ measured })).toHaveLength(1);
    expect(faultsOf({ measured }, offloop, { serviceCoreCount: 1 })).toEqual([]);
  });

  it('is invalid when media did not arrive as they were made', () => {
    const finished = { ...offloop.finished, madeMediaCount: 5 };
    expect(faultsOf({ finished, receivedMediaCount: 5 })).toEqual([]);
    const message = 'the receiver stored 4 media, expected 5 (5 made)';
    expect(faultsOf({ finished, receivedMediaCount: 4 })).toEqual([message]);
    const control = makeTrial({ arm: 'control' });
    expect(faultsOf({ finished: { ...control.finished, madeMediaCount: 5 }, receivedMediaCount: 0 }, control)).toEqual(
      [],
    );
  });
});
