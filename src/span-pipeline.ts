import { ChunkOutbox } from './chunk-outbox.js';
import { CHUNK_BUFFER_BYTES, ChunkPool } from './chunk-pool.js';
import { type Log, logDiag } from './diag-log.js';
import { OffloopError } from './errors.js';
import { addExitDrain, type ExitDrainable, removeExitDrain } from './exit-drain.js';
import { ExportPool } from './export-pool.js';
import { flushOnSignals } from './flush-on-signals.js';
import { HAND_OFFS, type HandOff } from './hand-off.js';
import type { ResolvedOptions } from './options.js';
import type { MaskFailureKind } from './protocol.js';
import { type PipelineFace, SelfMetrics } from './self-metrics.js';
import type { ProcessorStats } from './span-counts.js';
import { SpanLedger } from './span-ledger.js';
import type { StartedCopy } from './started-copy.js';
import { type UnreadySpan, WaitingSpans } from './waiting-spans.js';
import type { ReadableSpan } from './wire/readable-span.js';
import { SpanEncoder } from './wire/span-encoder.js';

/**
 * An open chunk is closed at this size. Larger chunks add to the longest block (the copy at the hand-over), smaller
 * ones to the number of messages and HTTP requests.
 */
const CHUNK_CLOSE_BYTES = 768 * 1024;

/**
 * Recycled buffers kept at the most. With 16 MiB a burst of 500 spans of 40 kB allocates anew every time
 * (docs/architecture.md).
 */
const MAX_POOLED_BYTES = 32 * 1024 * 1024;

/** And at the least: for the next chunk and its copy. */
const MIN_POOLED_BYTES = 2 * CHUNK_BUFFER_BYTES;

/** Spans that wait for something of theirs to be made, where the user set no `maxQueueSize`. */
const MAX_WAITING_SPAN_COUNT = 2_048;

/** How often buffers that were not needed since are let go. */
const TRIM_INTERVAL_MILLIS = 10_000;

/** The main thread's half of the path: spans in, chunks out, counts kept. Behind the processor and the exporter. */
export class SpanPipeline {
  readonly #options: ResolvedOptions;
  readonly #buffers: ChunkPool;
  readonly #handOff: HandOff;
  readonly #encoder: SpanEncoder<ArrayBufferLike>;
  /** Of the open chunk. */
  #startedCopy: StartedCopy | undefined;
  readonly #exportPool: ExportPool;
  readonly #outbox: ChunkOutbox;
  readonly #ledger: SpanLedger;
  readonly #metrics: SelfMetrics | undefined;
  /** Chunks that are closed and not settled; each promise resolves with how many spans were lost, none rejects. */
  readonly #unsettled = new Set<Promise<number>>();
  readonly #waiting = new WaitingSpans((span) => this.#take(span));
  #closeTimer: NodeJS.Timeout | undefined;
  #nextTrimMillis = 0;
  /** When all that is held had been sent because the process comes to its end; unset once more is sent. */
  #exitStartMillis: number | undefined;
  #shutdown: Promise<void> | undefined;
  readonly #exitDrain: ExitDrainable;
  readonly #ignoreSignals: () => void;

  /** @param log Hears of losses and failures. */
  constructor(options: ResolvedOptions, face: PipelineFace = 'processor', log: Log = logDiag) {
    this.#options = options;
    this.#metrics = this.#createMetrics(face);
    this.#ledger = new SpanLedger(options.onDrop, this.#metrics, log);
    this.#handOff = HAND_OFFS[options.handOff];
    this.#buffers = new ChunkPool({
      allocate: this.#handOff.allocate,
      minBufferBytes: CHUNK_BUFFER_BYTES,
      getMaxPooledBytes: () => this.#getMaxPooledBytes(),
    });
    this.#encoder = new SpanEncoder({
      maxSpanBytes: options.maxSpanBytes,
      acquire: (minimumBytes) => this.#buffers.acquire(minimumBytes),
      release: (buffer) => this.#buffers.release(buffer),
    });
    this.#exportPool = new ExportPool(options, this.#buffers);
    this.#outbox = new ChunkOutbox(options, this.#buffers, this.#exportPool);
    this.#exitDrain = this.#createExitDrain();
    if (options.exitDrainTimeoutMillis > 0) addExitDrain(this.#exitDrain);
    this.#ignoreSignals = flushOnSignals(options.flushOnSignals, () => this.#flushOnSignal());
  }

  /** Encodes an ended span into the open chunk, or drops and counts it. Never throws. @returns whether it was taken */
  accept(span: ReadableSpan): boolean {
    return this.#admit() && this.#take(span);
  }

  /**
   * Accepts what `prepare` makes of an ended span, now or later; every flush and the exit wait for it. Never throws.
   *
   * @param prepare Not called when the span has no room.
   */
  acceptPrepared(prepare: () => ReadableSpan | UnreadySpan): void {
    if (!this.#admit()) return;
    const { maxQueueSize } = this.#options;
    const maxWaitingSpanCount = Number.isFinite(maxQueueSize) ? maxQueueSize : MAX_WAITING_SPAN_COUNT;
    if (this.#waiting.spanCount >= maxWaitingSpanCount) {
      this.#ledger.drop('queue_full', 1, `${maxWaitingSpanCount} spans wait for their mask already`);
      return;
    }
    let prepared: ReadableSpan | UnreadySpan;
    try {
      prepared = prepare();
    } catch {
      this.#dropUnreadable();
      return;
    }
    if ('ready' in prepared) this.#waiting.add(prepared);
    else this.#take(prepared);
  }

  /** Counts a span that the user does not want. Never throws. */
  filter(): void {
    this.#ledger.accept();
    this.#ledger.filter(1);
  }

  /** Counts values that became a placeholder before their span was encoded. Never throws. */
  noteMaskFailure(firstMaskFailure: MaskFailureKind, maskFailureCount: number): void {
    this.#ledger.note({ firstMaskFailure, maskFailureCount });
  }

  /** Counts captures that the span no longer leads to. Never throws. */
  noteLostCaptures(captureCount: number): void {
    this.#ledger.loseCaptures(captureCount);
  }

  /**
   * Takes a batch that leaves at once, as `SpanExporter.export` asks. Resolves when it is settled.
   *
   * @throws {OffloopError} `ERR_OFFLOOP_EXPORT_FAILED` when a span of the batch was not delivered.
   */
  async exportBatch(spans: readonly ReadableSpan[]): Promise<void> {
    const others = new Set(this.#unsettled);
    let lostSpanCount = 0;
    for (const span of spans) if (!this.accept(span)) lostSpanCount += 1;
    this.#closeChunk();
    const own = [...this.#unsettled].filter((chunk) => !others.has(chunk));
    // Keeps the process alive, as a flush does and no longer: whoever exports waits for the answer.
    const timer = setTimeout(() => {}, this.#options.exportTimeoutMillis);
    for (const chunkLostSpanCount of await Promise.all(own)) lostSpanCount += chunkLostSpanCount;
    clearTimeout(timer);
    expectNoLoss(lostSpanCount);
  }

  /**
   * Resolves when every span accepted before the call is settled and the hosted exporter has flushed.
   *
   * @throws {OffloopError} `ERR_OFFLOOP_EXPORT_FAILED` when one of these spans was not delivered,
   * `ERR_OFFLOOP_EXPORT_TIMEOUT` after `exportTimeoutMillis`; both with the counts.
   */
  async flush(): Promise<void> {
    if (this.#shutdown !== undefined) return this.#shutdown;
    return this.#flush(this.#options.exportTimeoutMillis);
  }

  /** Flushes, then ends the workers, within `exportTimeoutMillis`. Later calls get the first call's promise. */
  shutdown(): Promise<void> {
    // Not on the spot: it may call onDrop, from which another call must find this promise.
    this.#shutdown ??= Promise.resolve()
      .then(() => this.#endWorkers(this.#options.exportTimeoutMillis))
      .finally(() => {
        this.#ledger.sayRest();
        this.#metrics?.close();
        removeExitDrain(this.#exitDrain);
        this.#ignoreSignals();
      });
    return this.#shutdown;
  }

  /**
   * Sends all that is held, since the process comes to its end. The time until its exit handlers run is then part of the
   * `exitDrainTimeoutMillis` that they may take, unless more spans leave meanwhile.
   */
  startExit(): void {
    this.#closeChunk();
    this.#outbox.sendIncomplete();
    this.#exitStartMillis = performance.now();
  }

  stats(): ProcessorStats {
    return this.#ledger.snapshot(this.#pendingBytes, this.#encoder.droppedPartCount);
  }

  #createMetrics(face: PipelineFace): SelfMetrics | undefined {
    const { selfObsMeterProvider, exporter, maxQueueSize } = this.#options;
    if (selfObsMeterProvider === undefined) return undefined;
    return new SelfMetrics(selfObsMeterProvider, {
      face,
      exporter,
      maxQueueSize,
      getPendingSpanCount: () => this.#ledger.pendingSpanCount,
      getExportingSpanCount: () => this.#ledger.pendingSpanCount - this.#encoder.spanCount - this.#waiting.spanCount,
    });
  }

  #createExitDrain(): ExitDrainable {
    const { exitDrainTimeoutMillis } = this.#options;
    return {
      startExitDrain: () => {
        this.#waiting.finishNow();
        this.#closeChunk();
        this.#outbox.sendIncomplete();
        // What an exporter still holds is asked for in the exit handler only, and needs time of its own.
        if (this.#exitStartMillis === undefined || this.#ledger.pendingSpanCount === 0) return exitDrainTimeoutMillis;
        return Math.max(0, exitDrainTimeoutMillis - (performance.now() - this.#exitStartMillis));
      },
      continueExitDrain: () => {
        const isUnderWay = this.#exportPool.continueExitDrain();
        if (!isUnderWay) this.#ledger.sayRest();
        return isUnderWay;
      },
      giveUpExitDrain: () => {
        this.#outbox.giveUp();
        const { pendingSpanCount } = this.#ledger;
        const message = `the process exits and they were not delivered within ${exitDrainTimeoutMillis} ms`;
        if (pendingSpanCount > 0) this.#ledger.drop('process_exit', pendingSpanCount, message);
        this.#ledger.sayRest();
      },
    };
  }

  async #flushOnSignal(): Promise<void> {
    const { exitDrainTimeoutMillis, exportTimeoutMillis } = this.#options;
    // 0 says that a process that exits need not wait; to name a signal says that it should.
    // Losses are counted and logged as they happen; the signal takes its course all the same.
    await this.#flush(exitDrainTimeoutMillis || exportTimeoutMillis).catch(() => {});
  }

  /** What is pooled and what is held stay below `maxQueueBytes` together. */
  #getMaxPooledBytes(): number {
    const freeBytes = this.#options.maxQueueBytes - this.#outbox.heldBytes;
    return Math.min(MAX_POOLED_BYTES, Math.max(MIN_POOLED_BYTES, freeBytes));
  }

  get #pendingBytes(): number {
    return this.#outbox.heldBytes + this.#encoder.byteLength + this.#waiting.byteLength;
  }

  /** Counts a span, and drops it when there is no room for it. @returns whether it may be encoded */
  #admit(): boolean {
    this.#ledger.accept();
    if (this.#shutdown !== undefined) {
      this.#ledger.drop('shut_down', 1, 'they ended after the processor was shut down');
      return false;
    }
    const { maxQueueBytes, maxQueueSize } = this.#options;
    // The span itself is counted as pending already.
    if (this.#ledger.pendingSpanCount > maxQueueSize || this.#pendingBytes >= maxQueueBytes) {
      this.#ledger.drop('queue_full', 1, 'the queue is full; the sink is slower than the service');
      return false;
    }
    return true;
  }

  /** Encodes a span that was admitted. @returns false when it was dropped */
  #take(span: ReadableSpan): boolean {
    if (!this.#encode(span)) return false;
    const { maxExportBatchSize } = this.#options;
    this.#followChunk();
    if (this.#encoder.spanCount >= maxExportBatchSize) this.#closeChunk();
    else if (this.#encoder.byteLength >= CHUNK_CLOSE_BYTES) {
      // At this rate the next ones are not far, as long as they may share a request.
      this.#closeChunk(this.#encoder.spanCount * 2 <= maxExportBatchSize);
    } else if (this.#closeTimer === undefined) {
      this.#closeTimer = setTimeout(() => this.#closeChunk(), this.#options.scheduledDelayMillis);
      this.#closeTimer.unref();
    }
    return true;
  }

  #dropUnreadable(): void {
    this.#ledger.drop('span_unreadable', 1, 'reading one of its properties throws');
  }

  /** @returns false when the span was dropped */
  #encode(span: ReadableSpan): boolean {
    let status = this.#encoder.encode(span);
    if (status === 'full') {
      this.#closeChunk(this.#encoder.spanCount * 2 <= this.#options.maxExportBatchSize);
      status = this.#encoder.encode(span);
    }
    switch (status) {
      case 'written':
        return true;
      case 'too_large':
        this.#ledger.drop(
          'span_too_large',
          1,
          `encoded, one takes more than ${this.#options.maxSpanBytes} bytes (maxSpanBytes)`,
        );
        return false;
      case 'unreadable':
        this.#dropUnreadable();
        return false;
      case 'full':
      case 'no_memory':
        this.#ledger.drop('no_memory', 1, 'no buffer could be allocated');
        return false;
      default:
        return status satisfies never;
    }
  }

  async #endWorkers(timeoutMillis: number): Promise<void> {
    const deadlineMillis = performance.now() + timeoutMillis;
    const flushed = await Promise.allSettled([this.#flush(timeoutMillis)]);
    const waitingSpanCount = this.#waiting.abandon();
    if (waitingSpanCount > 0) {
      this.#ledger.drop('shut_down', waitingSpanCount, 'their mask had not answered when the time for that was over');
    }
    const failure = await this.#exportPool.shutdown(Math.max(1, deadlineMillis - performance.now()));
    if (flushed[0].status === 'rejected') throw flushed[0].reason;
    if (failure !== undefined) throw new OffloopError('ERR_OFFLOOP_EXPORT_FAILED', `shutdown: ${failure.message}`);
  }

  async #flush(timeoutMillis: number): Promise<void> {
    const deadlineMillis = performance.now() + timeoutMillis;
    const settled = this.#settleAll().then(async (lostSpanCount) => ({
      lostSpanCount,
      failure: await this.#exportPool.flush(Math.max(1, deadlineMillis - performance.now())),
    }));
    const end = await raceDeadline(settled, deadlineMillis);
    if (end === undefined) {
      throw new OffloopError(
        'ERR_OFFLOOP_EXPORT_TIMEOUT',
        `flush: ${this.#ledger.pendingSpanCount} spans are still pending after ${timeoutMillis} ms`,
      );
    }
    expectNoLoss(end.lostSpanCount);
    if (end.failure !== undefined) throw new OffloopError('ERR_OFFLOOP_EXPORT_FAILED', `flush: ${end.failure.message}`);
  }

  /** Resolves when every span accepted before the call is settled. @returns how many were lost */
  async #settleAll(): Promise<number> {
    this.#closeChunk();
    const chunks = new Set(this.#unsettled);
    let lostSpanCount = 0;
    if (this.#waiting.spanCount > 0) {
      lostSpanCount = await this.#waiting.settled();
      this.#closeChunk();
      for (const chunk of this.#unsettled) chunks.add(chunk);
    }
    for (const chunkLostSpanCount of await Promise.all(chunks)) lostSpanCount += chunkLostSpanCount;
    return lostSpanCount;
  }

  /** @param mayWait Whether the chunk, and those that already do, may wait for company on their way. */
  #closeChunk(mayWait = false): void {
    clearTimeout(this.#closeTimer);
    this.#closeTimer = undefined;
    const chunk = this.#encoder.close();
    if (chunk === undefined) {
      this.#outbox.sendGathered();
      return;
    }
    let resolve: (lostSpanCount: number) => void;
    const settled = new Promise<number>((resolveSettled) => {
      resolve = resolveSettled;
    });
    this.#unsettled.add(settled);
    // Not in the callback: a chunk that is lost at once must still be seen by the flush that closes it.
    void settled.then(() => this.#unsettled.delete(settled));
    this.#exitStartMillis = undefined;
    const sentAtMillis = performance.now();
    const startedCopy = this.#startedCopy;
    this.#startedCopy = undefined;
    this.#outbox.send(chunk, startedCopy, mayWait, (settlement) => {
      resolve(this.#ledger.settle(settlement, chunk.spanCount, performance.now() - sentAtMillis));
    });
    this.#trimBuffers(sentAtMillis);
  }

  #followChunk(): void {
    const { openBuffer, byteLength } = this.#encoder;
    if (openBuffer === undefined) return;
    this.#startedCopy ??= this.#handOff.startCopy(this.#buffers);
    this.#startedCopy?.follow(openBuffer, byteLength);
  }

  #trimBuffers(nowMillis: number): void {
    if (nowMillis < this.#nextTrimMillis) return;
    this.#nextTrimMillis = nowMillis + TRIM_INTERVAL_MILLIS;
    this.#buffers.trim();
  }
}

function expectNoLoss(lostSpanCount: number): void {
  if (lostSpanCount === 0) return;
  throw new OffloopError('ERR_OFFLOOP_EXPORT_FAILED', `${lostSpanCount} spans were not delivered`);
}

/** Resolves with undefined at the deadline. Its timer keeps the process alive: whoever awaits a flush wants its end. */
async function raceDeadline<T>(promise: Promise<T>, deadlineMillis: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, Math.max(1, deadlineMillis - performance.now()), undefined);
  });
  try {
    return await Promise.race([promise, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
