import { describe, expect, it } from 'vitest';
import { estimateFrom } from '../../claims/trials.test-data.js';
import { judgeGarbage } from './verdict.js';

/** @param offloopMillis a second, of minor and of major collections each */
function judge(offloopMillis: number): string {
  const arm = (millis: number, liveSeconds: number) => ({
    minorMillisPerSecond: millis,
    majorMillisPerSecond: millis,
    liveSeconds,
  });
  return judgeGarbage(
    estimateFrom({
      control: arm(1, 0),
      'batch-otlp-json': arm(7, 1.2),
      'batch-otlp-protobuf': arm(5, 1.3),
      'langfuse-v5': arm(9, 1.4),
      offloop: arm(offloopMillis, 0),
    }),
  );
}

describe('the verdict of garbage', () => {
  it('says how long a span stays, and what collecting costs beyond the control', () => {
    const sentence = judge(2);
    expect(sentence).toContain('A span stays in memory for 1.20 s');
    expect(sentence).toContain('0.00 s (0.00 to 0.00) with offloop');
    expect(sentence).toContain('12.00 ms (11.');
    expect(sentence).toContain('2.00 ms (1.');
  });

  it.each([
    [2, 'offloop takes 6.00 ms'],
    [5, 'offloop and the cheapest of the others cannot be told apart'],
    [8, 'ms a second more than the cheapest of the others'],
  ])('where offloop takes %d ms twice: %s', (millis, expected) => {
    expect(
      judge(millis)
        .replaceAll(/ \([\d. to]+\) a/g, ' ms a')
        .replace('ms ms', 'ms'),
    ).toContain(expected);
  });
});
