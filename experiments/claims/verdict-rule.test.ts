import { describe, expect, it } from 'vitest';
import { combineStatuses, judgeCost } from './verdict-rule.js';

describe('the rule of the claims of a cost', () => {
  it.each([
    ['reaches the document', 150, 181, 'holds'],
    ['is larger than there', 300, 400, 'holds'],
    ['is there and smaller', 15, 55, 'holds in another form'],
    ['can not be told from nothing, and is smaller', -12, 100, 'below the document, size not told'],
    ['is below nothing', -12, -3, 'does not hold'],
    ['is nothing at all', 0, 0, 'does not hold'],
    ['may be nothing or all of it', -12, 170, 'cannot tell'],
  ] as const)('a cost that %s', (_, low, high, status) => {
    expect(judgeCost({ estimate: (low + high) / 2, low, high, confidence: 0.95 }, 160)).toBe(status);
  });

  it('takes several figures together', () => {
    expect(combineStatuses(['holds', 'holds'])).toBe('holds');
    expect(combineStatuses(['holds', 'does not hold'])).toBe('holds in another form');
    expect(combineStatuses(['cannot tell', 'holds in another form'])).toBe('holds in another form');
    expect(combineStatuses(['below the document, size not told', 'cannot tell'])).toBe('cannot tell');
    expect(combineStatuses(['does not hold', 'below the document, size not told'])).toBe(
      'below the document, size not told',
    );
    expect(combineStatuses(['cannot tell', 'does not hold'])).toBe('cannot tell');
    expect(combineStatuses(['does not hold', 'does not hold'])).toBe('does not hold');
  });
});
