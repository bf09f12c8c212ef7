import { describe, expect, it } from 'vitest';
import { formatMillis, formatPercent } from './format-figure.js';

describe('formatMillis', () => {
  it('keeps the decimals that can be read', () => {
    expect([0, 0.034, 0.999, 9.96, 99.94, 99.96, 321.4, Number.NaN].map(formatMillis)).toEqual([
      '0.00',
      '0.03',
      '1.0',
      '10.0',
      '99.9',
      '100',
      '321',
      '-',
    ]);
  });
});

describe('formatPercent', () => {
  it('writes a fraction as a percentage', () => {
    expect([0.5712, 0, Number.NaN].map(formatPercent)).toEqual(['57.1 %', '0.0 %', '-']);
  });
});
