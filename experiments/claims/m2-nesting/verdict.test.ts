import { describe, expect, it } from 'vitest';
import { estimateFrom } from '../trials.test-data.js';
import { TRACED_CASES, UNTRACED } from './cases.js';
import { judgeNesting } from './verdict.js';

const SPANS = { width1: 2, width100: 101, depth20: 21 } as const;

/** @param spanMillis what a span costs the loop; @param deepMillis what one that is nested deep does. */
function judge(spanMillis: number, gapMillis: number, deepMillis = spanMillis) {
  const figuresOf = (millis: number, ownDeepMillis: number) => ({
    width1LoopMillis: SPANS.width1 * millis,
    width100LoopMillis: SPANS.width100 * millis,
    depth20LoopMillis: SPANS.width1 * millis + 19 * ownDeepMillis,
    tracedGapP50Millis: gapMillis,
    tracedGapP99Millis: 10 * gapMillis,
  });
  const untracedMillis = 0.001;
  return judgeNesting(
    estimateFrom({
      [UNTRACED]: figuresOf(untracedMillis, untracedMillis),
      ...Object.fromEntries(
        TRACED_CASES.map(({ name }) => [name, figuresOf(untracedMillis + spanMillis, untracedMillis + deepMillis)]),
      ),
    }),
  );
}

describe('the verdict of m2-nesting', () => {
  it('holds where a child and its parent cost what they do in the document', () => {
    expect(judge(3, 25).status).toBe('holds');
  });

  it('holds in another form where they cost far less', () => {
    const { status, sentence } = judge(0.06, 0.05);
    expect(status).toBe('holds in another form');
    expect(sentence).toContain('a traced child adds 0.060 ms');
    expect(sentence).toContain('shows 0.050 ms');
    expect(sentence).toContain('0.500 ms');
    expect(sentence).toContain('Nesting itself costs nothing');
  });

  it('says so where a nested child is dearer than one beside others', () => {
    expect(judge(0.06, 0.05, 0.12).sentence).toMatch(/A child 20 deep adds 0\.120 ms .*, more than/);
  });

  it('does not hold where a child costs nothing', () => {
    expect(judge(-0.0005, 0.05).status).toBe('does not hold');
  });
});
