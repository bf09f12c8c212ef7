import { deepStrictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createEncoder, encodeSpans } from '../../test/arbitraries/encode-spans.js';
import { readForeign } from '../../test/arbitraries/foreign-reader.js';
import { anySpans } from '../../test/arbitraries/readable-span.js';
import { viewSpan } from '../../test/arbitraries/span-view.js';
import { CHUNK_MAGIC, CHUNK_VERSION, SPAN_FIELD_COUNT } from './chunk-format.js';

test('a msgpack decoder that shares no code with ours reads every chunk', () => {
  const encoder = createEncoder(4096);
  fc.assert(
    fc.property(anySpans(12), (spans) => {
      const chunks = encodeSpans(spans, encoder).map(readForeign);
      for (const { records } of chunks) {
        expect(records[0]).toEqual([CHUNK_MAGIC, CHUNK_VERSION]);
        expect(records.filter(([type]) => type === 0).every(({ length }) => length === SPAN_FIELD_COUNT)).toBe(true);
      }
      const expected = spans.map((span) => {
        const { attributes, resource } = viewSpan(span) as Record<'attributes' | 'resource', Record<string, unknown>>;
        return {
          name: span.name,
          traceId: span.spanContext().traceId,
          attributes: attributes['entries'],
          scopeName: span.instrumentationScope.name,
          resourceAttributes: (resource['attributes'] as Record<string, unknown>)['entries'],
        };
      });
      deepStrictEqual(
        chunks.flatMap((chunk) => chunk.spans),
        expected,
      );
    }),
    { numRuns: 500 },
  );
});
