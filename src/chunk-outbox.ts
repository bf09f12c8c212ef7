import { setTimeout as delay } from 'node:timers/promises';
import { type ChunkPool, isSmallChunk } from './chunk-pool.js';
import type { ExportPool, OnSettled, Settlement } from './export-pool.js';
import { HAND_OFFS, type HandOff } from './hand-off.js';
import type { ResolvedOptions } from './options.js';
import type { StartedCopy } from './started-copy.js';
import type { ClosedChunk } from './wire/closed-chunk.js';

interface OutgoingChunk {
  readonly chunk: ClosedChunk<ArrayBufferLike>;
  readonly startedCopy: StartedCopy | undefined;
  readonly settle: OnSettled;
  heldBytes: number;
}

/** Closed chunks on their way: completed with their resources, kept until their outcome is known, then let go. */
export class ChunkOutbox {
  readonly #buffers: ChunkPool;
  readonly #exportPool: ExportPool;
  readonly #handOff: HandOff;
  readonly #resourceTimeoutMillis: number;
  #heldBytes = 0;
  /** Those that wait for their resources. */
  readonly #incomplete = new Set<OutgoingChunk>();

  constructor(options: ResolvedOptions, buffers: ChunkPool, exportPool: ExportPool) {
    this.#buffers = buffers;
    this.#exportPool = exportPool;
    this.#handOff = HAND_OFFS[options.handOff];
    // Half: a flush takes exportTimeoutMillis in all, and the export comes after the wait.
    this.#resourceTimeoutMillis = options.exportTimeoutMillis / 2;
  }

  /** Memory of the chunks that are not settled, whatever part of it they fill. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Exports a chunk. Never throws. */
  send(chunk: ClosedChunk<ArrayBufferLike>, startedCopy: StartedCopy | undefined, settle: OnSettled): void {
    this.#heldBytes += chunk.byteLength;
    const outgoing: OutgoingChunk = { chunk, startedCopy, heldBytes: chunk.byteLength, settle };
    if (chunk.pendingResources.length === 0) {
      this.#dispatch(outgoing);
      return;
    }
    // A second buffer is not held for a chunk that has to wait.
    startedCopy?.release();
    this.#incomplete.add(outgoing);
    void this.#waitForResources(chunk).then(() => {
      if (this.#incomplete.delete(outgoing)) this.#dispatch(outgoing);
    });
  }

  /** Sends the chunks that still wait for their resources with what is known of them. */
  sendIncomplete(): void {
    for (const outgoing of this.#incomplete) {
      this.#incomplete.delete(outgoing);
      this.#dispatch(outgoing);
    }
  }

  #dispatch(outgoing: OutgoingChunk): void {
    const { chunk, startedCopy } = outgoing;
    let bytes: Uint8Array;
    try {
      bytes = this.#retain(chunk.seal());
    } catch (error) {
      // Only an allocation can fail here; the chunk's own buffer goes to the garbage collector.
      startedCopy?.release();
      this.#settle(outgoing, { status: 'dropped', reason: 'no_memory', message: String(error) });
      return;
    }
    this.#heldBytes += bytes.buffer.byteLength - outgoing.heldBytes;
    outgoing.heldBytes = bytes.buffer.byteLength;
    this.#exportPool.dispatch({ bytes, spanCount: chunk.spanCount, startedCopy }, (settlement) => {
      const isReadByWorker = settlement.status === 'failed' && settlement.isUnanswered;
      if (!isReadByWorker) this.#buffers.release(new Uint8Array(bytes.buffer));
      this.#settle(outgoing, settlement);
    });
  }

  #settle({ heldBytes, settle }: OutgoingChunk, settlement: Settlement): void {
    this.#heldBytes -= heldBytes;
    settle(settlement);
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
   * A chunk that leaves more than half of its buffer empty, and has to wait for a worker, or that is so small that it costs
   * next to nothing, is copied to a buffer of its own size.
   */
  #retain(bytes: Uint8Array): Uint8Array {
    const bufferBytes = bytes.buffer.byteLength;
    const isCopied =
      isSmallChunk(bytes.byteLength) || (bytes.byteLength < bufferBytes / 2 && this.#exportPool.isSaturated);
    if (!isCopied || bytes.byteLength === bufferBytes) return bytes;
    const copy = this.#handOff.allocate(bytes.byteLength);
    copy.set(bytes);
    this.#buffers.release(new Uint8Array(bytes.buffer));
    return copy;
  }
}
