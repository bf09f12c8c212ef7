import { describe, expect, it } from 'vitest';
import { formatDuration } from './format-figure.js';

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
