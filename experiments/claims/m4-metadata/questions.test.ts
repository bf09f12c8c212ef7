import { describe, expect, it } from 'vitest';
import type { ReceivedSpan } from '../../sink/otlp-shape.js';
import { FIELD_QUESTIONS, QUESTIONS, TEXT_QUESTIONS } from './questions.js';
import { describeRequest, type RequestFacts } from './requests.js';

const REQUESTS = Array.from({ length: 50 }, (_, index) => describeRequest(index));

type Describe = (facts: RequestFacts) => readonly Readonly<Record<string, string>>[];

/** The spans of all requests, a trace each, with these attributes. */
function makeSpans(describeSpans: Describe): ReceivedSpan[] {
  return REQUESTS.flatMap((facts, index) =>
    describeSpans(facts).map(
      (attributes) =>
        ({
          traceId: `trace-${index}`,
          attributes: Object.entries(attributes).map(([key, stringValue]) => ({ key, value: { stringValue } })),
        }) as unknown as ReceivedSpan,
    ),
  );
}

const fields: Describe = ({ conversationId, userId, message, nextAction, model, cost }) => [
  {
    'user.id': userId,
    'langfuse.trace.metadata.conversation_id': conversationId,
    'langfuse.observation.metadata.message': message.slice(0, 200),
    'langfuse.observation.metadata.next_action': nextAction,
  },
  {
    // Every span of a trace has its user; the cost lies with one of them.
    'user.id': userId,
    'langfuse.observation.model.name': model,
    'langfuse.observation.cost_details': JSON.stringify(cost),
  },
];

describe.each(FIELD_QUESTIONS)('$label', ({ countMade, countFound }) => {
  it('is answered from the document fields, no more and no less', () => {
    expect(countMade(REQUESTS)).toBeGreaterThan(0);
    expect(countFound(makeSpans(fields))).toBeCloseTo(countMade(REQUESTS), 10);
  });

  it('is not answered from captured text', () => {
    const spans = makeSpans((facts) => [{ 'langfuse.observation.input': JSON.stringify(facts) }]);
    expect(countFound(spans)).toBe(0);
  });
});

describe.each(TEXT_QUESTIONS)('$label', ({ countMade, countFound }) => {
  it.each(['langfuse.observation.input', 'langfuse.observation.output'])('is answered from %s', (key) => {
    expect(countMade(REQUESTS)).toBeGreaterThan(0);
    expect(countFound(makeSpans((facts) => [{ [key]: JSON.stringify(facts) }]))).toBe(countMade(REQUESTS));
  });
});

describe('QUESTIONS', () => {
  it('find nothing in spans without contents', () => {
    const spans = makeSpans(() => [{}, {}]);
    expect(QUESTIONS.map(({ countFound }) => countFound(spans))).toEqual(QUESTIONS.map(() => 0));
  });
});
