import { describe, expect, it } from 'vitest';
import { conclude, type RunOutcome } from './conclude.js';
import type { Exclusions } from './exclusions.js';
import { type FigureSeries, judgeFigures } from './judge-figure.js';

const RULES = { arrivalWeightedP99Millis: { absoluteMargin: 2, relativeMargin: null, budget: null } };
const REFERENCE = [10, 11, 9, 10, 12, 10, 9, 11];

/** A run whose candidate is above the reference by these. */
function makeRun(rises: readonly number[], changes: Partial<RunOutcome> = {}): RunOutcome {
  const series: FigureSeries = {
    figure: 'arrivalWeightedP99Millis',
    reference: REFERENCE,
    candidate: REFERENCE.map((value, index) => value + (rises[index % rises.length] ?? 0)),
  };
  return {
    mode: 'compare',
    end: 'all blocks',
    pairCount: REFERENCE.length,
    figures: judgeFigures([series], RULES, 0.95),
    confidence: 0.95,
    lastFaults: [],
    durationMillis: 360_000,
    exclusions: NOTHING,
    ...changes,
  };
}

const NOISY = [4, -1];
const NOTHING: Exclusions = { doubt: null, commonestFault: null, cause: 'noise', blockCount: REFERENCE.length };

describe('conclude', () => {
  it('has no cause where it comes to a verdict', () => {
    expect(conclude(makeRun([0]))).toMatchObject({ verdict: 'holds', cause: null });
    expect(conclude(makeRun([5]))).toMatchObject({ verdict: 'regressed', cause: null });
    expect(conclude(makeRun([0], { mode: 'save' }))).toMatchObject({ verdict: 'holds', cause: null });
    expect(conclude(makeRun([0], { mode: 'self-check' }))).toMatchObject({ verdict: 'holds', cause: null });
  });

  it('calls it noise where intervals are too wide, whatever was left out beside', () => {
    for (const cause of ['noise', 'fault'] as const) {
      const exclusions = { ...NOTHING, commonestFault: 'why', cause };
      expect(conclude(makeRun(NOISY, { exclusions }))).toMatchObject({ verdict: 'cannot judge', cause: 'noise' });
      const selfCheck = makeRun(NOISY, { mode: 'self-check', exclusions });
      expect(conclude(selfCheck)).toMatchObject({ verdict: 'cannot judge', cause: 'noise' });
    }
  });

  it('calls it what was left out says where that stood in the way', () => {
    for (const cause of ['noise', 'fault'] as const) {
      const exclusions = { ...NOTHING, cause };
      expect(conclude(makeRun([0], { pairCount: 2, exclusions })).cause).toBe(cause);
      expect(conclude(makeRun([0], { exclusions: { ...exclusions, doubt: 'one of them' } })).cause).toBe(cause);
      expect(conclude(makeRun([0], { end: 'invalid trials', lastFaults: ['why'], exclusions })).cause).toBe(cause);
      expect(conclude(makeRun([0], { exclusions })).cause).toBeNull();
    }
  });

  it('calls it a fault where there was no time for as many blocks as it takes, had all of them counted', () => {
    const short = makeRun([0], { end: 'out of time', pairCount: 1, exclusions: { ...NOTHING, blockCount: 2 } });
    expect(conclude(short)).toMatchObject({ verdict: 'cannot judge', cause: 'fault' });
  });

  it('calls it a fault where a judged figure is not known here: no quieter machine would tell', () => {
    const unmeasured = makeRun([Number.NaN]);
    expect(conclude(unmeasured)).toMatchObject({ verdict: 'cannot judge', cause: 'fault' });
    expect(conclude({ ...unmeasured, mode: 'self-check' })).toMatchObject({ verdict: 'cannot judge', cause: 'fault' });
  });
});
