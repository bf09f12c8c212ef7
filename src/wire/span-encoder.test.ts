import { deepStrictEqual } from 'node:assert/strict';
import type { Attributes } from '@opentelemetry/api';
import { BasicTracerProvider, type ReadableSpan as SdkReadableSpan } from '@opentelemetry/sdk-trace-base';
import { expect, test, vi } from 'vitest';
import { createEncoder, encodeSpans } from '../../test/arbitraries/encode-spans.js';
import { createSpan, plainResource, plainScope } from '../../test/arbitraries/plain-span.js';
import { viewSpan } from '../../test/arbitraries/span-view.js';
import { decodeChunk } from './chunk-decoder.js';
import type { ReadableEvent, ReadableResource, ReadableSpan } from './readable-span.js';
import { SpanEncoder } from './span-encoder.js';

function passThrough(span: ReadableSpan): ReadableSpan {
  const [chunk] = encodeSpans([span]);
  const [decoded] = chunk === undefined ? [] : decodeChunk(chunk).spans;
  if (decoded === undefined) throw new Error('the span got lost');
  return decoded;
}

/** Attributes of values that their type does not allow. */
function withValues(values: Record<string, unknown>): Attributes {
  return values as Attributes;
}

test('spans of the SDK arrive as they were', () => {
  const ended: SdkReadableSpan[] = [];
  const provider = new BasicTracerProvider({
    spanProcessors: [
      { onStart: () => {}, onEnd: (span) => ended.push(span), forceFlush: async () => {}, shutdown: async () => {} },
    ],
  });
  const tracer = provider.getTracer('lookup', '1.0.0', { schemaUrl: 'https://example.com/schema' });
  const root = tracer.startSpan('root', { root: true, attributes: { tags: ['a', 'b'], ratio: 0.5 } });
  root.addEvent('started', { attempt: 1 }).addLink({ context: root.spanContext(), attributes: { kind: 'retry' } });
  root.recordException(new Error('no such document'));
  root.setStatus({ code: 2, message: 'no such document' }).end();
  tracer.startSpan('sibling').end([2 ** 33, 1]);

  const decoded = encodeSpans(ended).flatMap((chunk) => decodeChunk(chunk).spans);

  expect(ended).toHaveLength(2);
  deepStrictEqual(decoded.map(viewSpan), ended.map(viewSpan));
});

test('one encoder fills many chunks, each of which can be read alone', () => {
  const spans = Array.from({ length: 300 }, (_, index) => createSpan({ name: `step ${index % 7}` }));
  const chunks = encodeSpans(spans, createEncoder(2048));

  const decoded = chunks.toReversed().map((chunk) => decodeChunk(chunk).spans.map((span) => span.name));

  expect(chunks.length).toBeGreaterThan(5);
  expect(decoded.toReversed().flat()).toEqual(spans.map((span) => span.name));
});

test('a repeated string is written once a chunk', () => {
  const chunk = Buffer.concat(encodeSpans(Array.from({ length: 10 }, () => createSpan())));
  for (const text of ['GET /documents', 'http.request.method', 'lookup']) {
    expect(chunk.toString('latin1').split(text)).toHaveLength(2);
  }
});

test('a key whose values never repeat has them written where they stand, and so does a table that is full', () => {
  const spans = Array.from({ length: 6000 }, (_, index) =>
    createSpan({ name: `name ${index}`, attributes: { id: `id ${index}`, [`key ${index}`]: index } }),
  );
  const decoded = encodeSpans(spans, createEncoder(64 * 1024)).flatMap((chunk) => decodeChunk(chunk).spans);
  deepStrictEqual(decoded.map(viewSpan), spans.map(viewSpan));
});

test('spans of one resource or scope share it after decoding', () => {
  const resource: ReadableResource = { attributes: { 'service.name': 'other' } };
  const spans = [createSpan(), createSpan({ resource }), createSpan()];
  const [first, second, third] = encodeSpans(spans).flatMap((chunk) => decodeChunk(chunk).spans);
  expect(first?.resource).toBe(third?.resource);
  expect(first?.resource).not.toBe(second?.resource);
  expect(first?.instrumentationScope).toBe(second?.instrumentationScope);
});

test('a span that has no room in the chunk leaves it as it was, and goes into the next', () => {
  const encoder = createEncoder(4096);
  const small = createSpan();
  const large = createSpan({ name: 'large', attributes: { fresh: 'key', text: 'x'.repeat(5000) } });
  const [expected] = encodeSpans([small], createEncoder(4096));

  expect(encoder.encode(small)).toBe('written');
  expect(encoder.encode(large)).toBe('full');
  expect(encoder.spanCount).toBe(1);
  expect(encoder.close()?.seal()).toEqual(expected);
  expect(encoder.encode(large)).toBe('written');
  const chunk = encoder.close()?.seal() ?? new Uint8Array();
  expect(decodeChunk(chunk).spans[0]?.attributes['text']).toHaveLength(5000);
});

test('a span past maxSpanBytes leaves the chunk as it was and the next span whole', () => {
  const encoder = createEncoder(16 * 1024, 1000);
  const reference = createEncoder(16 * 1024, 1000);
  const scope = { name: 'only in the span that is too large' };
  const resource = { attributes: { only: 'there' } };
  const attributes = { fresh: 'key', list: ['x'.repeat(600), 'y'.repeat(600)] };

  for (const each of [encoder, reference]) expect(each.encode(createSpan())).toBe('written');
  const byteLength = encoder.byteLength;
  expect(encoder.encode(createSpan({ name: 'new', attributes, instrumentationScope: scope, resource }))).toBe(
    'too_large',
  );
  expect(encoder.byteLength).toBe(byteLength);
  for (const each of [encoder, reference])
    expect(each.encode(createSpan({ attributes: { fresh: 1 } }))).toBe('written');

  expect(encoder.close()?.seal()).toEqual(reference.close()?.seal());
});

test('an array of a billion holes is refused before anything is made of it', () => {
  const acquire = vi.fn((minimumBytes: number) => new Uint8Array(minimumBytes));
  const encoder = new SpanEncoder({ maxSpanBytes: 1e6, acquire, release: () => {} });
  const attributes = withValues({ holes: new Array(1e9) });
  expect(encoder.encode(createSpan({ attributes }))).toBe('too_large');
  expect(acquire).toHaveBeenCalledTimes(1);
});

test('an attribute may nest as deep as the format allows, and no deeper', () => {
  const nest = (levels: number): unknown => {
    let value: unknown = 'bottom';
    for (let level = 0; level < levels; level++) value = level % 2 === 0 ? [value] : { value };
    return value;
  };
  const decoded = passThrough(createSpan({ attributes: withValues({ allowed: nest(100), deeper: nest(101) }) }));
  expect(decoded.attributes).toEqual({ allowed: nest(100) });
  expect(decoded.droppedAttributesCount).toBe(1);
});

test('inherited properties are no attributes', () => {
  const inherit = (): object => Object.assign(Object.create({ inherited: 1 }), { own: 2 });
  const decoded = passThrough(createSpan({ attributes: Object.assign(inherit(), withValues({ nested: inherit() })) }));
  expect(decoded.attributes).toEqual({ own: 2, nested: { own: 2 } });
});

test('a text of 10 million characters and a megabyte of astral ones arrive whole', () => {
  const attributes = { ascii: 'a'.repeat(1e7), astral: '𝒳'.repeat(250_000), latin1: 'é'.repeat(1000) };
  expect(passThrough(createSpan({ attributes })).attributes).toEqual(attributes);
});

test('a buffer that is outgrown is given back once its content has moved', () => {
  const released: number[] = [];
  const encoder = new SpanEncoder({
    maxSpanBytes: 1e6,
    acquire: (minimumBytes) => new Uint8Array(minimumBytes),
    release: (buffer) => released.push(buffer.length),
  });
  expect(encoder.encode(createSpan({ attributes: { list: Array.from({ length: 3000 }, String) } }))).toBe('written');
  expect(released[0]).toBe(1024);
  expect(decodeChunk(encoder.close()?.seal() ?? new Uint8Array()).spans[0]?.attributes['list']).toHaveLength(3000);
});

test('no memory is an answer, not an exception', () => {
  let isRefused = true;
  const encoder = new SpanEncoder({
    maxSpanBytes: 1e6,
    acquire: (minimumBytes) => {
      if (isRefused || minimumBytes > 10_000) throw new RangeError('Array buffer allocation failed');
      return new Uint8Array(minimumBytes);
    },
    release: () => {},
  });
  expect(encoder.encode(createSpan())).toBe('no_memory');
  isRefused = false;
  expect(encoder.encode(createSpan({ attributes: { text: 'x'.repeat(50_000) } }))).toBe('no_memory');
  expect(encoder.encode(createSpan())).toBe('written');
  expect(decodeChunk(encoder.close()?.seal() ?? new Uint8Array()).spans).toHaveLength(1);
});

test('chunks are written to shared memory as well', () => {
  const encoder = new SpanEncoder<SharedArrayBuffer>({
    maxSpanBytes: 1e6,
    acquire: (minimumBytes) => new Uint8Array(new SharedArrayBuffer(Math.max(minimumBytes, 1 << 16))),
    release: () => {},
  });
  const span = createSpan({ attributes: { latin1: 'é'.repeat(100), wide: 'ữ'.repeat(100) } });
  encoder.encode(span);
  const chunk = encoder.close()?.seal();
  expect(chunk?.buffer).toBeInstanceOf(SharedArrayBuffer);
  deepStrictEqual(decodeChunk(chunk ?? new Uint8Array()).spans.map(viewSpan), [viewSpan(span)]);
});

test('an attribute that can not be read is dropped and counted, alone', () => {
  const cycle: Record<string, unknown> = {};
  cycle['left'] = cycle;
  cycle['right'] = cycle;
  let deep: unknown = 'bottom';
  for (let level = 0; level < 100_000; level++) deep = [deep];
  const attributes = withValues({
    before: 1,
    cycle,
    deep,
    nested: {
      get broken(): string {
        throw new Error('getter');
      },
    },
    get own(): string {
      throw new Error('getter');
    },
    after: 2,
  });
  const encoder = createEncoder();
  const span = createSpan({ attributes, droppedAttributesCount: 3 });
  const [chunk] = encodeSpans([span], encoder);
  const [decoded] = decodeChunk(chunk ?? new Uint8Array()).spans;
  expect(decoded?.attributes).toEqual({ before: 1, after: 2 });
  expect(decoded?.droppedAttributesCount).toBe(7);
  expect(encoder.droppedPartCount).toBe(4);
});

test('an event or link that can not be read is dropped and counted, alone', () => {
  const event: ReadableEvent = { time: [1, 2], name: 'kept', attributes: {} };
  const broken = {
    name: 'broken',
    get time(): never {
      throw new Error('getter');
    },
  };
  const decoded = passThrough(
    createSpan({ events: [event, broken, event], links: [undefined] as never, droppedEventsCount: 1 }),
  );
  expect(decoded.events).toEqual([event, event]);
  expect(decoded.droppedEventsCount).toBe(2);
  expect(decoded.links).toEqual([]);
  expect(decoded.droppedLinksCount).toBe(1);
});

test('more attributes, events and array elements than a short header counts arrive whole', () => {
  const keys = Array.from({ length: 40_000 }, (_, index) => [`key ${index}`, index]);
  const events = Array.from({ length: 70_000 }, (_, index): ReadableEvent => ({ time: [index, 0], name: 'tick' }));
  const numbers = Array.from({ length: 70_000 }, (_, index) => index);
  const decoded = passThrough(createSpan({ attributes: { ...Object.fromEntries(keys), numbers }, events }));
  expect(decoded.attributes).toEqual({ ...Object.fromEntries(keys), numbers });
  expect(decoded.events).toEqual(events);
});

test.each([
  [
    'a context that throws',
    {
      spanContext: () => {
        throw new Error('no context');
      },
    },
  ],
  ['no scope', { instrumentationScope: undefined as never }],
  ['no status', { status: undefined as never }],
  [
    'a trace state that throws',
    {
      spanContext: () =>
        ({
          traceState: {
            serialize: () => {
              throw new Error('no');
            },
          },
        }) as never,
    },
  ],
])('a span with %s is refused, and the chunk is as it was', (_, parts: Partial<ReadableSpan>) => {
  const encoder = createEncoder();
  encoder.encode(createSpan());
  const byteLength = encoder.byteLength;
  expect(encoder.encode(createSpan(parts))).toBe('unreadable');
  expect(encoder.byteLength).toBe(byteLength);
  expect(decodeChunk(encoder.close()?.seal() ?? new Uint8Array()).spans).toHaveLength(1);
});

test('fields of other types than the SDK gives them neither throw nor change', () => {
  const odd = createSpan({
    name: undefined as never,
    kind: null as never,
    startTime: undefined as never,
    endTime: 'now' as never,
    droppedAttributesCount: undefined as never,
    droppedLinksCount: -1,
    attributes: undefined as never,
    resource: { attributes: undefined } as never,
  });
  const { attributes: _, resource, ...decoded } = viewSpan(passThrough(odd)) as Record<string, unknown>;
  const { attributes: __, resource: ___, ...original } = viewSpan(odd) as Record<string, unknown>;
  deepStrictEqual(decoded, original);
  expect(resource).toEqual({ attributes: { entries: [] } });
});

test('a getter that ends another span does not write into the one that is being read', () => {
  const encoder = createEncoder();
  const inner: unknown[] = [];
  const attributes = withValues({
    get nested(): string {
      inner.push(encoder.encode(createSpan()), encoder.close());
      return 'value';
    },
  });
  expect(encoder.encode(createSpan({ attributes }))).toBe('written');
  expect(inner).toEqual(['unreadable', undefined]);
  expect(decodeChunk(encoder.close()?.seal() ?? new Uint8Array()).spans[0]?.attributes).toEqual({ nested: 'value' });
});

test('a closed chunk waits for its resource while the next chunk fills', () => {
  const resource = { attributes: { early: 1 } as Attributes, asyncAttributesPending: true, schemaUrl: 'https://a.b' };
  const encoder = createEncoder();
  encoder.encode(createSpan({ resource }));
  const parked = encoder.close();
  encoder.encode(createSpan({ name: 'next', resource: plainResource }));
  expect(parked?.pendingResources).toEqual([resource]);

  resource.attributes = { early: 1, late: 'x'.repeat(20_000) };
  resource.asyncAttributesPending = false;
  expect(parked?.pendingResources).toEqual([]);
  const next = encoder.close()?.seal() ?? new Uint8Array();
  const chunk = parked?.seal() ?? new Uint8Array();

  const [decoded] = decodeChunk(chunk).spans;
  expect(decoded?.resource.attributes).toEqual(resource.attributes);
  expect(decoded?.resource.schemaUrl).toBe('https://a.b');
  expect(decoded?.resource.asyncAttributesPending).toBe(false);
  expect(decodeChunk(next).spans[0]?.name).toBe('next');
  expect(parked?.seal()).toEqual(chunk);
  expect(parked?.byteLength).toBe(chunk.length);
});

test('a chunk that can not be sealed for want of memory can be sealed later', () => {
  const acquire = vi.fn((minimumBytes: number) => new Uint8Array(minimumBytes));
  const encoder = new SpanEncoder({ maxSpanBytes: 1e6, acquire, release: () => {} });
  encoder.encode(createSpan({ resource: { attributes: { large: 'x'.repeat(5000) } } }));
  const chunk = encoder.close();
  acquire.mockImplementationOnce(() => {
    throw new RangeError('Array buffer allocation failed');
  });
  expect(() => chunk?.seal()).toThrow(RangeError);
  expect(decodeChunk(chunk?.seal() ?? new Uint8Array()).spans[0]?.resource.attributes['large']).toHaveLength(5000);
});

test('closing without a span gives no chunk', () => {
  const encoder = createEncoder();
  expect(encoder.close()).toBeUndefined();
  expect(encoder.encode(createSpan({ instrumentationScope: undefined as never }))).toBe('unreadable');
  expect(encoder.close()).toBeUndefined();
  expect(encoder.encode(createSpan({ instrumentationScope: plainScope }))).toBe('written');
  expect(encoder.close()?.spanCount).toBe(1);
});
