import { describe, expect, it } from 'vitest';
import { estimateFrom } from '../trials.test-data.js';
import { judgeClientPerCall } from './verdict.js';

interface Seen {
  /** What a client per call adds to a later call, and a client made there to the first. */
  readonly addedMillis: number;
  readonly serviceMillis: number;
}

const judge = ({ addedMillis, serviceMillis }: Seen) =>
  judgeClientPerCall(
    estimateFrom(
      Object.fromEntries(
        ['v3', 'v5'].flatMap((version) => [
          [`${version} per call`, { laterAddedMillis: 0.3 + addedMillis }],
          [`${version} at start-up`, { laterAddedMillis: 0.3, firstAddedMillis: 1, importMillis: 140 }],
          [`${version} on first use`, { firstAddedMillis: 1 + addedMillis }],
          [`${version} per call in service`, { requestP50Millis: 16 + serviceMillis, requestP99Millis: 60 }],
          [`${version} at start-up in service`, { requestP50Millis: 16, requestP99Millis: 20 }],
        ]),
      ),
    ),
  );

describe('the verdict of m1-client-per-call', () => {
  it('holds where a client per call adds what it adds in the document', () => {
    expect(judge({ addedMillis: 700, serviceMillis: 95 }).status).toBe('holds');
  });

  it('holds in another form where it adds far less', () => {
    const { status, sentence, vietnameseSentence } = judge({ addedMillis: 0.5, serviceMillis: 13 });
    expect(status).toBe('holds in another form');
    expect(sentence).toMatch(/^A client per call adds 0\.50 ms \(/);
    expect(sentence).toContain('take 140 ms (v3)');
    expect(sentence).toMatch(/a request of 3 calls 13\.00 ms \(.*\) at p50 and 40\.00 ms \(.*\) at p99 \(v3\)/);
    expect(vietnameseSentence).toMatch(/vào các lần gọi sau 0\.50 ms \(.* to .*\) \(v3\)/);
    expect(vietnameseSentence).toMatch(/13\.00 ms \(.*\) ở p50 và 40\.00 ms \(.*\) ở p99 \(v3\)/);
  });

  it('says of a single figure that nothing can be told of it', () => {
    const { status, sentence, vietnameseSentence } = judge({ addedMillis: 0, serviceMillis: 13 });
    expect(status).toBe('holds in another form');
    expect(sentence).toMatch(/adds nothing that can be told \(0\.00 to 0\.00 ms\) \(v3\)/);
    expect(vietnameseSentence).toContain('một lượng không phân biệt được với 0 (0.00 to 0.00 ms) (v3)');
  });

  it('does not hold where it adds nothing', () => {
    const { status, sentence } = judge({ addedMillis: -0.1, serviceMillis: -1 });
    expect(status).toBe('does not hold');
    expect(sentence).toMatch(/^When a client is made makes no difference/);
  });
});
