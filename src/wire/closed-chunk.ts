import { END_FIELD_COUNT, RECORD_END, RECORD_RESOURCE, RESOURCE_FIELD_COUNT } from './chunk-format.js';
import { NoMemoryError } from './chunk-overflow.js';
import { MsgpackWriter } from './msgpack-writer.js';
import type { ReadableResource } from './readable-span.js';
import { StringTable } from './string-table.js';
import { ValueWriter } from './value-writer.js';

/** Room for the record that ends a chunk. */
const END_MAX_BYTES = 128;

/** Where chunks get their memory from. */
export interface ChunkBuffers<TBuffer extends ArrayBufferLike = ArrayBuffer> {
  /** A buffer of at least `minimumBytes`, whatever it holds. May throw when there is none. */
  readonly acquire: (minimumBytes: number) => Uint8Array<TBuffer>;
  /** Takes back a buffer whose content has been copied into a bigger one. */
  readonly release: (buffer: Uint8Array<TBuffer>) => void;
}

/**
 * A chunk that takes no more spans. It has no resources in it yet, because their attributes may still be on the way
 * when spans end; it can wait for them while the encoder fills the next chunk.
 */
export class ClosedChunk<TBuffer extends ArrayBufferLike = ArrayBuffer> {
  readonly spanCount: number;
  readonly #resources: readonly ReadableResource[];
  readonly #buffers: ChunkBuffers<TBuffer>;
  #buffer: Uint8Array<TBuffer>;
  #byteLength: number;
  #isSealed = false;

  constructor(
    buffer: Uint8Array<TBuffer>,
    byteLength: number,
    spanCount: number,
    resources: readonly ReadableResource[],
    buffers: ChunkBuffers<TBuffer>,
  ) {
    this.#buffer = buffer;
    this.#byteLength = byteLength;
    this.spanCount = spanCount;
    this.#resources = resources;
    this.#buffers = buffers;
  }

  /** Bytes the chunk takes so far. */
  get byteLength(): number {
    return this.#byteLength;
  }

  /** Memory the chunk takes, whatever part of it it fills. */
  get bufferByteLength(): number {
    return this.#buffer.byteLength;
  }

  /**
   * Moves the chunk to memory of its own size, and gives its buffer back.
   *
   * @param allocate Gets that memory; what it throws comes out, and the chunk is then as it was.
   */
  shrink(allocate: (byteLength: number) => Uint8Array<TBuffer>): void {
    const roomy = this.#buffer;
    const fitting = allocate(this.#byteLength);
    fitting.set(roomy.subarray(0, this.#byteLength));
    this.#buffer = fitting;
    this.#buffers.release(roomy);
  }

  /** Resources whose detectors have not all answered: {@link seal} would leave out what they still find. */
  get pendingResources(): readonly ReadableResource[] {
    return this.#resources.filter((resource) => resource?.asyncAttributesPending === true);
  }

  /**
   * Completes the chunk with the resources as they are now. Further calls return the same bytes again.
   *
   * @returns The chunk, a view on the start of the buffer it was written in, or of a bigger one.
   * @throws {RangeError} when the resources need a bigger buffer and `acquire` throws, which is its cause; the chunk
   * is then as it was.
   */
  seal(): Uint8Array<TBuffer> {
    if (!this.#isSealed) {
      this.#byteLength = this.#writeResources();
      this.#isSealed = true;
    }
    return this.#buffer.subarray(0, this.#byteLength);
  }

  #writeResources(): number {
    const writer = new MsgpackWriter((byteCount) => this.#grow(writer, byteCount));
    writer.moveTo(this.#buffer, this.#buffer.length);
    writer.position = this.#byteLength;
    // A table of none: the chunk's own strings belong to its spans, and a resource is written once a chunk.
    const values = new ValueWriter(writer, new StringTable(writer, 0));
    for (const [id, resource] of this.#resources.entries()) {
      writer.writeArrayHeader(RESOURCE_FIELD_COUNT);
      writer.writeUint(RECORD_RESOURCE);
      writer.writeUint(id);
      values.write(read(() => resource.schemaUrl));
      values.writeAttributes(read(() => resource.attributes));
    }
    writer.writeArrayHeader(END_FIELD_COUNT);
    writer.writeUint(RECORD_END);
    writer.writeUint(this.spanCount);
    writer.writeUint(this.#resources.length);
    return writer.position;
  }

  #grow(writer: MsgpackWriter, byteCount: number): void {
    const smaller = this.#buffer;
    const bigger = this.#acquireBigger(Math.max(writer.position + byteCount + END_MAX_BYTES, smaller.length * 2));
    bigger.set(smaller.subarray(0, writer.position));
    this.#buffer = bigger;
    writer.moveTo(bigger, bigger.length);
    this.#buffers.release(smaller);
  }

  #acquireBigger(minimumBytes: number): Uint8Array<TBuffer> {
    try {
      return this.#buffers.acquire(minimumBytes);
    } catch (cause) {
      throw new NoMemoryError(`No buffer of ${minimumBytes} bytes for a chunk`, { cause });
    }
  }
}

/** What can't be read is left out: the spans matter more than their resource. */
function read(getValue: () => unknown): unknown {
  try {
    return getValue();
  } catch {
    return undefined;
  }
}
