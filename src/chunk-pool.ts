/** The size of a fresh chunk buffer: a chunk that is about to be closed still has room for an ordinary span. */
export const CHUNK_BUFFER_BYTES = 1024 * 1024;

/** Smaller chunks have memory of their own size: a recycled buffer would be mostly empty. */
const SMALL_CHUNK_BYTES = 16 * 1024;

export function isSmallChunk(byteLength: number): boolean {
  return byteLength < SMALL_CHUNK_BYTES;
}

/**
 * Recycled buffers. Fresh memory on every chunk costs the main thread more than the encoding does (page faults), so
 * buffers that come home are kept for the next chunk, up to a bound in bytes.
 */
export class ChunkPool {
  readonly #options: ChunkPoolOptions;
  /** Ascending by size, so that the first one large enough is also the smallest. */
  readonly #buffers: Uint8Array[] = [];
  #pooledBytes = 0;
  /** The fewest bytes pooled since the last {@link trim}: so much was never needed. */
  #leastPooledBytes = 0;

  constructor(options: ChunkPoolOptions) {
    this.#options = options;
  }

  get pooledBytes(): number {
    return this.#pooledBytes;
  }

  /** The caller owns the buffer: its memory starts and ends with it and is shared with nobody. */
  acquire(minimumBytes: number): Uint8Array {
    const index = this.#buffers.findIndex((buffer) => buffer.byteLength >= minimumBytes);
    const [pooled] = index === -1 ? [] : this.#buffers.splice(index, 1);
    if (pooled !== undefined) {
      this.#pooledBytes -= pooled.byteLength;
      this.#leastPooledBytes = Math.min(this.#leastPooledBytes, this.#pooledBytes);
      return pooled;
    }
    this.#leastPooledBytes = 0;
    return this.#options.allocate(Math.max(this.#options.minBufferBytes, minimumBytes));
  }

  /** Takes a buffer back. The caller must not touch it again. */
  release(buffer: Uint8Array): void {
    // A detached buffer has no bytes left to recycle, and a small one would never be asked for.
    if (buffer.byteLength < this.#options.minBufferBytes) return;
    if (this.#pooledBytes + buffer.byteLength > this.#options.getMaxPooledBytes()) return;
    const index = this.#buffers.findIndex((pooled) => pooled.byteLength >= buffer.byteLength);
    this.#buffers.splice(index === -1 ? this.#buffers.length : index, 0, buffer);
    this.#pooledBytes += buffer.byteLength;
  }

  /** Lets go of as many bytes as lay unused since the last call, the largest buffers first. */
  trim(): void {
    let unusedBytes = this.#leastPooledBytes;
    for (let index = this.#buffers.length - 1; index >= 0; index--) {
      const byteLength = this.#buffers[index]?.byteLength ?? 0;
      if (byteLength > unusedBytes) continue;
      this.#buffers.splice(index, 1);
      this.#pooledBytes -= byteLength;
      unusedBytes -= byteLength;
    }
    this.#leastPooledBytes = this.#pooledBytes;
  }
}

export interface ChunkPoolOptions {
  /** Where new buffers come from. */
  readonly allocate: (byteLength: number) => Uint8Array;
  /** Smaller requests are rounded up to it, so that one buffer serves many chunks. */
  readonly minBufferBytes: number;
  /** A buffer that would take the pool past it is left to the garbage collector. */
  readonly getMaxPooledBytes: () => number;
}
