import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { CHUNK_BYTES, type EncodeArm } from './encode-arm.js';
import { createArm as createOffloopArm } from './offloop.js';

/** Copies as many bytes a span as offloop writes, from memory of the span's own: nothing that keeps the text is faster. */
export function createArm(spans: readonly ReadableSpan[]): EncodeArm {
  const sizes = measureSpans(spans);
  const chunkBytes = Math.max(CHUNK_BYTES, ...sizes);
  const chunk = new Uint8Array(chunkBytes).fill(1);
  const sources = sizes.map((size) => new Uint8Array(size).fill(2));
  let next = 0;
  let position = 0;
  return {
    takesEachSpan: true,
    encode(batch) {
      for (let copied = 0; copied < batch.length; copied++) {
        const source = sources[next] ?? chunk;
        next = next + 1 === sources.length ? 0 : next + 1;
        if (position + source.byteLength > chunkBytes) position = 0;
        chunk.set(source, position);
        position += source.byteLength;
      }
    },
  };
}

/** A span's share of the chunks, which hold what repeats once. */
function measureSpans(spans: readonly ReadableSpan[]): number[] {
  const encoder = createOffloopArm();
  encoder.encode(spans);
  return spans.map(() => Math.round(encoder.encodedBytes() / spans.length));
}
