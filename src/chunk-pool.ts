/**
 * Recycled buffers. Fresh memory on every chunk costs the main thread more than the encoding does (page faults), so
 * buffers that come home are kept for the next chunk, up to a bound in bytes.
 */
export class ChunkPool {
  readonly #maxPooledBytes: number;
  readonly #minBufferBytes: number;
  /** Ascending by size, so that the first one large enough is also the smallest. */
  readonly #buffers: Uint8Array<ArrayBuffer>[] = [];
  #pooledBytes = 0;

  /**
   * @param minBufferBytes smaller requests are rounded up to it, so that one buffer serves many chunks
   * @param maxPooledBytes a buffer that would take the pool past it is left to the garbage collector
   */
  constructor(minBufferBytes: number, maxPooledBytes: number) {
    this.#minBufferBytes = minBufferBytes;
    this.#maxPooledBytes = maxPooledBytes;
  }

  get pooledBytes(): number {
    return this.#pooledBytes;
  }

  /** The caller owns the buffer: its `ArrayBuffer` starts and ends with it and is shared with nobody. */
  acquire(minimumBytes: number): Uint8Array<ArrayBuffer> {
    const index = this.#buffers.findIndex((buffer) => buffer.byteLength >= minimumBytes);
    const [pooled] = index === -1 ? [] : this.#buffers.splice(index, 1);
    if (pooled !== undefined) {
      this.#pooledBytes -= pooled.byteLength;
      return pooled;
    }
    return allocate(Math.max(this.#minBufferBytes, minimumBytes));
  }

  /** Takes a buffer back. The caller must not touch it again. */
  release(buffer: Uint8Array<ArrayBuffer>): void {
    // A detached buffer has no bytes left to recycle.
    if (buffer.byteLength === 0 || this.#pooledBytes + buffer.byteLength > this.#maxPooledBytes) return;
    const index = this.#buffers.findIndex((pooled) => pooled.byteLength >= buffer.byteLength);
    this.#buffers.splice(index === -1 ? this.#buffers.length : index, 0, buffer);
    this.#pooledBytes += buffer.byteLength;
  }
}

/** Not zeroed, and never a view on Node's shared slab: a slab must not be transferred. */
function allocate(byteLength: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.allocUnsafeSlow(byteLength).buffer);
}
