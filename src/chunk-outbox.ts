import { type ChunkPool, isSmallChunk } from './chunk-pool.js';
import type { ExportPool, OnSettled, Settlement } from './export-pool.js';
import { HAND_OFFS, type HandOff } from './hand-off.js';
import type { ResolvedOptions } from './options.js';
import type { StartedCopy } from './started-copy.js';
import type { ClosedChunk } from './wire/closed-chunk.js';

/** So many full chunks leave together at the most, and the first waits so long for the others. */
const MAX_GATHERED_COUNT = 4;
const MAX_GATHER_MILLIS = 100;

/** What waits must not be what fills the queue. */
const MAX_GATHERING_SHARE = 1 / 4;

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
  readonly #maxGatheringBytes: number;
  #heldBytes = 0;
  readonly #unsettled = new Set<OutgoingChunk>();
  /** Those that wait for their resources. */
  readonly #incomplete = new Set<OutgoingChunk>();
  /** Those that wait for company. */
  readonly #gathered: (() => void)[] = [];
  #gatherTimer: NodeJS.Timeout | undefined;

  constructor(options: ResolvedOptions, buffers: ChunkPool, exportPool: ExportPool) {
    this.#buffers = buffers;
    this.#exportPool = exportPool;
    this.#handOff = HAND_OFFS[options.handOff];
    this.#maxGatheringBytes = options.maxQueueBytes * MAX_GATHERING_SHARE;
    // Half: a flush takes exportTimeoutMillis in all, and the export comes after the wait.
    this.#resourceTimeoutMillis = options.exportTimeoutMillis / 2;
  }

  /** Memory of the chunks that are not settled, whatever part of it they fill. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /**
   * Exports a chunk. Never throws.
   *
   * @param mayWait Whether it may wait for others, until {@link sendGathered} at the latest: those that reach a worker in
   * one turn go in one request, and wake the worker and this loop once.
   */
  send(
    chunk: ClosedChunk<ArrayBufferLike>,
    startedCopy: StartedCopy | undefined,
    mayWait: boolean,
    settle: OnSettled,
  ): void {
    const isComplete = chunk.pendingResources.length === 0;
    if (!isComplete) {
      // Neither a second buffer is held for a chunk that has to wait, nor one that is mostly empty.
      startedCopy?.release();
      this.#shrink(chunk);
    }
    const outgoing: OutgoingChunk = { chunk, startedCopy, heldBytes: chunk.bufferByteLength, settle };
    this.#heldBytes += outgoing.heldBytes;
    this.#unsettled.add(outgoing);
    if (isComplete) this.#dispatch(outgoing, mayWait);
    else this.#waitForResources(outgoing);
  }

  /** Sends the chunks that still wait for their resources with what is known of them. */
  sendIncomplete(): void {
    for (const outgoing of this.#incomplete) {
      this.#incomplete.delete(outgoing);
      this.#dispatch(outgoing, false);
    }
  }

  /** Sends the chunks that wait for company. */
  sendGathered(): void {
    clearTimeout(this.#gatherTimer);
    this.#gatherTimer = undefined;
    // Taken one by one: to dispatch one may end the process, whose exit handler goes on with the others.
    for (let dispatch = this.#gathered.shift(); dispatch !== undefined; dispatch = this.#gathered.shift()) dispatch();
  }

  /** Forgets what is not settled, whose `settle` is then never called: for a process that is at its end. */
  giveUp(): void {
    this.#incomplete.clear();
    this.#unsettled.clear();
    this.#heldBytes = 0;
  }

  #dispatch(outgoing: OutgoingChunk, mayWait: boolean): void {
    const { chunk, startedCopy } = outgoing;
    let bytes: Uint8Array;
    try {
      bytes = this.#retain(chunk.seal());
    } catch (error) {
      // Only the memory of its resources can fail; the chunk's own buffer goes to the garbage collector.
      startedCopy?.release();
      this.#settle(outgoing, { status: 'dropped', reason: 'no_memory', message: String(error) });
      return;
    }
    this.#heldBytes += bytes.buffer.byteLength - outgoing.heldBytes;
    outgoing.heldBytes = bytes.buffer.byteLength;
    const retained = { bytes, spanCount: chunk.spanCount, startedCopy };
    this.#gathered.push(() =>
      this.#exportPool.dispatch(retained, (settlement) => {
        const isReadByWorker = settlement.status === 'failed' && settlement.isUnanswered;
        if (!isReadByWorker) this.#buffers.release(new Uint8Array(bytes.buffer));
        this.#settle(outgoing, settlement);
      }),
    );
    if (!mayWait || this.#gathered.length >= MAX_GATHERED_COUNT || !this.#hasRoomToWait) {
      this.sendGathered();
      return;
    }
    startedCopy?.complete(bytes);
    this.#gatherTimer ??= setTimeout(() => this.sendGathered(), MAX_GATHER_MILLIS).unref();
  }

  /** Chunks wait in the pool as well, and then leave together as soon as workers answer. */
  get #hasRoomToWait(): boolean {
    return this.#heldBytes < this.#maxGatheringBytes && !this.#exportPool.isSaturated;
  }

  #settle(outgoing: OutgoingChunk, settlement: Settlement): void {
    // It was given up before.
    if (!this.#unsettled.delete(outgoing)) return;
    this.#heldBytes -= outgoing.heldBytes;
    outgoing.settle(settlement);
  }

  /** Detectors that never answer, or fail, must not hold the spans for ever: they then leave with what is known. */
  #waitForResources(outgoing: OutgoingChunk): void {
    this.#incomplete.add(outgoing);
    const timer = setTimeout(() => dispatchOnce(), this.#resourceTimeoutMillis).unref();
    const dispatchOnce = () => {
      clearTimeout(timer);
      if (this.#incomplete.delete(outgoing)) this.#dispatch(outgoing, false);
    };
    const answers = outgoing.chunk.pendingResources.map(async (resource) => resource.waitForAsyncAttributes?.());
    void Promise.allSettled(answers).then(dispatchOnce);
  }

  #shrink(chunk: ClosedChunk<ArrayBufferLike>): void {
    if (!isMostlyEmpty(chunk.byteLength, chunk.bufferByteLength)) return;
    try {
      chunk.shrink(this.#handOff.allocate);
    } catch {
      // Without memory it waits as it is.
    }
  }

  /**
   * A chunk that leaves more than half of its buffer empty, where the queue fills or it has to wait for a worker, or that
   * is so small that it costs next to nothing, is copied to a buffer of its own size. Without memory it leaves as it is.
   */
  #retain(bytes: Uint8Array): Uint8Array {
    const bufferBytes = bytes.buffer.byteLength;
    const isCopied =
      isSmallChunk(bytes.byteLength) || (isMostlyEmpty(bytes.byteLength, bufferBytes) && !this.#hasRoomToWait);
    if (!isCopied || bytes.byteLength === bufferBytes) return bytes;
    let copy: Uint8Array;
    try {
      copy = this.#handOff.allocate(bytes.byteLength);
    } catch {
      return bytes;
    }
    copy.set(bytes);
    this.#buffers.release(new Uint8Array(bytes.buffer));
    return copy;
  }
}

function isMostlyEmpty(byteLength: number, bufferByteLength: number): boolean {
  return byteLength < bufferByteLength / 2;
}
