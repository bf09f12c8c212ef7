import { describe, expect, it } from 'vitest';
import { estimateFrom } from '../trials.test-data.js';
import { v2LocalCalls } from './claim.js';

const CALLS = ['trace', 'span', 'generation', 'event'];

const judge = (hotCallP50Millis: number, loopMillisPerCall: number) =>
  v2LocalCalls.verdict(
    estimateFrom(Object.fromEntries(CALLS.map((call) => [`v3 ${call}`, { hotCallP50Millis, loopMillisPerCall }]))),
  );

describe('the verdict of v2-local-calls', () => {
  it('holds where the calls take about as long as in the document', () => {
    expect(judge(0.2, 0.4).status).toBe('holds');
  });

  it('holds in another form where a cheap call leaves work behind', () => {
    const { status, sentence } = judge(0.01, 0.2);
    expect(status).toBe('holds in another form');
    expect(sentence).toContain('the loop pays 20.0 to 20.0 times as much');
  });

  it('does not hold where a call is dearer, or cheap and the end of it', () => {
    expect(judge(2, 4).status).toBe('does not hold');
    expect(judge(0.01, 0.005).status).toBe('does not hold');
  });
});
