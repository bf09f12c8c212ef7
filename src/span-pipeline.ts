import { ChunkPool } from './chunk-pool.js';
import { OffloopError } from './errors.js';
import { ExportPool, type Settlement } from './export-pool.js';
import { HAND_OFFS, type HandOff } from './hand-off.js';
import type { Drop, DropReason, ResolvedOptions } from './options.js';
import { type ProcessorStats, SpanCounts } from './span-counts.js';
import { ThrottledDiag } from './throttled-diag.js';
import type { ClosedChunk } from './wire/closed-chunk.js';
import type { ReadableSpan } from './wire/readable-span.js';
import { SpanEncoder } from './wire/span-encoder.js';

/**
 * An open chunk is closed at this size. Larger chunks add to the longest block (the copy at the hand-over), smaller
 * ones to the number of messages and HTTP requests.
 */
const CHUNK_CLOSE_BYTES = 768 * 1024;

/** The size of a fresh chunk buffer: a chunk that is about to be closed still has room for an ordinary span. */
const CHUNK_BUFFER_BYTES = 1024 * 1024;

/** Recycled buffers kept at the most: enough for every export of one worker to be under way. */
const MAX_POOLED_BYTES = 16 * CHUNK_BUFFER_BYTES;

/** What of them is kept in a quiet spell: a chunk, its copy, and one of each under way. */
const QUIET_POOLED_BYTES = 4 * CHUNK_BUFFER_BYTES;

/** A closed chunk below this size is copied to a buffer of its own size, so that a whole buffer isn't kept for it. */
const RETAIN_COPY_BYTES = CHUNK_BUFFER_BYTES / 8;

/** The main thread's half of the path: spans in, chunks out, counts kept. Behind the processor and the exporter. */
export class SpanPipeline {
  readonly #options: ResolvedOptions;
  readonly #handOff: HandOff;
  readonly #buffers: ChunkPool;
  readonly #encoder: SpanEncoder<ArrayBufferLike>;
  readonly #exportPool: ExportPool;
  readonly #counts = new SpanCounts();
  readonly #drops = new ThrottledDiag('warn');
  readonly #failures = new ThrottledDiag('error');
  /** Chunks that are closed and not settled; each promise resolves, none rejects. */
  readonly #unsettled = new Set<Promise<SettledChunk>>();
  #closedBytes = 0;
  #closeTimer: NodeJS.Timeout | undefined;
  #shutdown: Promise<void> | undefined;

  constructor(options: ResolvedOptions) {
    this.#options = options;
    this.#handOff = HAND_OFFS[options.handOff];
    this.#buffers = new ChunkPool({
      allocate: this.#handOff.allocate,
      minBufferBytes: CHUNK_BUFFER_BYTES,
      maxPooledBytes: MAX_POOLED_BYTES,
    });
    this.#encoder = new SpanEncoder({
      maxSpanBytes: options.maxSpanBytes,
      acquire: (minimumBytes) => this.#buffers.acquire(minimumBytes),
      release: (buffer) => this.#buffers.release(buffer),
    });
    this.#exportPool = new ExportPool(options, this.#buffers);
  }

  /** Encodes an ended span into the open chunk, or drops and counts it. Never throws. */
  accept(span: ReadableSpan): void {
    this.#counts.accept();
    if (this.#shutdown !== undefined) {
      this.#drop('shut_down', 1, 'the processor is shut down');
      return;
    }
    const { maxQueueBytes, maxQueueSize, maxExportBatchSize } = this.#options;
    // The span itself is counted as pending already.
    if (this.#counts.pendingSpanCount > maxQueueSize || this.#pendingBytes >= maxQueueBytes) {
      this.#drop('queue_full', 1, 'the queue is full; the sink is slower than the service');
      return;
    }
    if (!this.#encode(span)) return;
    if (this.#encoder.spanCount >= maxExportBatchSize || this.#encoder.byteLength >= CHUNK_CLOSE_BYTES) {
      this.#closeChunk();
    } else if (this.#closeTimer === undefined) {
      this.#closeTimer = setTimeout(() => this.#closeOldChunk(), this.#options.scheduledDelayMillis);
      this.#closeTimer.unref();
    }
  }

  /**
   * Takes a batch that leaves at once, as `SpanExporter.export` asks. Resolves when it is settled.
   *
   * @throws {OffloopError} `ERR_OFFLOOP_EXPORT_FAILED` when a span of the batch was not delivered.
   */
  async exportBatch(spans: readonly ReadableSpan[]): Promise<void> {
    const droppedBefore = this.#counts.droppedSpanCount;
    const others = new Set(this.#unsettled);
    for (const span of spans) this.accept(span);
    this.#closeChunk();
    let lostSpanCount = this.#counts.droppedSpanCount - droppedBefore;
    const own = [...this.#unsettled].filter((chunk) => !others.has(chunk));
    for (const { status, spanCount } of await Promise.all(own)) {
      if (status !== 'exported') lostSpanCount += spanCount;
    }
    expectNoLoss(lostSpanCount);
  }

  /**
   * Resolves when every span accepted before the call is settled and the hosted exporter has flushed.
   *
   * @throws {OffloopError} `ERR_OFFLOOP_EXPORT_FAILED` when spans failed or were dropped meanwhile,
   * `ERR_OFFLOOP_EXPORT_TIMEOUT` after `exportTimeoutMillis`; both with the counts.
   */
  async flush(): Promise<void> {
    if (this.#shutdown !== undefined) return this.#shutdown;
    return this.#flush();
  }

  /** Flushes, then ends the workers. Later calls get the first call's promise. */
  shutdown(): Promise<void> {
    this.#shutdown ??= this.#flush().finally(() => this.#exportPool.shutdown());
    return this.#shutdown;
  }

  stats(): ProcessorStats {
    return this.#counts.snapshot(this.#pendingBytes);
  }

  get #pendingBytes(): number {
    return this.#closedBytes + this.#encoder.byteLength;
  }

  /** @returns false when the span was dropped */
  #encode(span: ReadableSpan): boolean {
    let status = this.#encoder.encode(span);
    if (status === 'full') {
      this.#closeChunk();
      status = this.#encoder.encode(span);
    }
    switch (status) {
      case 'written':
        return true;
      case 'too_large':
        this.#drop('span_too_large', 1, `encoded it takes more than maxSpanBytes (${this.#options.maxSpanBytes})`);
        return false;
      case 'unreadable':
        this.#drop('span_unreadable', 1, 'reading one of its properties throws');
        return false;
      case 'full':
      case 'no_memory':
        this.#drop('no_memory', 1, 'no buffer could be allocated for it');
        return false;
      default:
        return status satisfies never;
    }
  }

  async #flush(): Promise<void> {
    const lostBefore = this.#lostSpanCount;
    this.#closeChunk();
    const deadline = startDeadline(this.#options.exportTimeoutMillis);
    const settled = Promise.all(this.#unsettled).then(() => this.#exportPool.flush());
    const end = await Promise.race([settled, deadline.passed]);
    deadline.cancel();
    if (end === 'deadline') {
      const pendingSpanCount = this.#counts.pendingSpanCount;
      const what =
        pendingSpanCount > 0 ? `${pendingSpanCount} spans are still pending` : 'the exporter is still flushing';
      const message = `flush: ${what} after ${this.#options.exportTimeoutMillis} ms`;
      throw new OffloopError('ERR_OFFLOOP_EXPORT_TIMEOUT', message);
    }
    expectNoLoss(this.#lostSpanCount - lostBefore);
    if (end !== undefined) throw new OffloopError('ERR_OFFLOOP_EXPORT_FAILED', `flush: ${end.message}`);
  }

  get #lostSpanCount(): number {
    return this.#counts.failedSpanCount + this.#counts.droppedSpanCount;
  }

  /** A chunk that closes by its age is the sign of a quiet spell: buffers of the last burst are let go. */
  #closeOldChunk(): void {
    this.#buffers.trim(QUIET_POOLED_BYTES);
    this.#closeChunk();
  }

  #closeChunk(): void {
    clearTimeout(this.#closeTimer);
    this.#closeTimer = undefined;
    const chunk = this.#encoder.close();
    if (chunk === undefined) return;
    this.#closedBytes += chunk.byteLength;
    const { spanCount } = chunk;
    const settled: Promise<SettledChunk> = this.#export(chunk).then((settlement) => {
      this.#unsettled.delete(settled);
      this.#count(spanCount, settlement);
      return { status: settlement.status, spanCount };
    });
    this.#unsettled.add(settled);
  }

  async #export(chunk: ClosedChunk<ArrayBufferLike>): Promise<Settlement> {
    // Without pending resources nothing is awaited before the chunk has left.
    const { pendingResources } = chunk;
    if (pendingResources.length > 0) {
      await Promise.allSettled(pendingResources.map((resource) => resource.waitForAsyncAttributes?.()));
    }
    const parkedBytes = chunk.byteLength;
    let sealed: Uint8Array;
    try {
      sealed = chunk.seal();
    } catch (error) {
      this.#closedBytes -= parkedBytes;
      return { status: 'dropped', reason: 'no_memory', message: String(error) };
    }
    const bytes = this.#retain(sealed);
    this.#closedBytes += bytes.byteLength - parkedBytes;
    const settlement = await this.#exportPool.dispatch({ bytes, spanCount: chunk.spanCount });
    this.#closedBytes -= bytes.byteLength;
    const isDone = settlement.status !== 'failed' || settlement.isUnanswered !== true;
    if (isDone) this.#buffers.release(new Uint8Array(bytes.buffer));
    return settlement;
  }

  #retain(bytes: Uint8Array): Uint8Array {
    if (bytes.byteLength >= RETAIN_COPY_BYTES) return bytes;
    const copy = this.#handOff.allocate(bytes.byteLength);
    copy.set(bytes);
    this.#buffers.release(new Uint8Array(bytes.buffer));
    return copy;
  }

  #count(spanCount: number, settlement: Settlement): void {
    switch (settlement.status) {
      case 'exported':
        this.#counts.export(spanCount);
        return;
      case 'failed': {
        const { reason, message } = settlement.failure;
        this.#counts.fail(reason, spanCount);
        this.#failures.say(reason, spanCount, (count) => `${count} spans were not exported (${reason}): ${message}`);
        return;
      }
      case 'dropped':
        this.#drop(settlement.reason, spanCount, settlement.message);
        return;
      default:
        settlement satisfies never;
    }
  }

  #drop(reason: DropReason, spanCount: number, message: string): void {
    const drop: Drop = { reason, spanCount };
    this.#counts.drop(drop);
    this.#drops.say(reason, spanCount, (count) => `${count} spans dropped (${reason}): ${message}`);
    try {
      this.#options.onDrop(drop);
    } catch {
      // A faulty callback must not reach the caller of span.end().
    }
  }
}

interface SettledChunk {
  readonly status: Settlement['status'];
  readonly spanCount: number;
}

function expectNoLoss(lostSpanCount: number): void {
  if (lostSpanCount === 0) return;
  throw new OffloopError('ERR_OFFLOOP_EXPORT_FAILED', `${lostSpanCount} spans were not delivered`);
}

interface Deadline {
  readonly passed: Promise<'deadline'>;
  readonly cancel: () => void;
}

/** Keeps the process alive while it runs: whoever awaits a flush wants its end. */
function startDeadline(millis: number): Deadline {
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<'deadline'>((resolve) => {
    timer = setTimeout(resolve, millis, 'deadline');
  });
  return { passed, cancel: () => clearTimeout(timer) };
}
