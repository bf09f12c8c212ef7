import { describe, expect, it } from 'vitest';
import { type Assessment, judge } from './accuracy-verdict.js';

const ok: Assessment = { isOk: true, isFoundOff: false, isDisturbed: false };
/** All blocks are off, or those injected are off their plan: not those that were found. */
const off: Assessment = { ...ok, isOk: false };
const foundOff: Assessment = { ...off, isFoundOff: true };
const disturbed: Assessment = { ...off, isDisturbed: true };

describe('the verdict on a pattern of blocks', () => {
  it('is ok with the first try that keeps the promise', () => {
    expect(judge([ok])).toBe('ok');
    expect(judge([off, off, ok])).toBe('ok');
    expect(judge([disturbed, disturbed, disturbed, disturbed, { ...ok, isDisturbed: true }])).toBe('ok');
  });

  it('needs two that keep it after one in which the blocks found were off', () => {
    expect(judge([foundOff, ok])).toBe('again');
    expect(judge([foundOff, ok, ok])).toBe('ok');
    expect(judge([foundOff, off, ok, ok])).toBe('ok');
    expect(judge([off, foundOff, ok, disturbed, disturbed])).toBe('too noisy');
  });

  it('is a miss at the second time that the blocks found are off', () => {
    expect(judge([foundOff])).toBe('again');
    expect(judge([foundOff, foundOff])).toBe('missed');
    expect(judge([foundOff, off])).toBe('again');
    expect(judge([foundOff, ok, foundOff])).toBe('missed');
    expect(judge([foundOff, disturbed, { ...foundOff, isDisturbed: true }])).toBe('missed');
  });

  it('is a miss where three tries that count keep no promise', () => {
    expect(judge([off, off])).toBe('again');
    expect(judge([off, off, off])).toBe('missed');
    expect(judge([foundOff, off, off])).toBe('missed');
  });

  it('does not count a try that is off and was disturbed', () => {
    expect(judge([disturbed, disturbed, disturbed])).toBe('again');
    expect(judge([off, disturbed, off])).toBe('again');
    expect(judge([off, disturbed, off, disturbed, off])).toBe('missed');
  });

  it('is none where five tries were too few', () => {
    expect(judge([disturbed, disturbed, disturbed, disturbed])).toBe('again');
    expect(judge([disturbed, disturbed, disturbed, disturbed, disturbed])).toBe('too noisy');
    expect(judge([off, disturbed, foundOff, disturbed, disturbed])).toBe('too noisy');
  });
});
