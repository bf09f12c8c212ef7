import { LangfuseOtelSpanAttributes } from '@langfuse/core';
import { BasicTracerProvider, type ReadableSpan as SdkReadableSpan } from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import { encodeSpans } from '../../test/arbitraries/encode-spans.js';
import { decodeChunk } from '../wire/chunk-decoder.js';
import type { ReadableSpan } from '../wire/readable-span.js';
import { allowSnapshots, CapturePlace, SNAPSHOT_PLACEHOLDER, withSnapshots } from './capture-snapshots.js';

const { OBSERVATION_INPUT: INPUT } = LangfuseOtelSpanAttributes;
const VALUE = { text: 'a text that pays '.repeat(20) };

function captureSpan(): SdkReadableSpan {
  const span = new BasicTracerProvider().getTracer('capture').startSpan('captured');
  allowSnapshots(span);
  span.setAttribute(INPUT, new CapturePlace().capture(span, INPUT, VALUE) ?? 'nothing');
  span.end();
  const ended = span as unknown as SdkReadableSpan;
  expect(ended.attributes[INPUT]).toBe(SNAPSHOT_PLACEHOLDER);
  return ended;
}

/** The attributes as they arrive in the worker, and how many captures were lost. */
function deliver(span: SdkReadableSpan) {
  let lostCount = 0;
  const whole = withSnapshots(span as unknown as ReadableSpan, (captureCount) => {
    lostCount += captureCount;
  });
  const [chunk = new Uint8Array()] = encodeSpans([whole]);
  return { attributes: decodeChunk(chunk).spans[0]?.attributes, lostCount };
}

/** Keeps what it hides in a private field, as an object that inherits from it could not read. */
class WrappedSpan {
  readonly #span: SdkReadableSpan;
  readonly attributes: SdkReadableSpan['attributes'];

  constructor(span: SdkReadableSpan) {
    this.#span = span;
    this.attributes = { ...span.attributes, added: 1 };
    const names = ['kind', 'startTime', 'endTime', 'status', 'links', 'events', 'duration', 'ended'] as const;
    for (const name of [...names, 'resource', 'instrumentationScope'] as const) {
      Object.defineProperty(this, name, { get: () => this.#span[name] });
    }
  }

  get name(): string {
    return this.#span.name;
  }

  spanContext() {
    return this.#span.spanContext();
  }
}

describe('a processor in front that hands on', () => {
  it.each<[string, (span: SdkReadableSpan) => SdkReadableSpan]>([
    [
      'an object that inherits from the span',
      (span) =>
        Object.create(span, {
          attributes: { value: { ...span.attributes, added: 1 }, enumerable: true },
        }),
    ],
    [
      'a copy',
      (span) => ({
        ...span,
        spanContext: () => span.spanContext(),
        attributes: { ...span.attributes, added: 1 },
      }),
    ],
    ['a wrapper', (span) => new WrappedSpan(span) as unknown as SdkReadableSpan],
  ])('%s hands on what was captured', (_, derive) => {
    expect(deliver(derive(captureSpan()))).toEqual({
      attributes: { [INPUT]: JSON.stringify(VALUE), added: 1 },
      lostCount: 0,
    });
  });

  it('a copy with a context of its own loses the capture, which is told', () => {
    const span = captureSpan();
    const copy = { ...span, spanContext: () => ({ ...span.spanContext() }), attributes: span.attributes };
    expect(deliver(copy)).toEqual({ attributes: { [INPUT]: SNAPSHOT_PLACEHOLDER }, lostCount: 1 });
  });

  it('the capture under another key loses it, which is told', () => {
    const span = captureSpan();
    const renamed = Object.create(span, { attributes: { value: { prompt: span.attributes[INPUT] } } });
    expect(deliver(renamed)).toEqual({ attributes: { prompt: SNAPSHOT_PLACEHOLDER }, lostCount: 1 });
  });
});

it('a span that can not be read is passed on as it is', () => {
  const span = {
    spanContext: () => {
      throw new Error('no context');
    },
  } as unknown as ReadableSpan;
  const fail = () => expect.unreachable();
  expect(withSnapshots(span, fail)).toBe(span);
});
