import { encode } from '@msgpack/msgpack';
import { createTraceState } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { describe, expect, test } from 'vitest';
import { encodeSpans } from '../../test/arbitraries/encode-spans.js';
import { createSpan } from '../../test/arbitraries/plain-span.js';
import { OffloopError } from '../errors.js';
import { decodeChunk } from './chunk-decoder.js';

/** Bytes that stand for themselves among values to be encoded. */
class Raw {
  readonly bytes: Uint8Array;
  constructor(...parts: readonly Uint8Array[]) {
    this.bytes = Buffer.concat(parts);
  }
}

/** Values one after another, as another implementation may write them. */
function writeForeign(...values: readonly unknown[]): Buffer {
  const parts = values.map((value) =>
    value instanceof Raw ? value.bytes : encode(value, { useBigInt64: true, maxDepth: 200 }),
  );
  return Buffer.concat(parts);
}

/** A map of one entry. */
function tagged(tag: number, value: unknown): Raw {
  return new Raw(new Uint8Array([0x81]), writeForeign(tag, value));
}

const header = ['offloop.chunk', 1];
const resource = [1, 0, null, ['service.name', 'chat']];
const endOfOneSpan = [2, 1, 1];

interface SpanParts {
  readonly resource?: unknown;
  readonly scope?: unknown;
  readonly attributes?: unknown;
  readonly lengthBytes?: number;
}

function foreignSpan(parts: SpanParts = {}): Raw {
  const context = [new Uint8Array(16).fill(0xab), new Uint8Array(8).fill(0xcd), 1, null, null];
  const times = [
    [1, 2],
    [3, 4],
    [2, 2],
  ];
  const scope = parts.scope ?? tagged(0, ['lookup', null, null, null, null]);
  const body = writeForeign(
    ...[parts.resource ?? 0, scope, ...context, null, 'name', 0, ...times, 0, null, true],
    ...[parts.attributes ?? [], 0, [], 0, [], 0],
  );
  return new Raw(new Uint8Array([0xdc, 0, 24]), writeForeign(0, parts.lengthBytes ?? body.length), body);
}

function chunkWith(parts: SpanParts): Buffer {
  return writeForeign(header, foreignSpan(parts), resource, endOfOneSpan);
}

function expectFault(bytes: Uint8Array, message: RegExp): void {
  try {
    decodeChunk(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(OffloopError);
    expect(error).toMatchObject({ code: 'ERR_OFFLOOP_CHUNK_FORMAT', message: expect.stringMatching(message) });
    return;
  }
  throw new Error('the chunk was read');
}

test('a chunk that another msgpack encoder wrote is read', () => {
  const attributes = [
    'utf-8',
    'Độc lập',
    'float32',
    0.5,
    'int64',
    -(2n ** 40n),
    'uint64',
    2n ** 60n,
    'long',
    'x'.repeat(70_000),
  ];
  const { spans } = decodeChunk(chunkWith({ attributes }));
  expect(spans[0]?.attributes).toEqual({
    'utf-8': 'Độc lập',
    float32: 0.5,
    int64: -(2 ** 40),
    uint64: 2 ** 60,
    long: 'x'.repeat(70_000),
  });
  expect(spans[0]?.spanContext()).toEqual({ traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8), traceFlags: 1 });
  expect(spans[0]?.resource.attributes).toEqual({ 'service.name': 'chat' });
});

test('a chunk that ends early at any byte is refused', () => {
  const attributes = { latin1: 'é'.repeat(30), wide: '自由', list: [1, 'a', null] as never };
  const [chunk] = encodeSpans([createSpan({ attributes }), createSpan({ attributes })]);
  if (chunk === undefined) throw new Error('no chunk');
  expect(decodeChunk(chunk).spans).toHaveLength(2);
  for (let byteLength = 0; byteLength < chunk.length; byteLength++)
    expectFault(chunk.subarray(0, byteLength), /^Chunk/);
});

test('nothing decoded refers to the bytes, which are recycled', () => {
  const [chunk] = encodeSpans([
    createSpan({ attributes: { bytes: new Uint8Array([1, 2, 3]) as never, text: 'text' } }),
  ]);
  const [decoded] = decodeChunk(chunk ?? new Uint8Array()).spans;
  chunk?.fill(0xff);
  expect(decoded?.attributes).toEqual({ bytes: new Uint8Array([1, 2, 3]), text: 'text' });
});

describe('a chunk is refused with what was expected when', () => {
  const nested = (levels: number): unknown => (levels === 0 ? 1 : [nested(levels - 1)]);

  test.each<[string, Uint8Array, RegExp]>([
    ['it is empty', new Uint8Array(), /ends/],
    ['it is something else', writeForeign(['another', 1]), /'offloop\.chunk'/],
    [
      'it is of another version',
      writeForeign(['offloop.chunk', 2]),
      /version 1, got version 2; encode and decode with/,
    ],
    ['a record has no known type', writeForeign(header, [9, 0, 0]), /known type, got 9/],
    ['its end is missing', writeForeign(header, foreignSpan(), resource), /ends/],
    ['a span is missing', writeForeign(header, resource, endOfOneSpan), /1 spans, got 0/],
    ['a resource is missing', writeForeign(header, foreignSpan(), [2, 1, 0]), /below 0/],
    [
      'a resource skips a number',
      writeForeign(header, foreignSpan(), [1, 1, null, []], endOfOneSpan),
      /below 1, got 1/,
    ],
    ['it names fewer resources', writeForeign(header, foreignSpan(), resource, [2, 1, 0]), /0 resources, got 1/],
    ['something follows its end', writeForeign(header, foreignSpan(), resource, endOfOneSpan, 0), /nothing behind/],
    ['a span has too few fields', writeForeign(header, [0, 0], resource, endOfOneSpan), /array of 24, got one of 2/],
    ["a span's length is too large", chunkWith({ lengthBytes: 1e6 }), /left|below/],
    ["a span's length is too small", chunkWith({ lengthBytes: 3 }), /^Chunk/],
    ['a resource is unknown', chunkWith({ resource: 1 }), /below 1, got 1/],
    ['a scope is unknown', chunkWith({ scope: 0 }), /below 0, got 0/],
    ['a scope skips a number', chunkWith({ scope: tagged(1, []) }), /below 1, got 1/],
    ['a string is unknown', chunkWith({ attributes: [0, 1] }), /below 0, got 0/],
    ['attributes are not in pairs', chunkWith({ attributes: ['a', 1, 'b'] }), /in pairs/],
    ['a key is no string', chunkWith({ attributes: [true, 1] }), /a key/],
    ['values nest too deep', chunkWith({ attributes: ['a', nested(101)] }), /100 levels/],
    ['text is not UTF-8', chunkWith({ attributes: ['a', new Raw(new Uint8Array([0xa1, 0xff]))] }), /^Chunk/],
  ])('%s', (_, bytes, message) => expectFault(bytes, message));

  test.each<[string, number[], RegExp]>([
    [
      'an array of 4 billion elements',
      [0xdd, 0xff, 0xff, 0xff, 0xff],
      /an array of 4294967295, but \d+ bytes are left/,
    ],
    ['a map of 4 billion entries', [0xdf, 0xff, 0xff, 0xff, 0xff], /a map of 4294967295, but \d+ bytes are left/],
    ['a text of 4 gigabytes', [0xdb, 0xff, 0xff, 0xff, 0xff], /4294967295 bytes, but/],
    ['an extension of 4 gigabytes', [0xc9, 0xff, 0xff, 0xff, 0xff, 0x01], /4294967295 bytes, but/],
    ['bytes of 4 gigabytes', [0xc6, 0xff, 0xff, 0xff, 0xff], /4294967295 bytes, but/],
    ['an extension of another type', [0xd4, 0x63, 0x00], /type 1 or 2, got 99/],
    ['the byte that msgpack does not use', [0xc1], /0xc1/],
    ['a tag that is not known', [0x81, 0xf0, 0xc0], /known tag, got -16/],
    ['a bigint that is none', [0x81, 0xfd, 0xa1, 0x7a], /hexadecimal/],
    ['a definition out of order', [0x81, 0x05, 0xa1, 0x61], /string 0, got 5/],
  ])('a value is %s', (_, bytes, message) => {
    // The same place holds a value that is read, so that it is the value that is refused.
    const parts = (value: Uint8Array): unknown => new Raw(new Uint8Array([0x92]), writeForeign('key', new Raw(value)));
    expect(decodeChunk(chunkWith({ attributes: parts(new Uint8Array([0x07])) })).spans).toHaveLength(1);
    expectFault(chunkWith({ attributes: parts(new Uint8Array(bytes)) }), message);
  });
});

test('a trace state comes back as the API makes it, or verbatim where the API would change it', () => {
  const traceState = createTraceState('b=2,a=1');
  const odd = { ...traceState, get: () => '1', serialize: () => 'No Key At All' } as never as typeof traceState;
  const context = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
  const chunks = encodeSpans([
    createSpan({ spanContext: () => ({ ...context, traceState }) }),
    createSpan({ spanContext: () => ({ ...context, traceState: odd }) }),
  ]);
  const [first, second] = chunks.flatMap((chunk) =>
    decodeChunk(chunk).spans.map((each) => each.spanContext().traceState),
  );
  expect(first).toEqual(traceState);
  expect(first?.get('a')).toBe('1');
  expect(second?.serialize()).toBe('No Key At All');
  expect(second?.get('a')).toBeUndefined();
  expect(second?.set('a', '1').unset('b').serialize()).toBe('a=1');
});

test('a decoded resource merges as one of the SDK does', async () => {
  const own = resourceFromAttributes({ a: 1, b: 2 }, { schemaUrl: 'https://own' });
  const [chunk] = encodeSpans([createSpan({ resource: own })]);
  const decoded = decodeChunk(chunk ?? new Uint8Array()).spans[0]?.resource;
  for (const other of [
    resourceFromAttributes({ b: 3, c: 4 }),
    resourceFromAttributes({ b: 3 }, { schemaUrl: 'https://own' }),
    resourceFromAttributes({ b: 3 }, { schemaUrl: 'https://other' }),
  ]) {
    const merged = decoded?.merge(other);
    const expected = own.merge(other);
    expect(merged?.attributes).toEqual(expected.attributes);
    expect(merged?.schemaUrl).toBe(expected.schemaUrl);
  }
  expect(decoded?.merge(null)).toBe(decoded);
  expect(decoded?.getRawAttributes()).toEqual(own.getRawAttributes());
  await expect(decoded?.waitForAsyncAttributes()).resolves.toBeUndefined();
});
