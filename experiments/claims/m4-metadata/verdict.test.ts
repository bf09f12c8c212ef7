import { describe, expect, it } from 'vitest';
import { estimateFrom } from '../trials.test-data.js';
import { FIELD_QUESTIONS, TEXT_QUESTIONS } from './questions.js';
import { judgeMetadata } from './verdict.js';

interface Seen {
  readonly answeredCount: number;
  /** Of the questions to a text search. */
  readonly foundCount: number;
  readonly loopMicros: number;
  readonly wireByteLength: number;
}

const figuresOf = ({ answeredCount, foundCount, loopMicros, wireByteLength }: Seen) => ({
  loopMicros,
  wireByteLength,
  requestCount: 1,
  ...listAnswers(FIELD_QUESTIONS, answeredCount),
  ...listAnswers(TEXT_QUESTIONS, foundCount),
});

function listAnswers(questions: typeof FIELD_QUESTIONS, answeredCount: number): Record<string, number> {
  return Object.fromEntries(
    questions.flatMap(({ name }, index) => [
      [`${name}Made`, 5],
      [`${name}Found`, index < answeredCount ? 5 : 0],
    ]),
  );
}

const NOTHING: Seen = { answeredCount: 0, foundCount: 0, loopMicros: 300, wireByteLength: 1_000 };
const METADATA: Seen = {
  answeredCount: FIELD_QUESTIONS.length,
  foundCount: 0,
  loopMicros: 400,
  wireByteLength: 3_000,
};
const FULL: Seen = { answeredCount: 0, foundCount: TEXT_QUESTIONS.length, loopMicros: 700, wireByteLength: 50_000 };

const judge = (changes: { nothing?: Partial<Seen>; metadata?: Partial<Seen> } = {}) =>
  judgeMetadata(
    estimateFrom({
      'nothing, langfuse': figuresOf({ ...NOTHING, ...changes.nothing }),
      'metadata, langfuse': figuresOf({ ...METADATA, ...changes.metadata }),
      'full capture, langfuse': figuresOf(FULL),
    }),
  );

describe('the verdict of m4-metadata', () => {
  it('holds where metadata answers all, nothing none, and capture is dearer', () => {
    const { status, sentence, vietnameseSentence } = judge();
    expect(status).toBe('holds');
    expect(vietnameseSentence).toContain('span không giữ gì trả lời được 0, span có metadata 6');
    expect(vietnameseSentence).toContain('thì tiết kiệm cho event loop 300 µs');
    expect(sentence).toContain('spans with nothing answer 0, with metadata 6');
    expect(sentence).toContain('100 µs (');
    expect(sentence).toContain('2.0 kB more than nothing');
    expect(sentence).toContain('saves the loop 300 µs');
  });

  it('says what only full capture answers', () => {
    const { sentence, vietnameseSentence } = judge();
    expect(sentence).toContain('Of 2 that a search of the captured text may answer, it is 0, 0 and 2');
    expect(vietnameseSentence).toContain('các con số đó là 0, 0 và 2');
  });

  it('does not claim to save loop time that is lost in the noise', () => {
    const { status, sentence } = judge({ metadata: { loopMicros: FULL.loopMicros } });
    expect(status).toBe('holds');
    expect(sentence).toContain('saves the loop no time that could be told');
  });

  it('holds in another form where something is missing, or metadata is the dearer one', () => {
    expect(judge({ metadata: { answeredCount: 5 } }).status).toBe('holds in another form');
    expect(judge({ nothing: { answeredCount: 1 } }).status).toBe('holds in another form');
    const { status, sentence } = judge({ metadata: { loopMicros: 900 } });
    expect(status).toBe('holds in another form');
    expect(sentence).toContain('in the place of full capture it costs the loop 200 µs');
  });

  it('does not hold where metadata answers no more than nothing', () => {
    expect(judge({ metadata: { answeredCount: 0 } }).status).toBe('does not hold');
  });
});
