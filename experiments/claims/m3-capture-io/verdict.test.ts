import { describe, expect, it } from 'vitest';
import { estimateFrom } from '../trials.test-data.js';
import { CAPTURE_CASES, PAYLOADS } from './cases.js';
import { judgeCapture } from './verdict.js';

/** What every payload costs: with capture on, and with it off. */
const judge = (onMillis: number, offMillis: number) =>
  judgeCapture(
    estimateFrom(
      Object.fromEntries(
        CAPTURE_CASES.map(({ name, capture }) => [
          name,
          Object.fromEntries(
            PAYLOADS.map((payload) => [`${payload.name}LoopMillis`, capture === 'on' ? onMillis : offMillis]),
          ),
        ]),
      ),
    ),
  );

describe('the verdict of m3-capture-io', () => {
  it('holds where capture costs what it does in the document', () => {
    expect(judge(500, 20).status).toBe('holds');
  });

  it('holds in another form where it costs far less', () => {
    const { status, sentence, vietnameseSentence } = judge(12, 2);
    expect(status).toBe('holds in another form');
    expect(sentence).toContain('capture adds 10.00 ms');
    expect(sentence).toMatch(/with the JSON made in the worker, .* 1,000 small objects 10\.00 ms/);
    expect(vietnameseSentence).toContain('capture thêm 10.00 ms');
    expect(vietnameseSentence).toMatch(/nếu tạo JSON trong worker thì .* 1,000 đối tượng nhỏ thêm 10\.00 ms/);
  });

  it('does not hold where it costs nothing', () => {
    expect(judge(2, 3).status).toBe('does not hold');
  });
});
