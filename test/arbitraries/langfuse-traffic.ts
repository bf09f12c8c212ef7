import type { LangfuseGenerationAttributes, LangfuseObservationType } from '@langfuse/tracing';
import type { AttributeValue } from '@opentelemetry/api';
import fc from 'fast-check';
import { anyLangfuseText, anyPayload, base64, type TextSettings } from './langfuse-text.js';

/** The ways of instrumenting that Langfuse documents; `start` and `active` are the low-level one. */
export type Way = 'start' | 'active' | 'observe' | 'openai' | 'langchain' | 'manual';

/** One piece of work, and what it does inside. */
export interface Work {
  readonly way: Way;
  readonly name: string;
  readonly asType: LangfuseObservationType;
  /** Attributes at the start, for `start`. */
  readonly initial: LangfuseGenerationAttributes;
  /** Attributes of one update, for `start` and `active`. */
  readonly update: LangfuseGenerationAttributes;
  /** Arguments and result, for `observe`; question and answer for `openai` and `langchain`. */
  readonly args: readonly unknown[];
  readonly result: unknown;
  readonly text: string;
  readonly isAsync: boolean;
  readonly isStreamed: boolean;
  readonly hasFailed: boolean;
  readonly traceIO: { readonly input?: unknown; readonly output?: unknown } | undefined;
  readonly isPublic: boolean;
  readonly isPublicInput: boolean;
  readonly propagated: Propagated | undefined;
  readonly manual: ManualSpan;
  readonly children: readonly Work[];
  /** The last child starts when its parent has ended. */
  readonly isLastChildLate: boolean;
}

interface Propagated {
  readonly userId?: string;
  readonly sessionId?: string;
  readonly version?: string;
  readonly traceName?: string;
  readonly environment?: string;
  readonly tags?: string[];
  readonly metadata?: Record<string, string>;
  readonly prompt?: { readonly name: string; readonly version: number };
  readonly asBaggage?: boolean;
}

export interface ManualSpan {
  readonly scopeName: string;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  readonly events: readonly { readonly name: string; readonly text: string }[];
  readonly hasLink: boolean;
  readonly statusCode: 0 | 1 | 2;
}

const OBSERVATION_TYPES: readonly LangfuseObservationType[] = [
  'span',
  'generation',
  'event',
  'embedding',
  'agent',
  'tool',
  'chain',
  'retriever',
  'evaluator',
  'guardrail',
];

/** With scopes that the default filter knows, knows by prefix, and refuses. */
const SCOPE_NAMES = ['ai', 'ai', 'gen_ai', 'langfuse-sdk', 'openinference.x', 'ai.x', 'http', 'litellm', 'langsmithy'];

const MAX_DEPTH = 3;

/** The work of a service, in traces that are independent of each other. */
export function anyTraffic(settings: TextSettings, maxTraceCount: number): fc.Arbitrary<Work[]> {
  return fc.array(anyWork(settings, MAX_DEPTH), { minLength: 1, maxLength: maxTraceCount, size: 'max' });
}

function anyWork(settings: TextSettings, depth: number): fc.Arbitrary<Work> {
  const text = anyLangfuseText(settings);
  const payload = anyPayload(settings);
  const fields = anyFields(settings);
  const children = depth === 0 ? fc.constant([]) : fc.array(anyWork(settings, depth - 1), { maxLength: 2 });
  return fc.record({
    way: fc.oneof(
      { weight: 3, arbitrary: fc.constant<Way>('start') },
      { weight: 3, arbitrary: fc.constant<Way>('active') },
      { weight: 3, arbitrary: fc.constant<Way>('observe') },
      { weight: 1, arbitrary: fc.constant<Way>('openai') },
      { weight: 1, arbitrary: fc.constant<Way>('langchain') },
      { weight: 3, arbitrary: fc.constant<Way>('manual') },
    ),
    name: fc.oneof(fc.constantFrom('chat', 'tool', 'webhook', 'drop me', 'throw at me', 'be odd'), text),
    asType: fc.constantFrom(...OBSERVATION_TYPES),
    initial: fields,
    update: fields,
    args: fc.array(payload, { maxLength: 2 }),
    result: payload,
    text: text,
    isAsync: fc.boolean(),
    isStreamed: fc.boolean(),
    hasFailed: fc.integer({ min: 0, max: 9 }).map((number) => number === 0),
    traceIO: rarely(fc.record({ input: payload, output: payload }, { requiredKeys: [] })),
    isPublic: fc.integer({ min: 0, max: 9 }).map((number) => number === 0),
    isPublicInput: fc.boolean(),
    propagated: rarely(propagated),
    manual: anyManualSpan(settings),
    children,
    isLastChildLate: fc.boolean(),
  }) as fc.Arbitrary<Work>;
}

function rarely<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
}

function anyFields(settings: TextSettings): fc.Arbitrary<LangfuseGenerationAttributes> {
  const payload = anyPayload(settings);
  const numbers = fc.dictionary(fc.constantFrom('input', 'output', 'total'), fc.nat(), { maxKeys: 3 });
  const prompt = fc.record({
    name: fc.constantFrom('greet', 'ữ'),
    version: fc.nat({ max: 9 }),
    isFallback: fc.boolean(),
  });
  return fc.record(
    {
      input: payload,
      output: payload,
      metadata: fc.oneof(payload, fc.dictionary(fc.constantFrom('phone', 'model', 'image', '0'), payload)),
      level: fc.constantFrom('DEBUG', 'DEFAULT', 'WARNING', 'ERROR'),
      statusMessage: anyLangfuseText(settings),
      version: fc.constantFrom('1', 'v2'),
      environment: fc.constantFrom('staging', 'Not Valid'),
      model: fc.constantFrom('gpt-4o', ''),
      modelParameters: fc.record({ temperature: fc.constantFrom(0, 0.7), top_p: fc.constant('1') }),
      usageDetails: numbers,
      costDetails: numbers,
      completionStartTime: fc.constant(new Date(1_700_000_000_000)),
      prompt,
    },
    { requiredKeys: [] },
  ) as fc.Arbitrary<LangfuseGenerationAttributes>;
}

const propagated: fc.Arbitrary<Propagated> = fc.record(
  {
    userId: fc.constantFrom('user 1', 'ữ', 'x'.repeat(201)),
    sessionId: fc.constantFrom('session-1', 'a,b;c=d'),
    version: fc.constantFrom('3', ''),
    traceName: fc.constantFrom('conversation', 'webhook'),
    environment: fc.constantFrom('eu', 'langfuse-x', 'Not Valid'),
    tags: fc.array(fc.constantFrom('vip', 'phone', 'ữ'), { maxLength: 3 }),
    metadata: fc.dictionary(fc.constantFrom('channel', 'intent', 'a b'), fc.constantFrom('zalo', 'ữ', '')),
    prompt: fc.record({ name: fc.constantFrom('greet', 'other'), version: fc.nat({ max: 9 }) }),
    asBaggage: fc.boolean(),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Propagated>;

function anyManualSpan(settings: TextSettings): fc.Arbitrary<ManualSpan> {
  const text = anyLangfuseText(settings);
  const value: fc.Arbitrary<AttributeValue> = fc.oneof(
    { weight: 6, arbitrary: text },
    { weight: 1, arbitrary: fc.oneof(fc.integer(), fc.boolean(), fc.constantFrom(1.5, Number.NaN, -0, -1 / 0)) },
    { weight: 1, arbitrary: fc.oneof(fc.array(text, { maxLength: 3 }), fc.array(fc.integer(), { maxLength: 3 })) },
  );
  const key = fc.constantFrom(
    ...['observation.input', 'observation.output', 'observation.metadata', 'trace.input', 'trace.output'],
    ...['trace.metadata', 'observation.input_x', 'observation.metadata.phone', 'trace.metadata.image', 'environment'],
    ...['observation.prompt.name', 'internal.is_app_root', 'release'],
  );
  const entries = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.tuple(
        key.map((name) => `langfuse.${name}`),
        value,
      ),
    },
    { weight: 2, arbitrary: fc.tuple(fc.constantFrom('gen_ai.system', 'http.route', 'ai.model.id', 'k'), value) },
    { weight: 1, arbitrary: fc.tuple(fc.constantFrom('ai.prompt', 'ai.prompt.messages'), anyAiMessages(settings)) },
    {
      weight: 1,
      arbitrary: fc.tuple(
        fc.constantFrom('gen_ai.input.messages', 'gen_ai.output.messages'),
        anyGenAiMessages(settings),
      ),
    },
  );
  return fc.record({
    scopeName: fc.constantFrom(...SCOPE_NAMES),
    attributes: fc.array(entries, { maxLength: 7 }).map((list) => Object.fromEntries(list)),
    events: fc.array(fc.record({ name: fc.constantFrom('log', 'ữ'), text }), { maxLength: 2 }),
    hasLink: fc.boolean(),
    statusCode: fc.constantFrom(0 as const, 1 as const, 2 as const),
  });
}

/** Content that is no base64, a URL, and base64, which alone is an asset; its type is its own. */
const content = fc.oneof(
  { weight: 6, arbitrary: base64 },
  { weight: 1, arbitrary: fc.constantFrom('https://example.com/a.png', 'httpAAAA', 'no base64!', '', 'AAAAA') },
);
const mediaType = fc.constant('image/png');
const notMedia = fc.constantFrom<unknown>(null, 7, 'text', { role: 'user', content: 'text' }, { parts: 'none' }, {});

function anyAiMessages(settings: TextSettings): fc.Arbitrary<string> {
  const part = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record(
        { type: fc.constant('file'), mediaType, data: content, image: content },
        { requiredKeys: ['type'] },
      ),
    },
    { weight: 2, arbitrary: fc.record({ type: fc.constant('text'), text: anyLangfuseText(settings) }) },
  );
  return anyMessages(fc.record({ role: fc.constant('user'), content: fc.array(part, { maxLength: 3 }) }), settings);
}

function anyGenAiMessages(settings: TextSettings): fc.Arbitrary<string> {
  const blob = fc.oneof(
    { weight: 4, arbitrary: content },
    { weight: 2, arbitrary: base64.map((data) => `data:image/png;base64,${data}`) },
    { weight: 1, arbitrary: fc.constantFrom('data:image/png,x', 'data:image/png;base64,') },
  );
  const part = fc.record(
    { type: fc.constantFrom('blob', 'blob', 'text'), mime_type: mediaType, content: blob },
    { requiredKeys: ['type'] },
  );
  return anyMessages(fc.record({ role: fc.constant('user'), parts: fc.array(part, { maxLength: 3 }) }), settings);
}

function anyMessages(message: fc.Arbitrary<unknown>, settings: TextSettings): fc.Arbitrary<string> {
  const messages = fc.array(fc.oneof({ weight: 6, arbitrary: message }, { weight: 1, arbitrary: notMedia }), {
    maxLength: 3,
  });
  return fc.oneof(
    { weight: 6, arbitrary: messages.map((list) => JSON.stringify(list)) },
    { weight: 1, arbitrary: notMedia.map((value) => JSON.stringify(value)) },
    { weight: 1, arbitrary: anyLangfuseText(settings) },
  );
}
