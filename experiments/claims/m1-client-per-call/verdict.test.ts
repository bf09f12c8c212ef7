import { describe, expect, it } from 'vitest';
import { estimateFrom } from '../trials.test-data.js';
import { judgeClientPerCall } from './verdict.js';

const judge = (perCallMillis: number, atStartUpMillis: number) =>
  judgeClientPerCall(
    estimateFrom(
      Object.fromEntries(
        ['v3', 'v5'].flatMap((version) => [
          [`${version} per call`, { laterAddedMillis: perCallMillis }],
          [`${version} at start-up`, { laterAddedMillis: atStartUpMillis }],
          [`${version} on first use`, { firstAddedMillis: 3, importMillis: 140 }],
          [`${version} per call in service`, { requestP50Millis: 29, requestP99Millis: 60 }],
          [`${version} at start-up in service`, { requestP50Millis: 16, requestP99Millis: 20 }],
        ]),
      ),
    ),
  );

describe('the verdict of m1-client-per-call', () => {
  it('holds where a client per call adds what it adds in the document', () => {
    expect(judge(600, 0.3).status).toBe('holds');
  });

  it('holds in another form where it adds far less', () => {
    const { status, sentence } = judge(0.8, 0.3);
    expect(status).toBe('holds in another form');
    expect(sentence).toMatch(/^A client per call adds 0\.\d\d ms/);
    expect(sentence).toContain('modules 140 ms');
    expect(sentence).toMatch(/a request of 3 calls changes by 13\.00 ms .* at p50 and 40\.00 ms .* at p99 \(v3\)/);
  });

  it('is open where the noise reaches from little to what the document warns of', () => {
    expect(judge(68.5, 0.3).status).toBe('cannot tell');
  });

  it('does not hold where it adds nothing', () => {
    expect(judge(0.3, 0.4).status).toBe('does not hold');
  });
});
