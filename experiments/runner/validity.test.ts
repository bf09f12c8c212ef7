import { describe, expect, it } from 'vitest';
import type { ArmName } from '../arms/index.js';
import { makeTrial } from './test-trial.js';
import type { TrialRecord } from './trial-record.js';
import { findFaults } from './validity.js';

const load = { requestsPerSecond: 50, promptCharacters: 1, completionCharacters: 1 };
const offloop = makeTrial({ arm: 'offloop' });

function faultsOf(changes: Partial<TrialRecord>, trial = offloop): string[] {
  return findFaults(
    { arm: { armName: trial.arm as ArmName }, load, size: { measuredMillis: 1_000 } },
    { ...trial, ...changes },
  );
}

describe('a trial', () => {
  it('is valid when the sink received what was made and the load was as planned', () => {
    expect(faultsOf({})).toEqual([]);
    expect(faultsOf({}, makeTrial({ arm: 'control' }))).toEqual([]);
  });

  it('may drop spans as long as they are counted', () => {
    const finished = { ...offloop.finished, droppedSpanCount: 40, failedSpanCount: 10 };
    expect(faultsOf({ finished, receivedSpanCount: 300 })).toEqual([]);
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
});
