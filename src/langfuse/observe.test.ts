import {
  setLangfuseTracerProvider,
  startObservation,
  observe as theirs,
  updateActiveObservation,
} from '@langfuse/tracing';
import { context, trace } from '@opentelemetry/api';
import { BasicTracerProvider, type ReadableSpan, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { encodeSpans } from '../../test/arbitraries/encode-spans.js';
import { anyJsonInput } from '../../test/arbitraries/json-value.js';
import { decodeChunk } from '../wire/chunk-decoder.js';
import type { ReadableSpan as PlainSpan } from '../wire/readable-span.js';
import { captureInput, captureOutput } from './capture.js';
import { allowSnapshots, SNAPSHOT_PLACEHOLDER, withSnapshots } from './capture-snapshots.js';
import { observe } from './observe.js';

const INPUT = 'langfuse.observation.input';
const OUTPUT = 'langfuse.observation.output';
const TYPE = 'langfuse.observation.type';
const MESSAGES = [{ role: 'user', content: 'Một câu hỏi dài hơn hai mươi bốn ký tự, '.repeat(10) }];

function failOnLoss(captureCount: number): never {
  throw new Error(`expected every capture, lost ${captureCount}`);
}

/** Takes captures, and keeps spans as they arrive and as other processors see them. */
class CapturingProcessor implements SpanProcessor {
  isAllowing = true;
  spans: { readonly arrived: PlainSpan; readonly raw: ReadableSpan }[] = [];

  onStart(span: object): void {
    if (this.isAllowing) allowSnapshots(span);
  }

  onEnd(raw: ReadableSpan): void {
    const [chunk = new Uint8Array()] = encodeSpans([withSnapshots(raw as unknown as PlainSpan, failOnLoss)]);
    const [arrived] = decodeChunk(chunk).spans;
    if (arrived === undefined) throw new Error('expected a span in the chunk');
    this.spans.push({ arrived, raw });
  }

  async forceFlush(): Promise<void> {}
  async shutdown(): Promise<void> {}
}

const processor = new CapturingProcessor();

beforeAll(() => {
  // For its context manager alone.
  new NodeTracerProvider().register({ propagator: null });
});

beforeEach(() => {
  processor.isAllowing = true;
  processor.spans = [];
  setLangfuseTracerProvider(new BasicTracerProvider({ spanProcessors: [processor] }));
});

afterEach(() => setLangfuseTracerProvider(null));

afterAll(() => {
  trace.disable();
  context.disable();
});

/** What came of one call: whether it ended for the caller as told, and its span's attributes in their order. */
async function record(result: unknown, call: () => unknown): Promise<unknown> {
  processor.spans = [];
  let end: string;
  try {
    end = Object.is(await call(), result) ? 'returned it' : 'returned something else';
  } catch (error) {
    end = Object.is(error, result) ? 'threw it' : `threw ${error instanceof Error ? error.message : 'something else'}`;
  }
  return { end, spans: processor.spans.map(({ arrived }) => [arrived.name, Object.entries(arrived.attributes ?? {})]) };
}

const anyMessages = fc
  .array(fc.record({ role: fc.constantFrom('user', 'tool'), content: fc.string({ minLength: 300, maxLength: 500 }) }))
  .map((messages) => ({ messages }));
const anyValue = fc.oneof(anyJsonInput, anyMessages);
const anyCall = fc.record({
  args: fc.array(anyValue, { maxLength: 3 }),
  result: anyValue,
  ending: fc.constantFrom('returns', 'throws', 'resolves', 'rejects'),
  isAllowing: fc.boolean(),
  options: fc.record(
    {
      name: fc.string(),
      asType: fc.constantFrom('span', 'generation', 'tool', 'event'),
      captureInput: fc.boolean(),
      captureOutput: fc.boolean(),
    },
    { requiredKeys: [] },
  ),
});

describe('observe', () => {
  it('sends the attributes of their observe, in their order, whatever goes in and comes out', async () => {
    let snapshotCount = 0;
    await fc.assert(
      fc.asyncProperty(anyCall, async ({ args, result, ending, isAllowing, options }) => {
        processor.isAllowing = isAllowing;
        function answer(): unknown {
          updateActiveObservation({ metadata: { seen: true } }, { asType: 'agent' });
          if (ending === 'throws') throw result;
          if (ending === 'returns') return result;
          return ending === 'resolves' ? Promise.resolve(result) : Promise.reject(result);
        }
        const expected = await record(result, () => theirs(answer, options as never).apply(undefined, args as never));
        const actual = await record(result, () => observe(answer, options as never).apply(undefined, args as never));
        expect(actual).toEqual(expected);
        snapshotCount += processor.spans.filter(({ raw }) => raw.attributes[INPUT] === SNAPSHOT_PLACEHOLDER).length;
      }),
      { numRuns: 1_000 },
    );
    expect(snapshotCount).toBeGreaterThan(50);
  });

  it.each(['', 0, false, null, undefined, Number.NaN])(
    'leaves out the input %s, as theirs does, and not the output',
    async (value) => {
      const echo = (input: unknown) => input;
      const expected = await record(value, () => theirs(echo)(value));
      expect(await record(value, () => observe(echo)(value))).toEqual(expected);
    },
  );

  it('captures what the arguments were when the function was called', () => {
    const messages = structuredClone(MESSAGES);
    const before = JSON.stringify(messages);
    observe((list: typeof messages) => list.push({ role: 'tool', content: 'added' }))(messages);
    expect(processor.spans[0]?.arrived.attributes).toMatchObject({ [INPUT]: before });
    expect(processor.spans[0]?.raw.attributes).toMatchObject({ [INPUT]: SNAPSHOT_PLACEHOLDER });
  });

  it('keeps `this`, and the order of nested observations', () => {
    const inner = observe(function inner(this: unknown) {
      return this;
    });
    const self = {};
    const outer = observe(function outer() {
      return inner.call(self);
    });
    expect(outer()).toBe(self);
    expect(processor.spans.map(({ arrived }) => arrived.name)).toEqual(['inner', 'outer']);
    const [child, parent] = processor.spans;
    expect(child?.arrived.parentSpanContext?.spanId).toBe(parent?.arrived.spanContext().spanId);
  });

  it('gives way to what the function itself sets', () => {
    observe((_: unknown) => updateActiveObservation({ input: 'set within' }))(MESSAGES);
    expect(processor.spans[0]?.arrived.attributes).toMatchObject({ [INPUT]: 'set within' });
  });

  it('makes the text itself where the SDK limits its length', () => {
    const spanLimits = { attributeValueLengthLimit: 50 };
    setLangfuseTracerProvider(new BasicTracerProvider({ spanProcessors: [processor], spanLimits }));
    observe((_: unknown) => undefined)(MESSAGES);
    expect(processor.spans[0]?.arrived.attributes).toMatchObject({ [INPUT]: JSON.stringify(MESSAGES).slice(0, 50) });
  });

  it('tries ever fewer values of a place where snapshots do not pay, until one does', () => {
    const look = observe((_: unknown) => undefined);
    const listTried = (value: unknown, callCount: number): number[] => {
      processor.spans = [];
      for (let call = 0; call < callCount; call++) look(value);
      expect(new Set(processor.spans.map(({ arrived }) => arrived.attributes?.[INPUT]))).toEqual(
        new Set([JSON.stringify(value)]),
      );
      return processor.spans.flatMap(({ raw }, call) => (raw.attributes[INPUT] === SNAPSHOT_PLACEHOLDER ? [call] : []));
    };
    expect(listTried([{ id: 1 }], 200)).toEqual([0, 2, 6, 14, 30, 62, 126, 190]);
    expect(listTried(MESSAGES, 57)).toEqual([54, 55, 56]);
    expect(listTried([{ id: 1 }], 4)).toEqual([0, 2]);
  });
});

describe('captureInput and captureOutput', () => {
  it('send what update sends', () => {
    const expected = startObservation('chat', {}, { asType: 'generation' });
    expected
      .update({ input: MESSAGES })
      .update({ output: { answer: MESSAGES } })
      .end();
    const actual = startObservation('chat', {}, { asType: 'generation' });
    actual.otelSpan.setAttribute(TYPE, 'set otherwise');
    captureInput(actual, MESSAGES);
    expect((actual.otelSpan as unknown as ReadableSpan).attributes[TYPE]).toBe('generation');
    captureOutput(actual, { answer: MESSAGES });
    actual.end();
    const [first, second] = processor.spans;
    expect(Object.entries(second?.arrived.attributes ?? {})).toEqual(Object.entries(first?.arrived.attributes ?? {}));
    expect(second?.raw.attributes).toMatchObject({ [INPUT]: SNAPSHOT_PLACEHOLDER, [OUTPUT]: SNAPSHOT_PLACEHOLDER });
  });

  it('leave a span alone that nobody records', () => {
    const otelSpan = trace.wrapSpanContext({ traceId: '0'.repeat(32), spanId: '0'.repeat(16), traceFlags: 0 });
    let callCount = 0;
    captureInput({ otelSpan, type: 'span' }, { toJSON: () => callCount++ });
    expect(callCount).toBe(0);
  });
});
