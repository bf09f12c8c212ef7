import { describe, expect, it } from 'vitest';
import { listMissingSteps, readOutcome } from './live-outcome.js';
import { listLiveSteps } from './live-plan.js';
import type { LiveRun } from './live-run.js';
import { makeLiveLine } from './test-live-run.js';

const NOTHING_MEASURED = { verdict: 'cannot judge', difference: null } as const;

describe('what a live run comes to', () => {
  it.each<[string, Partial<LiveRun>, ReturnType<typeof readOutcome>]>([
    ['the same', { candidate: 'offloop-repeat', verdict: 'holds' }, 'agrees'],
    ['the same', { candidate: 'offloop-repeat', verdict: 'cannot judge' }, 'agrees'],
    ['the same', { ...NOTHING_MEASURED, candidate: 'offloop-repeat' }, 'disagrees'],
    ['the same', { ...NOTHING_MEASURED, candidate: 'offloop-repeat', isMachineToBlame: true }, 'unclear'],
    ['the same', { candidate: 'offloop-repeat', verdict: 'regressed' }, 'disagrees'],
    ['blocked', { verdict: 'regressed' }, 'agrees'],
    ['blocked', { verdict: 'holds', isMachineToBlame: true }, 'disagrees'],
    ['blocked', { verdict: 'cannot judge', isMachineToBlame: true }, 'unclear'],
    ['blocked', { verdict: 'cannot judge', isMachineToBlame: false }, 'disagrees'],
    ['blocked', { durationMillis: 480_001 }, 'disagrees'],
    ['blocked', { receivedSpanCount: 8_399 }, 'disagrees'],
  ])('%s, %o: %s', (_, traits, outcome) => {
    expect(readOutcome(makeLiveLine(traits))).toBe(outcome);
  });
});

it('says which runs are missing; one that the machine spoilt is only on demand', () => {
  const spoilt = { verdict: 'cannot judge', isMachineToBlame: true } as const;
  const runs = [makeLiveLine(), makeLiveLine({ candidate: 'batch-otlp-protobuf', ...spoilt })];
  const list = (retry: boolean, recorded = runs) =>
    listMissingSteps(listLiveSteps('chat', 1), recorded, retry).map(({ arm }) => arm.label);
  expect(list(false)).toEqual(['offloop-repeat']);
  expect(list(true)).toEqual(['offloop-repeat', 'batch-otlp-protobuf']);
  expect(list(true, [...runs, makeLiveLine({ candidate: 'batch-otlp-protobuf' })])).not.toContain(
    'batch-otlp-protobuf',
  );
});
