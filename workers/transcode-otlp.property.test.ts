import { Buffer } from 'node:buffer';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan as SdkReadableSpan } from '@opentelemetry/sdk-trace-base';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { loadTraceSchema, type TraceSchema } from '../experiments/sink/trace-schema.js';
import { OffloopError } from '../src/errors.js';
import { decodeChunk } from '../src/wire/chunk-decoder.js';
import type { ReadableSpan } from '../src/wire/readable-span.js';
import { createEncoder, encodeSpans } from '../test/arbitraries/encode-spans.js';
import { createSpan } from '../test/arbitraries/plain-span.js';
import { anySpans } from '../test/arbitraries/readable-span.js';
import { OtlpTranscoder, type SpanRange } from './transcode-otlp.js';

const SPANS_PER_RUN = 24;
const RUN_COUNT = 1800;

let schema: TraceSchema;
/** One for all, as in a worker: what a request leaves behind in a buffer must not show in the next. */
const transcoder = new OtlpTranscoder();
const encoder = createEncoder(512 * 1024);

beforeAll(() => {
  schema = loadTraceSchema();
});

function serialize(spans: readonly ReadableSpan[]): Buffer {
  return Buffer.from(ProtobufTraceSerializer.serializeRequest(spans as unknown as SdkReadableSpan[]) ?? []);
}

function transcode(chunk: Uint8Array, range?: SpanRange): Buffer {
  const request = transcoder.transcode(chunk, range);
  const copy = Buffer.from(request);
  transcoder.release(request);
  return copy;
}

/** Says where the bytes first differ: a diff of requests this large takes minutes, at every step of shrinking. */
function expectSameRequest(request: Buffer, official: Buffer): void {
  if (request.equals(official)) return;
  let index = 0;
  while (index < request.length && request[index] === official[index]) index++;
  const cut = (bytes: Buffer): string => bytes.subarray(Math.max(0, index - 16), index + 16).toString('hex');
  throw new Error(`byte ${index} of ${official.length}: expected …${cut(official)}…, got …${cut(request)}…`);
}

interface DecodedRequest {
  readonly resourceSpans?: readonly { readonly scopeSpans?: readonly { readonly spans?: readonly unknown[] }[] }[];
}

function countSpans(request: Buffer): number {
  const { resourceSpans = [] } = schema.decodeRequest(request) as DecodedRequest;
  return resourceSpans
    .flatMap(({ scopeSpans = [] }) => scopeSpans)
    .reduce((count, { spans = [] }) => count + spans.length, 0);
}

test('chunks of the same resource and scope, in one request, have the bytes that the official serializer makes of all', () => {
  const { resource, instrumentationScope } = createSpan();
  fc.assert(
    fc.property(fc.array(anySpans(3), { minLength: 2, maxLength: 4 }), (chunkSpans) => {
      const spans = chunkSpans.map((some) => some.map((span) => ({ ...span, resource, instrumentationScope })));
      const chunks = spans.flatMap((some) => encodeSpans(some, encoder));
      const request = transcoder.transcodeTogether(chunks);
      expectSameRequest(Buffer.from(request), serialize(spans.flat()));
      transcoder.release(request);
    }),
    { numRuns: 300 },
  );
});

test('a request of several chunks has each span under its own resource and scope', () => {
  fc.assert(
    fc.property(fc.array(anySpans(4), { minLength: 2, maxLength: 4 }), (chunkSpans) => {
      const chunks = chunkSpans.flatMap((spans) => encodeSpans(spans, encoder));
      const request = transcoder.transcodeTogether(chunks);
      const apart = chunks.flatMap((chunk) => listSpans(transcode(chunk)));
      expect(listSpans(Buffer.from(request)).sort()).toEqual(apart.sort());
      transcoder.release(request);
    }),
    { numRuns: 300 },
  );
});

/** Every span with what it stands under, as text. */
function listSpans(request: Buffer): string[] {
  const { resourceSpans = [] } = schema.decodeRequest(request) as DecodedRequest;
  return resourceSpans.flatMap(({ scopeSpans = [], ...resource }) =>
    scopeSpans.flatMap(({ spans = [], ...scope }) => spans.map((span) => JSON.stringify([resource, scope, span]))),
  );
}

test('a request has the bytes that the official serializer makes of the spans', () => {
  let spanCount = 0;
  fc.assert(
    fc.property(anySpans(SPANS_PER_RUN), (spans) => {
      const chunks = encodeSpans(spans, encoder);
      // Resources and scopes are grouped by identity, which is that of the chunk.
      fc.pre(chunks.length === 1);
      const request = transcode(chunks[0] ?? new Uint8Array());
      expectSameRequest(request, serialize(spans));
      expect(countSpans(request)).toBe(spans.length);
      spanCount += spans.length;
    }),
    { numRuns: RUN_COUNT },
  );
  expect(spanCount).toBeGreaterThan(10_000);
});

test('a request of chunks cut anywhere has the bytes of the spans that a hosted exporter sees', () => {
  fc.assert(
    fc.property(anySpans(SPANS_PER_RUN), fc.integer({ min: 1, max: 5 }), (spans, chunkSpanCount) => {
      for (let index = 0; index < spans.length; index += chunkSpanCount) {
        for (const chunk of encodeSpans(spans.slice(index, index + chunkSpanCount), encoder)) {
          expectSameRequest(transcode(chunk), serialize(decodeChunk(chunk).spans));
        }
      }
    }),
    { numRuns: 200 },
  );
});

test('a request of some of a chunk’s spans has the bytes of these', () => {
  fc.assert(
    fc.property(anySpans(SPANS_PER_RUN), fc.nat(SPANS_PER_RUN), fc.nat(SPANS_PER_RUN), (spans, one, another) => {
      const range = { start: Math.min(one, another), end: Math.max(one, another) };
      const [chunk = new Uint8Array()] = encodeSpans(spans, encoder);
      expectSameRequest(transcode(chunk, range), serialize(decodeChunk(chunk).spans.slice(range.start, range.end)));
    }),
    { numRuns: 500 },
  );
});

test('texts of every form, about the lengths at which a length or the way they are written changes', () => {
  const unit = fc.constantFrom('a', '\x7f', 'é', 'ế', 'ш', '自', '𝒳', '\ud800', '\udc00', 'ab\udfff', 'aế');
  const length = fc.oneof(
    fc.integer({ min: 20, max: 140 }),
    fc.constantFrom(2040, 2048, 4096, 5461, 5462, 8191, 8192, 16_370, 16_383, 16_384, 20_000, 70_000),
  );
  const text = fc
    .tuple(fc.string({ maxLength: 3 }), unit, length)
    .map(([start, part, count]) => (start + part.repeat(count)).slice(0, count));
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), text, (texts, message) => {
      const span = createSpan({
        name: message,
        status: { code: 2, message },
        attributes: {
          ...Object.fromEntries(texts.entries()),
          list: texts,
          nested: { texts, [message]: message } as never,
        },
      });
      const [chunk = new Uint8Array()] = encodeSpans([span], encoder);
      expectSameRequest(transcode(chunk), serialize([span]));
    }),
    { numRuns: 300 },
  );
});

test('a chunk with changed bytes is rewritten to a request that can be read, or refused with a typed error', () => {
  let refusedCount = 0;
  const runCount = 3000;
  fc.assert(
    fc.property(
      anySpans(4),
      fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 4 }),
      (spans, changes) => {
        const [chunk = new Uint8Array()] = encodeSpans(spans, encoder);
        for (const [place, change] of changes)
          chunk[place % chunk.length] = (chunk[place % chunk.length] ?? 0) ^ change;
        let request: Buffer;
        try {
          request = transcode(chunk);
        } catch (error) {
          expect(error).toBeInstanceOf(OffloopError);
          expect(error).toHaveProperty('code', 'ERR_OFFLOOP_CHUNK_FORMAT');
          refusedCount++;
          return;
        }
        let spanCount: number;
        try {
          spanCount = countSpans(request);
        } catch {
          // The schema's reader can't pass over a varint past 2³⁵ where a count belongs, and the official serializer
          // writes one just so. No SDK has such a count; a changed byte can make one.
          expectSameRequest(request, serialize(decodeChunk(chunk).spans));
          return;
        }
        expect(spanCount).toBe(spans.length);
      },
    ),
    // Making the example smaller takes minutes; the seed is enough.
    { numRuns: runCount, endOnFailure: true },
  );
  expect(refusedCount).toBeGreaterThan(0);
  expect(refusedCount).toBeLessThan(runCount);
});
