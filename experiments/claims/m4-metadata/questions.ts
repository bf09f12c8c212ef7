import { LangfuseOtelSpanAttributes } from '@langfuse/core';
import type { ReceivedSpan } from '../../sink/otlp-shape.js';
import { beginMessage, describeRequest, type RequestFacts } from './requests.js';

/** Something the document asks of its traces; what is found is right when it is as much as was made. */
export interface Question {
  /** What its figures begin with. */
  readonly name: string;
  readonly label: string;
  /** The requests, or dollars, that the answer has to name. */
  readonly countMade: (requests: readonly RequestFacts[]) => number;
  /** What a query over the kept spans finds. */
  readonly countFound: (spans: readonly ReceivedSpan[]) => number;
}

const {
  TRACE_METADATA,
  TRACE_USER_ID,
  OBSERVATION_INPUT,
  OBSERVATION_METADATA,
  OBSERVATION_MODEL,
  OBSERVATION_OUTPUT,
  OBSERVATION_COST_DETAILS,
} = LangfuseOtelSpanAttributes;

/** The request that is asked for: any that every size of a run has. */
const SOUGHT_INDEX = 4;
const SOUGHT = describeRequest(SOUGHT_INDEX);

/** The traces with a span whose attribute is this text, or begins with it. */
function byAttribute(
  name: string,
  label: string,
  key: string,
  fact: 'conversationId' | 'userId' | 'nextAction' | 'model' | 'message',
): Question {
  const isSought = (text: string) =>
    fact === 'message' ? text.startsWith(beginMessage(SOUGHT_INDEX)) : text === SOUGHT[fact];
  return {
    name,
    label,
    countMade: (requests) => requests.filter((request) => isSought(request[fact])).length,
    countFound: (spans) => listTraces(spans, (span) => isSought(readText(span, key))).size,
  };
}

/** The traces with a text in what was captured, as a full-text search would find it. */
function byText(name: string, label: string, fact: 'conversationId' | 'nextAction'): Question {
  const isIn = (span: ReceivedSpan, key: string) => readText(span, key).includes(SOUGHT[fact]);
  return {
    name,
    label,
    countMade: (requests) => requests.filter((request) => request[fact] === SOUGHT[fact]).length,
    countFound: (spans) =>
      listTraces(spans, (span) => isIn(span, OBSERVATION_INPUT) || isIn(span, OBSERVATION_OUTPUT)).size,
  };
}

const costOfUser: Question = {
  name: 'cost',
  label: 'what a user has cost',
  countMade: (requests) =>
    requests.reduce((sum, { userId, cost }) => sum + (userId === SOUGHT.userId ? cost.input + cost.output : 0), 0),
  countFound: (spans) => {
    const traces = listTraces(spans, (span) => readText(span, TRACE_USER_ID) === SOUGHT.userId);
    return spans.filter(({ traceId }) => traces.has(traceId)).reduce((sum, span) => sum + readCost(span), 0);
  },
};

/** Answered by a field of its own: each could be a filter, a group or a sum. */
export const FIELD_QUESTIONS: readonly Question[] = [
  byAttribute('conversation', 'the traces of a conversation', `${TRACE_METADATA}.conversation_id`, 'conversationId'),
  byAttribute('user', 'the traces of a user', TRACE_USER_ID, 'userId'),
  byAttribute('model', 'the traces that used a model', OBSERVATION_MODEL, 'model'),
  costOfUser,
  byAttribute('nextAction', 'the traces with a next action', `${OBSERVATION_METADATA}.next_action`, 'nextAction'),
  byAttribute('message', 'the trace of a message', `${OBSERVATION_METADATA}.message`, 'message'),
];

/** Answered by looking for a text in everything. */
export const TEXT_QUESTIONS: readonly Question[] = [
  byText('conversationText', 'a conversation, by text search', 'conversationId'),
  byText('nextActionText', 'a next action, by text search', 'nextAction'),
];

export const QUESTIONS: readonly Question[] = [...FIELD_QUESTIONS, ...TEXT_QUESTIONS];

function listTraces(spans: readonly ReceivedSpan[], isFound: (span: ReceivedSpan) => boolean): Set<string> {
  return new Set(spans.filter(isFound).map(({ traceId }) => traceId));
}

/** Empty where the span has no such attribute. */
function readText({ attributes }: ReceivedSpan, key: string): string {
  const value = attributes.find((attribute) => attribute.key === key)?.value;
  return value !== undefined && 'stringValue' in value ? value.stringValue : '';
}

/** In dollars; 0 where the span has none. */
function readCost(span: ReceivedSpan): number {
  const json = readText(span, OBSERVATION_COST_DETAILS);
  if (json === '') return 0;
  return Object.values(JSON.parse(json) as Record<string, number>).reduce((sum, dollars) => sum + dollars, 0);
}
