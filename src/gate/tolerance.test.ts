import { describe, expect, it } from 'vitest';
import { isTolerated } from './tolerance.js';

describe('isTolerated', () => {
  it.each([
    [{ verdict: 'holds', cause: null }, false],
    [{ verdict: 'regressed', cause: null }, false],
    [{ verdict: 'cannot judge', cause: 'noise' }, true],
    [{ verdict: 'cannot judge', cause: 'fault' }, false],
  ] as const)('is for %j, where noise is to be tolerated, %j', (result, tolerated) => {
    expect(isTolerated(result, true)).toBe(tolerated);
    expect(isTolerated(result, false)).toBe(false);
  });
});
