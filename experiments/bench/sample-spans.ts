import { type Attributes, type AttributeValue, ROOT_CONTEXT, SpanKind, type Tracer, trace } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  RandomIdGenerator,
  type ReadableSpan,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { textOf } from '../text/passages.js';
import type { Payload } from './payloads.js';

/** As the semantic conventions have them: some values out of a few, some new in every span, every type of value. */
const SMALL_ATTRIBUTES: readonly (readonly [key: string, makeValue: (turn: number) => AttributeValue])[] = [
  ['gen_ai.operation.name', () => 'chat'],
  ['gen_ai.request.model', (turn) => ['gpt-4.1-mini', 'gpt-4.1', 'o4-mini'][turn % 3] ?? ''],
  ['gen_ai.usage.input_tokens', (turn) => 900 + (turn % 4_000)],
  ['gen_ai.usage.output_tokens', (turn) => 200 + (turn % 900)],
  ['gen_ai.conversation.id', (turn) => `conversation-${1_000_000 + turn}`],
  ['user.id', (turn) => `user-${50_000 + ((turn * 7) % 9_000)}`],
  ['gen_ai.request.temperature', (turn) => (turn % 10) / 10 + 0.05],
  ['gen_ai.response.finish_reasons', () => ['stop']],
  ['server.address', () => 'api.example.com'],
  ['server.port', () => 443],
  ['gen_ai.request.stream', (turn) => turn % 2 === 0],
  ['next_action', (turn) => ['answer', 'search', 'hand over to a person'][turn % 3] ?? ''],
];

const DISTINCT_TEXT_COUNT = 64;

const TEXT_KEYS = ['input.value', 'output.value'] as const;

/** Neighbouring spans have other text, though of the same language and length. */
const TEXT_STRIDE_CHARACTERS = 137;

const EVENT_ATTRIBUTES: Attributes = { 'gen_ai.choice.index': 0, 'gen_ai.choice.finish_reason': 'stop' };

/** Makes spans of one payload with the SDK's own tracer, one after the other. */
export class SpanMaker {
  readonly #payload: Payload;
  readonly #tracer: Tracer;
  readonly #texts: readonly Buffer[];
  readonly #textEncoding: 'latin1' | 'utf16le';
  /** The SDK's own, since how a string was made decides how fast it is read. */
  readonly #ids = new RandomIdGenerator();
  #turn = 0;

  constructor(payload: Payload, spanProcessors: readonly SpanProcessor[]) {
    this.#payload = payload;
    const provider = new BasicTracerProvider({
      resource: resourceFromAttributes({ 'service.name': 'bench', 'service.version': '1.0.0', 'host.name': 'bench-1' }),
      spanProcessors: [...spanProcessors],
      spanLimits: { attributeCountLimit: Number.POSITIVE_INFINITY },
    });
    this.#tracer = provider.getTracer('bench', '1.0.0');
    this.#textEncoding = payload.language === 'en' ? 'latin1' : 'utf16le';
    this.#texts = Array.from({ length: payload.textCount === 0 ? 0 : DISTINCT_TEXT_COUNT }, (_, index) =>
      Buffer.from(textOf(payload.language, payload.textCharacters, index * TEXT_STRIDE_CHARACTERS), this.#textEncoding),
    );
  }

  /** Starts and ends a span, with a parent, twelve attributes or as many as asked for, and an event. */
  makeSpan(): void {
    const turn = this.#turn++;
    const parent = trace.setSpanContext(ROOT_CONTEXT, {
      traceId: this.#ids.generateTraceId(),
      spanId: this.#ids.generateSpanId(),
      traceFlags: 1,
    });
    const attributes = this.#makeAttributes(turn);
    const span = this.#tracer.startSpan('chat', { kind: SpanKind.CLIENT, attributes }, parent);
    span.addEvent('gen_ai.choice', EVENT_ATTRIBUTES);
    span.end();
  }

  #makeAttributes(turn: number): Attributes {
    const { attributeCount, textCount } = this.#payload;
    const attributes: Attributes = {};
    for (let index = 0; index < attributeCount - textCount; index++) {
      const [key, makeValue] = SMALL_ATTRIBUTES[index % SMALL_ATTRIBUTES.length] ?? unreachable();
      attributes[index < SMALL_ATTRIBUTES.length ? key : `${key}.${index}`] = makeValue(turn);
    }
    for (let index = 0; index < textCount; index++) {
      attributes[TEXT_KEYS[index] ?? unreachable()] = this.#makeText(turn * textCount + index);
    }
    return attributes;
  }

  /**
   * A string of its own for every span, as a service gets its text from a socket: V8 would keep a slice of one long text
   * as a reference to the whole, which stays in cache. From V8's own width, since UTF-8 takes a hundred times longer to
   * decode and would drown what is measured.
   */
  #makeText(turn: number): string {
    return (this.#texts[turn % DISTINCT_TEXT_COUNT] ?? unreachable()).toString(this.#textEncoding);
  }
}

/** Makes so many ended spans and keeps them. */
export function makeSpans(payload: Payload, spanCount: number): ReadableSpan[] {
  const spans: ReadableSpan[] = [];
  const maker = new SpanMaker(payload, [collectInto(spans)]);
  for (let made = 0; made < spanCount; made++) maker.makeSpan();
  return spans;
}

export function collectInto(spans: ReadableSpan[]): SpanProcessor {
  return { ...NO_LIFECYCLE, onStart() {}, onEnd: (span) => void spans.push(span) };
}

const NO_LIFECYCLE = { forceFlush: async () => {}, shutdown: async () => {} };

function unreachable(): never {
  throw new RangeError('unreachable: the index is within the array');
}
