import { describe, expect, it } from 'vitest';
import { estimateFrom } from '../trials.test-data.js';
import { m5GetClient } from './claim.js';

const SEEN = {
  'v3 constructor': { callMicros: 40 },
  'v3 module instance': { callMicros: 0.001 },
  'v3 second constructor': { secondHostCount: 1, secondMadeCount: 1 },
  'v3 second clientInitParams': { secondHostCount: 0, secondMadeCount: 3 },
  'v5 second register': { secondHostCount: 0, secondMadeCount: 1 },
};

const judge = (changes: Partial<typeof SEEN> = {}) => m5GetClient.verdict(estimateFrom({ ...SEEN, ...changes }));

describe('the verdict of m5-get-client', () => {
  it('holds in another form where the constructor uses its host and something else ignores it', () => {
    const { status, sentence, vietnameseSentence } = judge();
    expect(status).toBe('holds in another form');
    expect(sentence).toContain("v3's second clientInitParams of observeOpenAI and v5's second provider.register()");
    expect(sentence).toMatch(/costs 40\.0 µs \(.* to .*\) more/);
    expect(vietnameseSentence).toMatch(/tốn thêm 40\.0 µs/);
    expect(vietnameseSentence).toContain('clientInitParams thứ hai của observeOpenAI (v3) và provider.register()');
  });

  it('holds where the constructor ignores its second host, as in Python', () => {
    expect(judge({ 'v3 second constructor': { secondHostCount: 0, secondMadeCount: 1 } }).status).toBe('holds');
  });

  it('does not hold where nothing ignores a host', () => {
    const used = { secondHostCount: 3, secondMadeCount: 3 };
    expect(judge({ 'v3 second clientInitParams': used, 'v5 second register': used }).status).toBe('does not hold');
  });

  it('does not hold where a constructor is cheaper', () => {
    const { status } = judge({ 'v3 constructor': { callMicros: 1 }, 'v3 module instance': { callMicros: 2 } });
    expect(status).toBe('does not hold');
  });
});
