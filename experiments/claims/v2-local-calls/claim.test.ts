import { describe, expect, it } from 'vitest';
import { estimateFrom } from '../trials.test-data.js';
import { v2LocalCalls } from './claim.js';
import { DOCUMENT_MILLIS } from './verdict.js';

const CALLS = ['trace', 'span', 'generation', 'event'];

const judge = (hotCallP50Millis: number, loopMillisPerCall: number) =>
  v2LocalCalls.verdict(
    estimateFrom(Object.fromEntries(CALLS.map((call) => [`v3 ${call}`, { hotCallP50Millis, loopMillisPerCall }]))),
  );

/** Each call by its share of what the document has. */
const judgeShares = (share: number, timesAfterwards: number) =>
  v2LocalCalls.verdict(
    estimateFrom(
      Object.fromEntries(
        Object.entries(DOCUMENT_MILLIS).map(([call, millis]) => [
          `v3 ${call}`,
          { hotCallP50Millis: share * millis, loopMillisPerCall: timesAfterwards * share * millis },
        ]),
      ),
    ),
  );

describe('the verdict of v2-local-calls', () => {
  it('holds where the calls take as long as in the document', () => {
    const { status, sentence } = judgeShares(1, 2);
    expect(status).toBe('holds');
    expect(sentence).toMatch(/^The call costs as much, a hot v3 call takes 100 % to 100 % /);
  });

  it('holds in another form where a cheap call leaves work behind', () => {
    const { status, sentence, vietnameseSentence } = judge(0.01, 0.2);
    expect(status).toBe('holds in another form');
    expect(sentence).toContain('the loop pays 20.0 to 20.0 times as much');
    expect(vietnameseSentence).toContain('event loop phải trả gấp 20.0 to 20.0 lần');
  });

  it('says so where nothing comes after a cheap call', () => {
    const { status, sentence } = judge(0.01, 0.005);
    expect(status).toBe('holds in another form');
    expect(sentence).toMatch(/and nothing comes after it\.$/);
  });

  it('does not hold where a call is dearer, be it one of four', () => {
    expect(judge(2, 4).status).toBe('does not hold');
    // What an event has in the document is more than what a span has.
    const { status, sentence } = judge(DOCUMENT_MILLIS.event, 1);
    expect(status).toBe('does not hold');
    expect(sentence).toMatch(/^Not every call is as cheap in Node: a hot v3 call takes 90 % to 150 % /);
  });
});
