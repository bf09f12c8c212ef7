import { Buffer } from 'node:buffer';
import type { FailedSpans } from '../../src/protocol.js';
import { type EncodeStatus, SpanEncoder } from '../../src/wire/span-encoder.js';
import type { DecodedSpan } from '../../src/wire/span-reader.js';
import { RequestBuffers } from '../request-buffers.js';

/** Room beside what the spans took before: a chunk keeps some free to be sealed, and placeholders have their length. */
const SPARE_BYTES = 16 * 1024;

/** What a span may take on top of before, because it now defines strings that spans before it had defined. */
const DEFINITION_BYTES = 64 * 1024;

export interface ReencodedChunk {
  readonly bytes: Uint8Array;
  readonly spanCount: number;
}

export interface ReencodedSpans {
  readonly chunks: readonly ReencodedChunk[];
  /** Spans that could not be written. */
  readonly failures: readonly FailedSpans[];
  /** Attributes, events and links left out. */
  readonly droppedPartCount: number;
}

/** Writes changed spans into new chunks, in recycled buffers. */
export class SpanReencoder {
  readonly #maxSpanBytes: number;
  readonly #buffers = new RequestBuffers();
  readonly #encoder: SpanEncoder<ArrayBufferLike>;
  #bufferBytes = 0;

  constructor(maxSpanBytes: number) {
    this.#maxSpanBytes = maxSpanBytes;
    this.#encoder = new SpanEncoder({
      maxSpanBytes: maxSpanBytes + DEFINITION_BYTES,
      acquire: (minimumBytes) => this.#buffers.acquire(Math.max(minimumBytes, this.#bufferBytes)),
      release: (bytes) => this.#release(bytes),
    });
  }

  /** @param byteLength What the spans took before: unless they have grown they make one chunk. Never throws. */
  encode(spans: readonly DecodedSpan[], byteLength: number): ReencodedSpans {
    this.#bufferBytes = byteLength + SPARE_BYTES;
    const { droppedPartCount } = this.#encoder;
    const chunks: ReencodedChunk[] = [];
    const failures: FailedSpans[] = [];
    for (const span of spans) {
      let status = this.#encoder.encode(span);
      if (status === 'full') {
        this.#close(chunks, failures);
        status = this.#encoder.encode(span);
      }
      if (status !== 'written') failures.push(this.#fail(1, status));
    }
    this.#close(chunks, failures);
    return { chunks, failures, droppedPartCount: this.#encoder.droppedPartCount - droppedPartCount };
  }

  /** Takes back the memory of a chunk that nobody reads any more. */
  release({ bytes }: ReencodedChunk): void {
    this.#release(bytes);
  }

  #close(chunks: ReencodedChunk[], failures: FailedSpans[]): void {
    const chunk = this.#encoder.close();
    if (chunk === undefined) return;
    const { spanCount } = chunk;
    try {
      chunks.push({ bytes: chunk.seal(), spanCount });
    } catch {
      failures.push(this.#fail(spanCount, 'no_memory'));
    }
  }

  #fail(failedSpanCount: number, status: Exclude<EncodeStatus, 'written'>): FailedSpans {
    const message =
      status === 'too_large'
        ? `with what the hooks made of it a span takes more than ${this.#maxSpanBytes} bytes (maxSpanBytes)`
        : `what the hooks made of a span could not be encoded (${status})`;
    return { failedSpanCount, failure: { reason: 'export_failed', message } };
  }

  #release({ buffer }: Uint8Array): void {
    this.#buffers.release(Buffer.from(buffer));
  }
}
