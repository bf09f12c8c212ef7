// The encoder is no part of offloop's public face, and behind the processor it can't be timed alone. So this file, and no
// other of the lab, takes it from the build, by the package's own `imports`.
import { SpanEncoder } from '#wire/span-encoder';
import { BATCH_SPAN_COUNT, CHUNK_BYTES, type EncodeArm } from './encode-arm.js';

/** Where a chunk is closed: the rest is room for a span. */
const CLOSE_BYTES = CHUNK_BYTES * 0.75;

const MAX_SPAN_BYTES = 16 * 1024 * 1024;

export interface OffloopEncodeArm extends EncodeArm {
  /** Bytes of every span so far, chunks and what repeats in them included; closes the open chunk. */
  encodedBytes(): number;
}

/** A span at a time into one recycled chunk. */
export function createArm(): OffloopEncodeArm {
  let recycled: Uint8Array<ArrayBuffer> | undefined;
  let encodedBytes = 0;
  const encoder = new SpanEncoder({
    maxSpanBytes: MAX_SPAN_BYTES,
    acquire(minimumBytes) {
      const buffer = recycled;
      recycled = undefined;
      if (buffer !== undefined && buffer.byteLength >= minimumBytes) return buffer;
      return new Uint8Array(new ArrayBuffer(Math.max(CHUNK_BYTES, minimumBytes)));
    },
    release: (buffer) => {
      recycled = buffer;
    },
  });
  const closeChunk = () => {
    const bytes = encoder.close()?.seal();
    if (bytes === undefined) return;
    encodedBytes += bytes.byteLength;
    recycled = new Uint8Array(bytes.buffer);
  };
  return {
    takesEachSpan: true,
    encode(spans) {
      for (const span of spans) {
        let status = encoder.encode(span);
        if (status === 'full') {
          closeChunk();
          status = encoder.encode(span);
        }
        if (status !== 'written') throw new Error(`expected the encoder to write the span, got '${status}'`);
        if (encoder.byteLength >= CLOSE_BYTES || encoder.spanCount >= BATCH_SPAN_COUNT) closeChunk();
      }
    },
    encodedBytes() {
      closeChunk();
      return encodedBytes;
    },
  };
}
