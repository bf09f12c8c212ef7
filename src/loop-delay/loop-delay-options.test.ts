import { describe, expect, it } from 'vitest';
import { OffloopConfigError } from '../errors.js';
import { type LoopDelayOptions, resolveLoopDelayOptions } from './loop-delay-options.js';

describe('resolveLoopDelayOptions', () => {
  it('sorts thresholds and drops repeated ones', () => {
    expect(resolveLoopDelayOptions({ thresholdsMillis: [50, 5, 50] }).thresholdsMillis).toEqual([5, 50]);
  });

  it.each<[string, unknown]>([
    ['resolutionMillis', -1],
    ['resolutionMillis', 1.5],
    ['resolutionMillis', '2'],
    ['rawResolutionMillis', 1_001],
    ['rawResolutionMillis', Number.NaN],
    ['longestBlockCount', -1],
    ['thresholdsMillis', [10, 0]],
    ['thresholdsMillis', 10],
    ['resolution', 10],
  ])('refuses %s %j and says what it expected', (name, value) => {
    const options = { [name]: value } as LoopDelayOptions;
    expect(() => resolveLoopDelayOptions(options)).toThrow(OffloopConfigError);
    expect(() => resolveLoopDelayOptions(options)).toThrow(new RegExp(`^${name}: expected .+, got .+`));
  });
});
