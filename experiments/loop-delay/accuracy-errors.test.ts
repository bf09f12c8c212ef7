import { describe, expect, it } from 'vitest';
import { assess, findErrors, findOverrunMillis, type TryConditions } from './accuracy-errors.js';
import type { Figure } from './accuracy-record.js';
import type { Pattern } from './patterns.js';

const pattern: Pattern = { durationMillis: 5_000, plan: () => [] };
const quiet: TryConditions = { starvedFraction: 0, controlOverrunMillis: null };
const right: Figure = { percentile: 99, plannedMillis: 20, injectedMillis: 20, foundMillis: 20, allMillis: 20 };

const assessOne = (figure: Partial<Figure>, conditions: Partial<TryConditions> = {}, asked = pattern) =>
  assess(findErrors([{ ...right, ...figure }], asked), { ...quiet, ...conditions }, asked);

describe('how far a try is off', () => {
  it('is ok within 5 % of what was injected, and no further', () => {
    expect(findErrors([right, { ...right, foundMillis: 19.2 }], pattern).error).toBeCloseTo(0.04);
    expect(assessOne({ foundMillis: 20.9 })).toEqual({ isOk: true, isFoundOff: false, isDisturbed: false });
    for (const foundMillis of [18.9, 21.1]) {
      expect(assessOne({ foundMillis })).toEqual({ isOk: false, isFoundOff: true, isDisturbed: false });
    }
  });

  it('grants all blocks what it takes to wake up past 5 %, or what the pattern says', () => {
    expect(assessOne({ allMillis: 21.3 }).isOk).toBe(true);
    expect(assessOne({ allMillis: 21.5 })).toMatchObject({ isOk: false, isFoundOff: false });
    expect(assessOne({ allMillis: 23.5 }, {}, { ...pattern, grantedMillis: 3 }).isOk).toBe(true);
  });

  it('judges nothing above the percentile that the pattern names', () => {
    const figures = [right, { ...right, percentile: 99.9, injectedMillis: 60, foundMillis: 90, allMillis: 90 }];
    expect(assess(findErrors(figures, { ...pattern, judgedUpTo: 99 }), quiet, pattern).isOk).toBe(true);
    expect(assess(findErrors(figures, pattern), quiet, pattern).isOk).toBe(false);
    expect(findOverrunMillis(figures, { ...pattern, judgedUpTo: 99 })).toBe(0);
  });

  it('passes nothing where no wait is long enough to tell, unless the pattern is short', () => {
    const tiny = { plannedMillis: 0.5, injectedMillis: 0.5, foundMillis: 0.5, allMillis: 0.5 };
    expect(findErrors([{ ...right, ...tiny }], pattern).error).toBeNaN();
    expect(assessOne(tiny)).toMatchObject({ isOk: false, isFoundOff: true });
    expect(findErrors([{ ...right, ...tiny }], { ...pattern, isShort: true }).error).toBeNull();
    expect(assessOne(tiny, {}, { ...pattern, isShort: true })).toMatchObject({ isOk: true, isFoundOff: false });
  });
});

describe('blocks that are off their plan', () => {
  const late = { injectedMillis: 25, foundMillis: 25, allMillis: 25 };

  it('are no pass, and no fault of what was found', () => {
    expect(findErrors([{ ...right, ...late }], pattern)).toMatchObject({ overrunMillis: 4, isOnPlan: false });
    expect(assessOne(late)).toEqual({ isOk: false, isFoundOff: false, isDisturbed: false });
  });

  it('grant what was found as much as they are off', () => {
    expect(assessOne({ ...late, foundMillis: 31 }).isFoundOff).toBe(false);
    expect(assessOne({ ...late, foundMillis: 32 }).isFoundOff).toBe(true);
  });

  it("are the machine's where they are off without a monitor too, by half as much", () => {
    expect(assessOne(late, { controlOverrunMillis: 2.1 }).isDisturbed).toBe(true);
    expect(assessOne(late, { controlOverrunMillis: 1.9 }).isDisturbed).toBe(false);
    expect(assessOne({ injectedMillis: 22, foundMillis: 22, allMillis: 22 }, { controlOverrunMillis: 0.7 })).toEqual({
      isOk: false,
      isFoundOff: false,
      isDisturbed: false,
    });
  });
});

describe('a thread that waited for a core', () => {
  it('excuses what was found, and passes nothing for it', () => {
    const starved = { starvedFraction: 0.006 };
    expect(assessOne({ foundMillis: 25 }, starved)).toEqual({ isOk: false, isFoundOff: false, isDisturbed: true });
    expect(assessOne({}, starved)).toEqual({ isOk: true, isFoundOff: false, isDisturbed: true });
  });
});
