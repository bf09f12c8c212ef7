import { describe, expect, it } from 'vitest';
import { estimateFrom } from '../../claims/trials.test-data.js';
import { judgeOneCore } from './verdict.js';

interface P99Millis {
  readonly offloop: number;
  readonly niced?: number;
  readonly batch?: number;
}

/** On one core; on two, where the worker has its own, offloop adds nothing. */
function judge({ offloop, niced = offloop, batch = 60 }: P99Millis): string {
  const arm = (label: string, one: number, two: number) => ({
    [`${label}, 1 core`]: { p99Millis: one },
    [`${label}, 2 cores`]: { p99Millis: two },
  });
  return judgeOneCore(
    estimateFrom({
      ...arm('control', 5, 5),
      ...arm('batch-otlp-json', 50, 45),
      ...arm('batch-otlp-protobuf', batch, 55),
      ...arm('offloop', offloop, 5),
      ...arm('offloop, nice 19', niced, 5),
    }),
  );
}

describe('the verdict of one-core', () => {
  it('says what each arm adds, with one core and with two', () => {
    const sentence = judge({ offloop: 15 });
    expect(sentence).toContain('On one core offloop adds 10.0 ms');
    expect(sentence).toContain('and 0.0 ms (0.0 to 0.0) on two');
    expect(sentence).toContain('batch-otlp-json adds 45.0 ms');
    expect(sentence).toMatch(/\.$/);
  });

  it.each([
    [{ offloop: 15 }, 'still keeps the burst off the loop'],
    [{ offloop: 90 }, 'makes the loop wait longer than a batch'],
    [{ offloop: 60 }, 'on one core offloop and batch-otlp-protobuf cannot be told apart'],
    [{ offloop: 15, niced: 10 }, 'nice 19 for the worker takes 5.0 ms'],
    [{ offloop: 15, niced: 20 }, 'nice 19 for the worker makes it worse on one core, by 5.0 ms'],
    [{ offloop: 15, niced: 15 }, 'nice 19 for the worker makes no difference that could be told'],
  ] as const)('%j: %s', (p99Millis, expected) => {
    expect(judge(p99Millis)).toContain(expected);
  });
});
