import { describe, expect, it } from 'vitest';
import { formatDuration, formatPercent, formatRange } from './format-figure.js';

describe('formatDuration', () => {
  it('counts seconds, and minutes once they are many', () => {
    expect([20, 1_499, 89_400, 90_000, 125_000].map(formatDuration)).toEqual([
      '1 s',
      '1 s',
      '89 s',
      '1 min 30 s',
      '2 min 5 s',
    ]);
  });
});

describe('formatRange', () => {
  it('names both ends, and one where they read the same', () => {
    expect(formatRange([7, 3, 5])).toBe('3 to 7');
    expect(formatRange([4, 4])).toBe('4');
    expect(formatRange([0.9501, 0.95, 1], formatPercent)).toBe('95.0 % to 100.0 %');
    expect(formatRange([0.9501, 0.95], formatPercent)).toBe('95.0 %');
  });
});
