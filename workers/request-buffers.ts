import { Buffer } from 'node:buffer';

/** Sizes are multiples of this, so that requests of about one size take each other's buffers. */
const STEP_BYTES = 256 * 1024;

/** A larger buffer served a request out of the ordinary, and is not kept. */
const MAX_KEPT_BUFFER_BYTES = 8 * 1024 * 1024;

/** Recycled bytes kept at the most: some requests are under way at a time, and each has one buffer. */
const MAX_KEPT_BYTES = 32 * 1024 * 1024;

/** Buffers for requests, used again: fresh memory costs its page faults, about 100 µs for each MiB. */
export class RequestBuffers {
  readonly #free: Buffer[] = [];
  #keptBytes = 0;

  /** A buffer of at least `minimumBytes`, whatever it holds. */
  acquire(minimumBytes: number): Buffer {
    const index = this.#free.findIndex((buffer) => buffer.length >= minimumBytes);
    const [kept] = index < 0 ? [] : this.#free.splice(index, 1);
    if (kept === undefined) return Buffer.allocUnsafeSlow(Math.ceil(minimumBytes / STEP_BYTES) * STEP_BYTES);
    this.#keptBytes -= kept.length;
    return kept;
  }

  /** Takes a buffer back that nobody reads or writes any more. */
  release(buffer: Buffer): void {
    if (buffer.length > MAX_KEPT_BUFFER_BYTES) return;
    this.#free.push(buffer);
    this.#keptBytes += buffer.length;
    // The oldest goes first: once requests have grown, it is likely too small.
    while (this.#keptBytes > MAX_KEPT_BYTES) this.#keptBytes -= this.#free.shift()?.length ?? 0;
  }
}
