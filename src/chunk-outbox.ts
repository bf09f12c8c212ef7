import { setTimeout as delay } from 'node:timers/promises';
import type { ChunkPool } from './chunk-pool.js';
import type { ExportPool, Settlement } from './export-pool.js';
import { HAND_OFFS, type HandOff } from './hand-off.js';
import type { ResolvedOptions } from './options.js';
import type { ClosedChunk } from './wire/closed-chunk.js';

/** Closed chunks on their way: completed with their resources, kept until their outcome is known, then let go. */
export class ChunkOutbox {
  readonly #buffers: ChunkPool;
  readonly #exportPool: ExportPool;
  readonly #handOff: HandOff;
  readonly #resourceTimeoutMillis: number;
  #heldBytes = 0;

  constructor(options: ResolvedOptions, buffers: ChunkPool, exportPool: ExportPool) {
    this.#buffers = buffers;
    this.#exportPool = exportPool;
    this.#handOff = HAND_OFFS[options.handOff];
    // Half: a flush takes exportTimeoutMillis in all, and the export comes after the wait.
    this.#resourceTimeoutMillis = options.exportTimeoutMillis / 2;
  }

  /** Encoded bytes of the chunks that are not settled. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Exports a chunk. Resolves when it is settled; never rejects. */
  async send(chunk: ClosedChunk<ArrayBufferLike>): Promise<Settlement> {
    let heldBytes = chunk.byteLength;
    this.#heldBytes += heldBytes;
    try {
      // Without pending resources nothing is awaited before the chunk has left.
      if (chunk.pendingResources.length > 0) await this.#waitForResources(chunk);
      const bytes = this.#retain(chunk.seal());
      this.#heldBytes += bytes.byteLength - heldBytes;
      heldBytes = bytes.byteLength;
      const settlement = await this.#exportPool.dispatch({ bytes, spanCount: chunk.spanCount });
      const isReadByWorker = settlement.status === 'failed' && settlement.isUnanswered;
      if (!isReadByWorker) this.#buffers.release(new Uint8Array(bytes.buffer));
      return settlement;
    } catch (error) {
      // Only an allocation can fail here; the chunk's own buffer goes to the garbage collector.
      return { status: 'dropped', reason: 'no_memory', message: String(error) };
    } finally {
      this.#heldBytes -= heldBytes;
    }
  }

  /** Detectors that never answer, or fail, must not hold the spans for ever: they then leave with what is known. */
  async #waitForResources({ pendingResources }: ClosedChunk<ArrayBufferLike>): Promise<void> {
    const stop = new AbortController();
    const timeout = delay(this.#resourceTimeoutMillis, undefined, { signal: stop.signal, ref: false }).catch(() => {});
    const answers = Promise.allSettled(pendingResources.map(async (resource) => resource.waitForAsyncAttributes?.()));
    await Promise.race([answers, timeout]);
    stop.abort();
  }

  /**
   * A chunk that leaves more than half of its buffer empty is copied to a buffer of its own size, so that what is held
   * is at most twice what is counted.
   */
  #retain(bytes: Uint8Array): Uint8Array {
    if (bytes.byteLength >= bytes.buffer.byteLength / 2) return bytes;
    const copy = this.#handOff.allocate(bytes.byteLength);
    copy.set(bytes);
    this.#buffers.release(new Uint8Array(bytes.buffer));
    return copy;
  }
}
