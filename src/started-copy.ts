import type { ChunkPool } from './chunk-pool.js';

/** The copy catches up in steps of so much: larger ones leave the cache before they are copied, smaller ones add calls. */
const STEP_BYTES = 64 * 1024;

/**
 * The copy of a chunk that will be transferred, made while the chunk is written: so the hand-over has little left to
 * copy, and what is copied is still in the cache.
 */
export class StartedCopy {
  readonly #pool: ChunkPool;
  /** Of which it is the copy. */
  #source: ArrayBufferLike | undefined;
  #copy: Uint8Array | undefined;
  #copiedBytes = 0;

  constructor(pool: ChunkPool) {
    this.#pool = pool;
  }

  /** Catches up with a chunk that has grown to so many bytes, and of which these no longer change. */
  follow(chunk: Uint8Array, byteLength: number): void {
    if (this.#source !== chunk.buffer) this.#restart(chunk.buffer);
    if (byteLength - this.#copiedBytes < STEP_BYTES) return;
    this.#copy ??= this.#tryAcquire(chunk.buffer.byteLength);
    if (this.#copy !== undefined) this.#copyUpTo(this.#copy, chunk, byteLength);
  }

  /** Copies the rest of a chunk that is closed, and may wait before it is handed over, while it is in the cache. */
  complete(chunk: Uint8Array): void {
    if (this.#copy !== undefined && this.#source === chunk.buffer) this.#copyUpTo(this.#copy, chunk, chunk.byteLength);
  }

  /**
   * The whole copy, which is the caller's from now on; undefined when none was started, or of a buffer that was left for a
   * bigger one since.
   */
  finish(chunk: Uint8Array): Uint8Array | undefined {
    const copy = this.#copy;
    if (copy === undefined || this.#source !== chunk.buffer) {
      this.release();
      return undefined;
    }
    this.#copyUpTo(copy, chunk, chunk.byteLength);
    this.#copy = undefined;
    return copy;
  }

  /** Gives its memory back. */
  release(): void {
    if (this.#copy !== undefined) this.#pool.release(this.#copy);
    this.#copy = undefined;
    this.#source = undefined;
  }

  #restart(source: ArrayBufferLike): void {
    this.release();
    this.#source = source;
    this.#copiedBytes = 0;
  }

  /** Without memory the hand-over tries again, and has an answer for that. */
  #tryAcquire(byteLength: number): Uint8Array | undefined {
    try {
      return this.#pool.acquire(byteLength);
    } catch {
      return undefined;
    }
  }

  #copyUpTo(copy: Uint8Array, chunk: Uint8Array, byteLength: number): void {
    copy.set(chunk.subarray(this.#copiedBytes, byteLength), this.#copiedBytes);
    this.#copiedBytes = byteLength;
  }
}
