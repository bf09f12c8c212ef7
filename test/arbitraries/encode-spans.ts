import type { ReadableSpan } from '../../src/wire/readable-span.js';
import { SpanEncoder } from '../../src/wire/span-encoder.js';

export const MAX_SPAN_BYTES = 16 * 1024 * 1024;

/** An encoder on buffers of its own, `chunkBytes` large to start with. */
export function createEncoder(chunkBytes = 16 * 1024, maxSpanBytes = MAX_SPAN_BYTES): SpanEncoder {
  return new SpanEncoder({
    maxSpanBytes,
    // Dirty, as a recycled buffer is.
    acquire: (minimumBytes) => new Uint8Array(Math.max(minimumBytes, chunkBytes)).fill(0xc1),
    release: () => {},
  });
}

/** Encodes spans, every one of which must be written, and seals the chunks that come of it. */
export function encodeSpans(spans: readonly ReadableSpan[], encoder: SpanEncoder = createEncoder()): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  const closeChunk = (): void => {
    const chunk = encoder.close();
    if (chunk !== undefined) chunks.push(chunk.seal());
  };
  for (const span of spans) {
    let status = encoder.encode(span);
    if (status === 'full') {
      closeChunk();
      status = encoder.encode(span);
    }
    if (status !== 'written') throw new Error(`Span ${JSON.stringify(span.name)} was not written: ${status}`);
  }
  closeChunk();
  return chunks;
}
