import { describe, expect, it } from 'vitest';
import { type Assessment, judge } from './accuracy-verdict.js';

const ok: Assessment = { isOk: true, isMiss: false, wasInjected: true, isDisturbed: false };
const miss: Assessment = { ...ok, isOk: false, isMiss: true };
const excess: Assessment = { ...ok, isOk: false };
const offPlan: Assessment = { ...miss, wasInjected: false };

describe('the verdict on a pattern of blocks', () => {
  it('is the first try that keeps the promise', () => {
    expect(judge([ok])).toBe('ok');
    expect(judge([miss, ok])).toBe('ok');
    expect(judge([offPlan, excess, ok])).toBe('ok');
  });

  it('is a miss at the second one that nothing excuses', () => {
    expect(judge([miss])).toBe('again');
    expect(judge([miss, miss])).toBe('missed');
    expect(judge([miss, { ...miss, isDisturbed: true }, miss])).toBe('missed');
  });

  it('is a miss where no try keeps the promise and no machine was to blame', () => {
    expect(judge([excess, excess])).toBe('again');
    expect(judge([excess, excess, excess])).toBe('missed');
    expect(judge([offPlan, offPlan, offPlan])).toBe('missed');
  });

  it('is no miss where the machine took the core or kept the blocks from their plan', () => {
    const disturbed = { ...offPlan, isDisturbed: true };
    expect(judge([disturbed, disturbed])).toBe('again');
    expect(judge([disturbed, disturbed, disturbed])).toBe('too noisy');
    expect(judge([miss, disturbed, excess])).toBe('too noisy');
  });
});
