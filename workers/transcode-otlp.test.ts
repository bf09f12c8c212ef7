import { Buffer } from 'node:buffer';
import { encode } from '@msgpack/msgpack';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan as SdkReadableSpan } from '@opentelemetry/sdk-trace-base';
import { describe, expect, test } from 'vitest';
import { OffloopError } from '../src/errors.js';
import type { ReadableSpan } from '../src/wire/readable-span.js';
import { encodeSpans } from '../test/arbitraries/encode-spans.js';
import { createSpan } from '../test/arbitraries/plain-span.js';
import { OtlpTranscoder } from './transcode-otlp.js';

const transcoder = new OtlpTranscoder();

function transcode(chunk: Uint8Array): Buffer {
  const request = transcoder.transcode(chunk);
  const copy = Buffer.from(request);
  transcoder.release(request);
  return copy;
}

function serialize(...spans: readonly ReadableSpan[]): Buffer {
  return Buffer.from(ProtobufTraceSerializer.serializeRequest(spans as unknown as SdkReadableSpan[]) ?? []);
}

function rewrite(...spans: readonly ReadableSpan[]): Buffer {
  const [chunk = new Uint8Array(), another] = encodeSpans(spans);
  if (another !== undefined) throw new Error('more than one chunk');
  return transcode(chunk);
}

/** A span that is not what its type says. */
function brokenSpan(parts: Record<string, unknown>): ReadableSpan {
  return createSpan(parts as Partial<ReadableSpan>);
}

const context = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };

test('scopes and resources stand in the order in which they first appear, each once, with all of their spans', () => {
  const resources = ['a', 'b'].map((name) => ({ attributes: { name }, schemaUrl: `https://resource/${name}` }));
  const scopes = ['x', 'y', 'z'].map((name) => ({ name, schemaUrl: `https://scope/${name}` }));
  const spans = [2, 0, 2, 1, 0, 1, 2, 2, 0].map((scope, index) =>
    createSpan({
      name: `span ${index}`,
      resource: resources[index % 4 === 3 ? 0 : 1] as (typeof resources)[0],
      instrumentationScope: scopes[scope] as (typeof scopes)[0],
    }),
  );
  expect(rewrite(...spans).toString('hex')).toBe(serialize(...spans).toString('hex'));
});

test('a resource larger than the room in front of the spans is no obstacle', () => {
  const resource = { attributes: { 'process.command_args': Array.from({ length: 1000 }, (_, index) => `--${index}`) } };
  const span = createSpan({ resource });
  expect(rewrite(span, span).equals(serialize(span, span))).toBe(true);
});

test('a chunk without spans is an empty request', () => {
  expect(transcode(Buffer.concat([encode(['offloop.chunk', 1]), encode([2, 0, 0])]))).toHaveLength(0);
});

test('a request is the caller’s until it is released', () => {
  const [first = new Uint8Array()] = encodeSpans([createSpan({ name: 'first' })]);
  const [second = new Uint8Array()] = encodeSpans([createSpan({ name: 'second' })]);
  const request = transcoder.transcode(first);
  const bytes = Buffer.from(request);
  const another = transcoder.transcode(second);
  expect(bytes.equals(request)).toBe(true);
  transcoder.release(another);
  // The buffer that was given back serves the next request.
  const next = transcoder.transcode(first);
  expect(next.buffer).toBe(another.buffer);
  expect(bytes.equals(next)).toBe(true);
  transcoder.release(request);
  transcoder.release(next);
});

test('nothing in a request refers to the chunk, which goes home', () => {
  const [chunk = new Uint8Array()] = encodeSpans([createSpan({ attributes: { text: 'x'.repeat(1000) } })]);
  const request = transcoder.transcode(chunk);
  const bytes = Buffer.from(request);
  chunk.fill(0xff);
  expect(bytes.equals(request)).toBe(true);
  transcoder.release(request);
});

test('a chunk in shared memory is read like any other', () => {
  const span = createSpan({ name: 'ế'.repeat(3000), attributes: { text: 'é'.repeat(3000), short: 'ế' } });
  const [chunk = new Uint8Array()] = encodeSpans([span]);
  const shared = new Uint8Array(new SharedArrayBuffer(chunk.length));
  shared.set(chunk);
  expect(transcode(shared).equals(serialize(span))).toBe(true);
});

describe('a field that breaks its type is left out or empty, and its span is sent', () => {
  const empty = { name: '' };
  test.each<[string, ReadableSpan, Partial<ReadableSpan>]>([
    ['a name of undefined', brokenSpan({ name: undefined }), empty],
    ['a name of null', brokenSpan({ name: null }), empty],
    ['a number for a name', brokenSpan({ name: 12 }), empty],
    ['an array for a name', brokenSpan({ name: ['a', { b: 'c' }] }), empty],
    ['an object for a name', brokenSpan({ name: { a: 1n } }), empty],
    ['no kind', brokenSpan({ kind: undefined }), { kind: -1 as never }],
    ['a string for a kind', brokenSpan({ kind: 'client' }), { kind: -1 as never }],
    ['no start time', brokenSpan({ startTime: undefined }), { startTime: [0, 0] }],
    ['a number for a time', brokenSpan({ endTime: 5 }), { endTime: [0, 0] }],
    ['a time of one part', brokenSpan({ endTime: [5] }), { endTime: [5] as never }],
    ['a time of three parts', brokenSpan({ endTime: [5, 6, 'x'] }), { endTime: [5, 6] }],
    ['a count that is a string', brokenSpan({ droppedEventsCount: 'many' }), { droppedEventsCount: 0 }],
    ['a status message that is a number', brokenSpan({ status: { code: 2, message: 5 } }), { status: { code: 2 } }],
    ['no status code', brokenSpan({ status: {} }), { status: { code: 0 } }],
    [
      'a trace id that is a number',
      brokenSpan({ spanContext: () => ({ ...context, traceId: 7 }) }),
      { spanContext: () => ({ ...context, traceId: '' }) },
    ],
    [
      'a remote flag that is a number',
      brokenSpan({ parentSpanContext: { ...context, isRemote: 1 } }),
      { parentSpanContext: { ...context, isRemote: true } },
    ],
    [
      'a scope without a name',
      brokenSpan({ instrumentationScope: { version: 3 } }),
      { instrumentationScope: { name: '' } },
    ],
  ])('%s', (_, broken, parts) => {
    expect(rewrite(broken, createSpan()).toString('hex')).toBe(
      serialize(createSpan({ ...broken, ...parts }), createSpan()).toString('hex'),
    );
  });
});

test('a chunk that ends early at any byte is refused', () => {
  const attributes = {
    latin1: 'é'.repeat(300),
    wide: '自由',
    bytes: new Uint8Array(3) as never,
    list: [1, 'a'] as never,
  };
  const [chunk = new Uint8Array()] = encodeSpans([createSpan({ attributes }), createSpan({ attributes })]);
  for (let byteLength = 0; byteLength < chunk.length; byteLength++)
    expectFault(chunk.subarray(0, byteLength), /^Chunk/);
});

function expectFault(chunk: Uint8Array, message: RegExp): void {
  try {
    transcode(chunk);
  } catch (error) {
    expect(error).toBeInstanceOf(OffloopError);
    expect(error).toMatchObject({ code: 'ERR_OFFLOOP_CHUNK_FORMAT', message: expect.stringMatching(message) });
    return;
  }
  throw new Error('the chunk was read');
}

/** Bytes that stand for themselves among values to be encoded. */
class Raw {
  readonly bytes: Uint8Array;
  constructor(...parts: readonly (Uint8Array | readonly number[])[]) {
    this.bytes = Buffer.concat(parts.map((part) => Uint8Array.from(part)));
  }
}

function writeForeign(...values: readonly unknown[]): Buffer {
  return Buffer.concat(values.map((value) => (value instanceof Raw ? value.bytes : encode(value, { maxDepth: 200 }))));
}

/** A map of one entry. */
function tagged(tag: number, value: unknown): Raw {
  return new Raw([0x81], writeForeign(tag, value));
}

/** An array of fewer than 16 elements, each of which may be raw. */
function list(...elements: readonly unknown[]): Raw {
  return new Raw([0x90 | elements.length], writeForeign(...elements));
}

interface SpanParts {
  readonly resource?: unknown;
  readonly scope?: unknown;
  readonly traceId?: unknown;
  readonly parent?: unknown;
  readonly name?: unknown;
  readonly statusMessage?: unknown;
  readonly attributes?: unknown;
  readonly lengthBytes?: number;
  /** Behind the last field. */
  readonly surplus?: readonly unknown[];
  readonly resources?: readonly unknown[];
}

/** A chunk of one span as another implementation may write it. */
function chunkWith(parts: SpanParts = {}): Buffer {
  const ids = [parts.traceId ?? new Uint8Array(16).fill(0xab), new Uint8Array(8).fill(0xcd), 1, null, null];
  const body = writeForeign(
    ...[parts.resource ?? 0, parts.scope ?? tagged(0, ['lookup', null, null, null, null]), ...ids],
    ...[parts.parent ?? null, parts.name ?? 'name', 0, [1, 2], [3, 4], [2, 2], 0, parts.statusMessage ?? null, true],
    ...[parts.attributes ?? [], 0, [], 0, [], 0, ...(parts.surplus ?? [])],
  );
  const span = new Raw([0xdc, 0, 24], writeForeign(0, parts.lengthBytes ?? body.length), body);
  const { resources = [[1, 0, null, ['service.name', 'chat']]] } = parts;
  return writeForeign(['offloop.chunk', 1], span, ...resources, [2, 1, resources.length]);
}

const foreignSpan = createSpan({
  spanContext: () => ({ traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8), traceFlags: 1 }),
  name: 'name',
  kind: 0,
  startTime: [1, 2],
  endTime: [3, 4],
  attributes: {},
  instrumentationScope: { name: 'lookup' },
});

describe('what another implementation may write', () => {
  test('is read: numbers of every width, long texts of every form, and strings defined in any field', () => {
    const attributes = list(
      ...['float32', new Raw([0xca, 0x3f, 0, 0, 0])],
      ...['int64', new Raw([0xd3, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0])],
      ...['uint64', new Raw([0xcf, 0x10, 0, 0, 0, 0, 0, 0, 0])],
      ...['utf-8', 'Độc lập'.repeat(20_000)],
      ...['bin', new Uint8Array(300).fill(7)],
    );
    const chunk = chunkWith({ attributes });
    const expected = {
      float32: 0.5,
      int64: -(2 ** 40),
      uint64: 2 ** 60,
      'utf-8': 'Độc lập'.repeat(20_000),
      bin: new Uint8Array(300).fill(7) as never,
    };
    expect(transcode(chunk).equals(serialize({ ...foreignSpan, attributes: expected }))).toBe(true);
  });

  test('may give a resource a table of strings of its own', () => {
    const resources = [0, 1].map((number) => list(1, number, null, list(tagged(0, 'service.name'), 'chat')));
    const chunk = chunkWith({ resources, name: tagged(0, 'name') });
    expect(transcode(chunk).equals(serialize(foreignSpan))).toBe(true);
  });

  test('may name strings of the table in every field that is a string', () => {
    const chunk = chunkWith({
      scope: tagged(0, list(tagged(0, 'lookup'), tagged(-1, 0), null, null, null)),
      traceId: tagged(1, 'ABé'),
      parent: list(true, tagged(2, 'é2'), 1, tagged(-1, 0), null),
      name: tagged(3, 'named'),
      statusMessage: tagged(-1, 1),
      attributes: list(tagged(4, 'key'), tagged(-1, 3), 0, tagged(-1, 4)),
    });
    expect(transcode(chunk).toString('hex')).toBe(
      serialize({
        ...foreignSpan,
        instrumentationScope: { name: 'lookup', version: 'lookup' },
        spanContext: () => ({ traceId: 'ABé', spanId: 'cd'.repeat(8), traceFlags: 1 }),
        parentSpanContext: { traceId: '', spanId: 'é2', traceFlags: 1, isRemote: false },
        status: { code: 0, message: 'ABé' },
        name: 'named',
        attributes: { key: 'named', lookup: 'key' },
      }).toString('hex'),
    );
  });
});

test('values that nest as deep as may be are rewritten', () => {
  const nest = (make: (value: unknown) => unknown): unknown => {
    let value: unknown = 1;
    for (let level = 0; level < 100; level++) value = make(value);
    return value;
  };
  const attributes = { arrays: nest((value) => [value]) as never, objects: nest((value) => ({ value })) as never };
  const span = createSpan({ attributes });
  expect(rewrite(span).equals(serialize(span))).toBe(true);
});

describe('a chunk is refused with what was expected when', () => {
  const nested = (levels: number): unknown => (levels === 0 ? 1 : [nested(levels - 1)]);
  const nestedObjects = (levels: number): unknown =>
    levels === 0 ? 1 : tagged(-2, list('key', nestedObjects(levels - 1)));

  test.each<[string, Uint8Array, RegExp]>([
    ['it is empty', new Uint8Array(), /ends/],
    ['it is something else', writeForeign(['another', 1]), /'offloop\.chunk'/],
    ['it is of another version', writeForeign(['offloop.chunk', 2]), /version 1, got version 2/],
    ['a record has no known type', writeForeign(['offloop.chunk', 1], [9, 0, 0]), /known type, got 9/],
    ['a span is missing', writeForeign(['offloop.chunk', 1], [2, 1, 0]), /1 spans, got 0/],
    ['a resource is missing', writeForeign(['offloop.chunk', 1], [2, 0, 1]), /1 resources, got 0/],
    ['something follows its end', Buffer.concat([chunkWith(), Buffer.of(0)]), /nothing behind/],
    ["a span's length is too large", chunkWith({ lengthBytes: 1e6 }), /left|below/],
    ["a span's length is too small", chunkWith({ lengthBytes: 3 }), /^Chunk/],
    ["a span's length takes in more than the span", chunkWith({ surplus: [0] }), /the span to end at byte/],
    ['a resource is unknown', chunkWith({ resource: 1 }), /below 1, got 1/],
    ['a scope is unknown', chunkWith({ scope: 0 }), /below 0, got 0/],
    ['a scope skips a number', chunkWith({ scope: tagged(1, []) }), /below 1, got 1/],
    ['a string is unknown', chunkWith({ attributes: [0, 1] }), /below 0, got 0/],
    ['attributes are not in pairs', chunkWith({ attributes: ['a', 1, 'b'] }), /in pairs/],
    ['a key is no string', chunkWith({ attributes: [true, 1] }), /a key/],
    ['a key is a tagged value', chunkWith({ attributes: list(tagged(-4, null), 1) }), /a key/],
    ['values nest too deep', chunkWith({ attributes: ['a', nested(101)] }), /100 levels/],
    ['objects nest too deep', chunkWith({ attributes: list('a', nestedObjects(101)) }), /100 levels/],
    ['text is not UTF-8', chunkWith({ name: new Raw([0xa1, 0xff]) }), /UTF-8/],
    ['long text is not UTF-8', chunkWith({ name: new Raw([0xd9, 40], new Uint8Array(40).fill(0xff)) }), /UTF-8/],
    [
      'a text of an id is that of another type',
      chunkWith({ traceId: new Raw([0xd4, 0x63, 0]) }),
      /type 1 or 2, got 99/,
    ],
    ["a parent's trace id is false", chunkWith({ parent: [false, '', 1, null, null] }), /true, for the trace id/],
  ])('%s', (_, bytes, message) => expectFault(bytes, message));

  test.each<[string, number[], RegExp]>([
    ['an array of 4 billion elements', [0xdd, 0xff, 0xff, 0xff, 0xff], /an array of 4294967295/],
    ['a text of 4 gigabytes', [0xdb, 0xff, 0xff, 0xff, 0xff], /4294967295 bytes of text/],
    ['an extension of 4 gigabytes', [0xc9, 0xff, 0xff, 0xff, 0xff, 0x01], /4294967295 bytes of text/],
    ['bytes of 4 gigabytes', [0xc6, 0xff, 0xff, 0xff, 0xff], /4294967295 bytes/],
    ['an extension of another type', [0xd4, 0x63, 0x00], /type 1 or 2, got 99/],
    ['the byte that msgpack does not use', [0xc1], /0xc1/],
    ['a tag that is not known', [0x81, 0xf0, 0xc0], /known tag, got -16/],
    ['a bigint that is none', [0x81, 0xfd, 0xa1, 0x7a], /hexadecimal/],
    ['a definition out of order', [0x81, 0x05, 0xa1, 0x61], /string 0, got 5/],
  ])('a value is %s', (_, value, message) => {
    // The same place holds a value that is read, so that it is the value that is refused.
    const parts = (bytes: readonly number[]): Raw => list('key', new Raw(bytes));
    expect(transcode(chunkWith({ attributes: parts([0x07]) })).length).toBeGreaterThan(0);
    expectFault(chunkWith({ attributes: parts(value) }), message);
  });

  test('its strings would make gigabytes of it', () => {
    const references = new Uint8Array(2000 * 2).fill(0);
    const attributes = new Raw(
      [0xdc, (2002 * 2) >> 8, (2002 * 2) & 0xff],
      writeForeign(tagged(0, 'x'.repeat(1_000_000)), 1, 'another', 2),
      references,
    );
    expectFault(chunkWith({ attributes }), /at most \d+ bytes as OTLP/);
    expect(transcode(chunkWith()).equals(serialize(foreignSpan))).toBe(true);
  });
});
