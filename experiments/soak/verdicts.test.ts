import { describe, expect, it } from 'vitest';
import { chooseWindow } from './measures.js';
import { FULL_SECOND, fullQueueTally, makeRun, type Shape } from './soak-run.test-data.js';
import { judgeSoak } from './verdicts.js';

/** The verdicts that do not hold. */
function judge(shape: Shape): Record<string, string> {
  const verdicts = judgeSoak(makeRun(shape)).filter(({ status }) => status !== 'holds');
  return Object.fromEntries(verdicts.map(({ name, status }) => [name, status]));
}

const DOWN: Shape = {
  scenario: 'sink-down',
  tally: fullQueueTally,
  finalTally: (accepted) => ({ accepted, exported: 0, failed: 10, dropped: accepted - 10, pending: 0 }),
  pendingMib: 64,
  arrayBufferMib: 85,
  rssMib: (second) => (second < FULL_SECOND ? 50 + second * 5 : 150),
};

/** Ten MiB a minute. */
const leak = (second: number) => 50 + second / 6;

describe('with a healthy sink', () => {
  it('finds nothing off in a run that keeps every promise', () => {
    expect(judge({})).toEqual({});
  });

  it('sees a single lost span', () => {
    expect(judge({ receivedSpanCount: (made) => made - 1 })).toEqual({ 'nothing lost': 'off' });
  });

  it('sees a span that is counted nowhere, in a single second', () => {
    const tally: Shape['tally'] = (second, accepted) => ({
      accepted,
      exported: accepted - (second === 3 ? 1 : 0),
      failed: 0,
      dropped: 0,
      pending: 0,
    });
    expect(judge({ tally })).toEqual({ 'every span counted once': 'off' });
  });

  it('sees spans that are still pending after the shutdown', () => {
    const finalTally: Shape['finalTally'] = (accepted) => ({
      accepted,
      exported: accepted - 1,
      failed: 0,
      dropped: 0,
      pending: 1,
    });
    expect(judge({ finalTally })).toEqual({ 'every span counted once': 'off', 'nothing lost': 'off' });
  });

  it('sees a leak, but not one that the control has too', () => {
    expect(judge({ rssMib: leak })).toEqual({ 'memory is flat': 'off' });
    expect(judge({ rssMib: leak, controlRssMib: leak })).toEqual({});
  });

  it('does not judge memory that swings too much to show a leak', () => {
    expect(judge({ rssMib: (second) => 200 + (second % 31) * 5 })).toEqual({ 'memory is flat': 'unclear' });
  });

  it('does not pass what it has no figures for', () => {
    expect(judge({ controlRssMib: () => Number.NaN })).toEqual({ 'memory is flat': 'unclear' });
  });

  it('sees a loop that waits longer', () => {
    expect(judge({ blockMillis: 8 })).toEqual({ 'the loop waits as in the control': 'off' });
  });

  it('sees a service that falls behind', () => {
    expect(judge({ spansPerSecond: 980 })).toEqual({ 'the service keeps its rate': 'off' });
  });

  it('does not pass a machine that can not make as many spans as asked', () => {
    expect(judge({ spansPerSecond: 700, controlSpansPerSecond: 700 })).toEqual({
      'the service keeps its rate': 'unclear',
    });
  });

  it('says of a short run that it is too short', () => {
    expect(judge({ seconds: 20 })).toEqual({ 'memory is flat': 'unclear' });
  });
});

describe('with a sink that is slow', () => {
  const slow: Shape = { ...DOWN, scenario: 'sink-slow' };
  const finalTally: Shape['finalTally'] = (accepted) => ({
    accepted,
    exported: 100,
    failed: 0,
    dropped: accepted - 100,
    pending: 0,
  });

  it('takes what it received and nobody counted for no fault', () => {
    expect(judge({ ...slow, finalTally, receivedSpanCount: () => 120 })).toEqual({});
  });

  it('sees a span that counts as exported and was not received', () => {
    expect(judge({ ...slow, finalTally, receivedSpanCount: () => 99 })).toEqual({
      'what counts as exported was received': 'off',
    });
  });
});

describe('with a sink that is gone', () => {
  it('finds nothing off in a run that keeps every promise', () => {
    expect(judge(DOWN)).toEqual({});
  });

  it('judges what comes after the first drop', () => {
    expect(chooseWindow(makeRun(DOWN))?.firstSecond).toBe(FULL_SECOND + 1 + 5);
  });

  it('is not misled by drops while the worker starts', () => {
    const tally: Shape['tally'] = (second, accepted) => {
      const { dropped, ...rest } = fullQueueTally(second, accepted);
      const early = Math.min(accepted, 7);
      return { ...rest, dropped: dropped + early, pending: rest.pending - early };
    };
    expect(chooseWindow(makeRun({ ...DOWN, tally }))?.firstSecond).toBe(FULL_SECOND + 1 + 5);
  });

  it('can not say where the queue never filled', () => {
    const tally: Shape['tally'] = (_, accepted) => ({
      accepted,
      exported: 0,
      failed: 0,
      dropped: 0,
      pending: accepted,
    });
    expect(judge({ ...DOWN, tally })).toEqual({ 'memory is flat': 'unclear' });
  });

  it('sees a queue beyond its bound', () => {
    expect(judge({ ...DOWN, pendingMib: 66 })).toEqual({ 'the queue stays within its bound': 'off' });
  });

  it('sees memory that goes on growing', () => {
    expect(judge({ ...DOWN, rssMib: (second) => 150 + second / 2 })).toMatchObject({
      'memory is flat': 'off',
      'memory stays there': 'off',
    });
  });

  it('sees a step in memory, but not one that the control takes too', () => {
    const step = (second: number) => (second < 70 ? 0 : 40);
    const rssMib = (second: number) => 100 + step(second);
    expect(judge({ ...DOWN, rssMib, arrayBufferMib: 0 })['memory stays there']).toBe('off');
    expect(judge({ ...DOWN, rssMib, controlRssMib: rssMib, arrayBufferMib: 0 })).toEqual({});
  });

  it('sees buffers that are neither queue nor pool', () => {
    expect(judge({ ...DOWN, arrayBufferMib: 165, rssMib: () => 230 })).toEqual({ 'memory is accounted for': 'off' });
  });

  it('sees resident memory that is nowhere', () => {
    expect(judge({ ...DOWN, rssMib: (second) => (second === 0 ? 50 : 50 + 85 + 45) })).toEqual({
      'memory is accounted for': 'off',
    });
  });
});
