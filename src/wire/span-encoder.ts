import { CHUNK_MAGIC, CHUNK_VERSION } from './chunk-format.js';
import { chunkFull, NoMemoryError, spanTooLarge } from './chunk-overflow.js';
import { type ChunkBuffers, ClosedChunk } from './closed-chunk.js';
import { MsgpackWriter } from './msgpack-writer.js';
import type { ReadableSpan } from './readable-span.js';
import { SpanWriter } from './span-writer.js';
import { StringTable } from './string-table.js';

/** Asked for to begin a chunk in; the buffer grows when the first span needs more. */
const MIN_CHUNK_BYTES = 1024;
/** Kept free at the end of a chunk, so that sealing it with its resources seldom needs a bigger buffer. */
const SEAL_RESERVE_BYTES = 4096;
const NO_BUFFER = new Uint8Array(0);

export interface SpanEncoderOptions<TBuffer extends ArrayBufferLike = ArrayBuffer> extends ChunkBuffers<TBuffer> {
  /** Encoded size past which a span is refused. */
  readonly maxSpanBytes: number;
}

/**
 * - `written`: the span is in the open chunk.
 * - `full`: the open chunk has no room for it; close the chunk and encode the span again.
 * - `too_large`: the span takes more than `maxSpanBytes`.
 * - `unreadable`: reading the span throws.
 * - `no_memory`: no buffer can be had for it.
 *
 * In all but the first case the chunk is as it was before the call.
 */
export type EncodeStatus = 'written' | 'full' | 'too_large' | 'unreadable' | 'no_memory';

/**
 * Writes ended spans into chunks, one chunk at a time, in the format of `format.md`. The first span opens a chunk,
 * {@link SpanEncoder.close} ends it.
 */
export class SpanEncoder<TBuffer extends ArrayBufferLike = ArrayBuffer> {
  readonly #options: SpanEncoderOptions<TBuffer>;
  readonly #writer: MsgpackWriter;
  readonly #strings: StringTable;
  readonly #spans: SpanWriter;
  #buffer: Uint8Array<TBuffer> | undefined;
  #spanCount = 0;
  #isEncoding = false;
  /** Where the span being written would be too large. */
  #spanEndPosition = 0;
  #droppedPartCount = 0;

  constructor(options: SpanEncoderOptions<TBuffer>) {
    this.#options = options;
    this.#writer = new MsgpackWriter((byteCount) => this.#makeRoom(byteCount));
    this.#strings = new StringTable(this.#writer);
    this.#spans = new SpanWriter(this.#writer, this.#strings);
  }

  /** Spans in the open chunk; 0 when none is open. */
  get spanCount(): number {
    return this.#spanCount;
  }

  /** Bytes the open chunk takes so far, its resources not included; 0 when none is open. */
  get byteLength(): number {
    return this.#spanCount === 0 ? 0 : this.#writer.position;
  }

  /** The buffer of the open chunk, of which the first {@link byteLength} bytes no longer change. */
  get openBuffer(): Uint8Array<TBuffer> | undefined {
    return this.#buffer;
  }

  /** Attributes, events and links left out of spans since the encoder was made, because reading them throws. */
  get droppedPartCount(): number {
    return this.#droppedPartCount;
  }

  /** Appends an ended span. Never throws, whatever the span holds. */
  encode(span: ReadableSpan): EncodeStatus {
    // A getter of an attribute that ends another span would write it into the middle of this one.
    if (this.#isEncoding) return 'unreadable';
    this.#isEncoding = true;
    try {
      this.#begin();
      return this.#append(span);
    } catch {
      return 'no_memory';
    } finally {
      this.#isEncoding = false;
    }
  }

  /**
   * Closes the open chunk and hands it over; the encoder keeps nothing of it.
   *
   * @returns undefined when the chunk would have no spans.
   */
  close(): ClosedChunk<TBuffer> | undefined {
    const buffer = this.#buffer;
    if (buffer === undefined || this.#spanCount === 0 || this.#isEncoding) return undefined;
    const resources = this.#spans.takeResources();
    const chunk = new ClosedChunk(buffer, this.byteLength, this.#spanCount, resources, this.#options);
    this.#buffer = undefined;
    this.#spanCount = 0;
    // Lets go of the buffer, which may be transferred before the next chunk begins.
    this.#writer.moveTo(NO_BUFFER, 0);
    return chunk;
  }

  #begin(): void {
    if (this.#buffer !== undefined) return;
    const buffer = this.#options.acquire(MIN_CHUNK_BYTES);
    this.#spans.startChunk();
    this.#writer.moveTo(buffer, buffer.length);
    this.#writer.position = 0;
    this.#writer.writeArrayHeader(2);
    this.#writer.writeText(CHUNK_MAGIC);
    this.#writer.writeUint(CHUNK_VERSION);
    this.#buffer = buffer;
  }

  #append(span: ReadableSpan): EncodeStatus {
    const startPosition = this.#writer.position;
    const definedCount = this.#strings.definedCount;
    const { scopeCount, resourceCount } = this.#spans;
    this.#spanEndPosition = startPosition + this.#options.maxSpanBytes;
    this.#limitSpan();
    try {
      this.#droppedPartCount += this.#spans.write(span);
      this.#spanCount++;
      return 'written';
    } catch (error) {
      this.#writer.position = startPosition;
      this.#strings.rollBack(definedCount);
      this.#spans.rollBack(scopeCount, resourceCount);
      if (error === chunkFull) return 'full';
      if (error === spanTooLarge) return 'too_large';
      return error instanceof NoMemoryError ? 'no_memory' : 'unreadable';
    }
  }

  /** Lets the span reach as far as the buffer has room, and no further than a span may. */
  #limitSpan(): void {
    const capacityBytes = this.#buffer?.length ?? 0;
    const reserveBytes = Math.min(SEAL_RESERVE_BYTES, capacityBytes >>> 4);
    this.#writer.limit = Math.min(capacityBytes - reserveBytes, this.#spanEndPosition);
  }

  /** Only a span that is alone in its chunk gets a bigger buffer: copying a full chunk costs more than a second try. */
  #makeRoom(byteCount: number): void {
    const minimumBytes = this.#writer.position + byteCount;
    if (minimumBytes > this.#spanEndPosition) throw spanTooLarge;
    if (this.#spanCount > 0 || this.#buffer === undefined) throw chunkFull;
    const smaller = this.#buffer;
    const bigger = this.#acquireBigger(Math.max(minimumBytes + SEAL_RESERVE_BYTES, smaller.length * 2));
    bigger.set(smaller.subarray(0, this.#writer.position));
    this.#buffer = bigger;
    this.#writer.moveTo(bigger, bigger.length);
    this.#limitSpan();
    this.#options.release(smaller);
  }

  #acquireBigger(minimumBytes: number): Uint8Array<TBuffer> {
    try {
      return this.#options.acquire(minimumBytes);
    } catch (cause) {
      throw new NoMemoryError(`No buffer of ${minimumBytes} bytes for a span`, { cause });
    }
  }
}
