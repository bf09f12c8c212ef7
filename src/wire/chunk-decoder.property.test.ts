import { deepStrictEqual } from 'node:assert/strict';
import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan as SdkReadableSpan } from '@opentelemetry/sdk-trace-base';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createEncoder, encodeSpans } from '../../test/arbitraries/encode-spans.js';
import { anySpans } from '../../test/arbitraries/readable-span.js';
import { viewSpan } from '../../test/arbitraries/span-view.js';
import { OffloopError } from '../errors.js';
import { decodeChunk } from './chunk-decoder.js';
import type { ReadableSpan } from './readable-span.js';

const SPANS_PER_RUN = 12;
const RUN_COUNT = 700;

function decodeAll(chunks: readonly Uint8Array[]): ReadableSpan[] {
  return chunks.flatMap((chunk) => decodeChunk(chunk).spans);
}

/** What a serializer makes of spans; of spans that it can't take, its error. */
function serialize(serializer: typeof JsonTraceSerializer, spans: readonly ReadableSpan[]): string {
  try {
    return Buffer.from(serializer.serializeRequest(spans as unknown as SdkReadableSpan[]) ?? []).toString('latin1');
  } catch (error) {
    return String(error);
  }
}

test('a hosted exporter sees every span as it was', () => {
  const encoder = createEncoder();
  fc.assert(
    fc.property(anySpans(SPANS_PER_RUN), (spans) => {
      const decoded = decodeAll(encodeSpans(spans, encoder));
      deepStrictEqual(decoded.map(viewSpan), spans.map(viewSpan));
    }),
    { numRuns: RUN_COUNT },
  );
});

test('the official serializers make the same bytes of decoded spans as of the originals', () => {
  let spanCount = 0;
  fc.assert(
    fc.property(anySpans(SPANS_PER_RUN), (spans) => {
      const chunks = encodeSpans(spans);
      // Resources and scopes are grouped by identity, which is that of the chunk.
      fc.pre(chunks.length === 1);
      const decoded = decodeAll(chunks);
      expect(serialize(ProtobufTraceSerializer, decoded)).toBe(serialize(ProtobufTraceSerializer, spans));
      expect(serialize(JsonTraceSerializer, decoded)).toBe(serialize(JsonTraceSerializer, spans));
      spanCount += spans.length;
    }),
    { numRuns: RUN_COUNT },
  );
  expect(spanCount).toBeGreaterThan(RUN_COUNT);
});

test('a chunk with changed bytes is read or refused with a typed error', () => {
  fc.assert(
    fc.property(
      anySpans(3),
      fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 4 }),
      (spans, changes) => {
        const [chunk] = encodeSpans(spans);
        if (chunk === undefined) throw new Error('no chunk');
        for (const [place, change] of changes)
          chunk[place % chunk.length] = (chunk[place % chunk.length] ?? 0) ^ change;
        try {
          decodeChunk(chunk);
        } catch (error) {
          expect(error).toBeInstanceOf(OffloopError);
          expect(error).toHaveProperty('code', 'ERR_OFFLOOP_CHUNK_FORMAT');
        }
      },
    ),
    { numRuns: 2000 },
  );
});
