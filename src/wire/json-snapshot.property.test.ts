import { Buffer } from 'node:buffer';
import type { Attributes } from '@opentelemetry/api';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan as SdkReadableSpan } from '@opentelemetry/sdk-trace-base';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createEncoder, encodeSpans } from '../../test/arbitraries/encode-spans.js';
import { readForeign } from '../../test/arbitraries/foreign-reader.js';
import { anyJsonInput } from '../../test/arbitraries/json-value.js';
import { createSpan } from '../../test/arbitraries/plain-span.js';
import { OtlpTranscoder } from '../../workers/transcode-otlp.js';
import { decodeChunk } from './chunk-decoder.js';
import { type JsonSnapshot, takeJsonSnapshot } from './json-snapshot.js';

const RUN_COUNT = 3_000;

interface Captured {
  readonly text: string;
  readonly snapshot: JsonSnapshot;
}

function stringify(value: object): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

/** What both make of the value; undefined where there is no snapshot. */
function capture(value: unknown): Captured | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const text = stringify(value);
  const snapshot = takeJsonSnapshot(value);
  if (snapshot === undefined) return undefined;
  if (text === undefined) throw new Error('a snapshot of what JSON.stringify refuses');
  return { text, snapshot };
}

test('a snapshot comes out, in spans, in OTLP and by a msgpack decoder of others, as what JSON.stringify makes of the object', () => {
  const encoder = createEncoder(4_096);
  const transcoder = new OtlpTranscoder();
  let objectCount = 0;
  let snapshotCount = 0;
  fc.assert(
    fc.property(fc.array(anyJsonInput, { minLength: 1, maxLength: 5 }), (values) => {
      // All of them before the first is written: they share memory.
      const captured = values.map(capture).filter((one) => one !== undefined);
      objectCount += values.filter((value) => typeof value === 'object' && value !== null).length;
      snapshotCount += captured.length;
      const withSnapshots = createSpan({
        attributes: { ...captured.map(({ snapshot }) => snapshot), after: 'it' } as unknown as Attributes,
      });
      const withTexts = createSpan({
        attributes: { ...captured.map(({ text }) => text), after: 'it' } as unknown as Attributes,
      });
      const [chunk = new Uint8Array()] = encodeSpans([withSnapshots], encoder);
      expect(decodeChunk(chunk).spans[0]?.attributes).toEqual(withTexts.attributes);
      expect(readForeign(chunk).spans[0]?.attributes).toEqual(Object.entries(withTexts.attributes ?? {}));
      const request = transcoder.transcode(chunk);
      const official = ProtobufTraceSerializer.serializeRequest([withTexts as unknown as SdkReadableSpan]);
      expect(Buffer.from(official ?? []).equals(request)).toBe(true);
      transcoder.release(request);
    }),
    { numRuns: RUN_COUNT },
  );
  // Cycles, bigints, boxed values and the like have none, with all that holds them.
  expect(snapshotCount).toBeGreaterThan(objectCount / 3);
});
