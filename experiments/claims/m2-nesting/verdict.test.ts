import { describe, expect, it } from 'vitest';
import { estimateFrom } from '../trials.test-data.js';
import { TRACED_CASES, UNTRACED } from './cases.js';
import { judgeNesting } from './verdict.js';

const SPANS = { width1: 2, width100: 101, depth20: 21 } as const;

interface Seen {
  /** What a span costs the loop. */
  readonly spanMillis: number;
  readonly gapMillis: number;
  /** What one that is nested deep costs. @default spanMillis */
  readonly deepMillis?: number;
  /** What one by startActiveObservation costs. @default spanMillis */
  readonly managerMillis?: number;
  /** Of a parent whose spans offloop takes. @default as with the others, 10 times that at p50 */
  readonly offloopLateMillis?: number;
}

function judge({ spanMillis, gapMillis, deepMillis = spanMillis, ...seen }: Seen) {
  const { managerMillis = spanMillis, offloopLateMillis = 10 * gapMillis } = seen;
  const figuresOf = (millis: number, ownDeepMillis: number, lateMillis = 10 * gapMillis) => ({
    width1LoopMillis: SPANS.width1 * millis,
    width100LoopMillis: SPANS.width100 * millis,
    depth20LoopMillis: SPANS.width1 * millis + 19 * ownDeepMillis,
    tracedGapP50Millis: gapMillis,
    tracedGapP99Millis: lateMillis,
  });
  const untracedMillis = 0.001;
  return judgeNesting(
    estimateFrom({
      [UNTRACED]: figuresOf(untracedMillis, untracedMillis),
      ...Object.fromEntries(
        TRACED_CASES.map(({ name, instrumentation, processor }) => [
          name,
          figuresOf(
            untracedMillis + (instrumentation === 'startActiveObservation' ? managerMillis : spanMillis),
            untracedMillis + deepMillis,
            processor === 'offloop' ? offloopLateMillis : 10 * gapMillis,
          ),
        ]),
      ),
    }),
  );
}

describe('the verdict of m2-nesting', () => {
  it('holds where a child and its parent cost what they do in the document', () => {
    expect(judge({ spanMillis: 3, gapMillis: 25 }).status).toBe('holds');
  });

  it('holds in another form where they cost far less', () => {
    const { status, sentence, vietnameseSentence } = judge({ spanMillis: 0.06, gapMillis: 0.05 });
    expect(status).toBe('holds in another form');
    expect(sentence).toContain('a traced child adds 0.060 ms');
    expect(sentence).toContain('shows 0.050 ms');
    expect(sentence).toMatch(/0\.500 ms \(.*\) at p99, which can't be told from LangfuseSpanProcessor's/);
    expect(sentence).toContain('Nesting itself costs nothing');
    expect(vietnameseSentence).toContain('mỗi hàm con có trace thêm 0.060 ms');
    expect(vietnameseSentence).toContain('Bản thân việc lồng nhau không tốn thêm gì');
  });

  it('tells a loss of offloop at p99', () => {
    const { sentence, vietnameseSentence } = judge({ spanMillis: 0.06, gapMillis: 0.02, offloopLateMillis: 0.4 });
    expect(sentence).toMatch(/with offloop 0\.020 ms .* at p50 and 0\.400 ms .* at p99, longer than with Langfuse/);
    expect(vietnameseSentence).toMatch(/với offloop là .* ở p50 và 0\.400 ms .* ở p99, dài hơn so với Langfuse/);
  });

  it('compares the context manager with the decorator', () => {
    const { sentence, vietnameseSentence } = judge({ spanMillis: 0.06, gapMillis: 0.05, managerMillis: 0.08 });
    expect(sentence).toMatch(/it adds 0\.020 ms .* more than with the decorator/);
    expect(vietnameseSentence).toMatch(/thì tốn hơn 0\.020 ms/);
    const cheaper = judge({ spanMillis: 0.06, gapMillis: 0.05, managerMillis: 0.04 });
    expect(cheaper.sentence).toMatch(/it adds 0\.020 ms .* less than with the decorator/);
  });

  it('says so where a nested child is dearer than one beside others', () => {
    const { sentence, vietnameseSentence } = judge({ spanMillis: 0.06, gapMillis: 0.05, deepMillis: 0.12 });
    expect(sentence).toMatch(/A child 20 deep adds 0\.120 ms .*, more than/);
    expect(vietnameseSentence).toMatch(/ở tầng 20 thêm 0\.120 ms .*, nhiều hơn/);
  });

  it('does not hold where neither costs anything', () => {
    expect(judge({ spanMillis: -0.0005, gapMillis: -0.01 }).status).toBe('does not hold');
  });
});
