import { setTimeout as delay } from 'node:timers/promises';
import type { ChunkPool } from './chunk-pool.js';
import { blame, insertSuspects, mayJoin, type Suspect } from './crash-suspects.js';
import { ExportWorker, NoWorkerError } from './export-worker.js';
import { HAND_OFFS, type HandOff } from './hand-off.js';
import type { DropReason, ResolvedOptions } from './options.js';
import {
  type CountedFailure,
  type ExportFailure,
  type ExportNotes,
  type ExportTask,
  PROTOCOL_VERSION,
  REPLY_GRACE_MILLIS,
  type WorkerReply,
  type WorkerSettings,
  type WorkerTask,
} from './protocol.js';
import type { StartedCopy } from './started-copy.js';

/** A thread gets so long to end even if nothing is left of a shutdown's time. */
const MIN_DESTROY_MILLIS = 500;

/** A closed chunk. Its bytes stay here until its outcome is known, so that it can be sent again when a worker dies. */
export interface RetainedChunk {
  readonly bytes: Uint8Array;
  readonly spanCount: number;
  /** For its first hand-over. */
  readonly startedCopy: StartedCopy | undefined;
}

/** How a chunk ended. */
export type Settlement =
  | { readonly status: 'exported'; readonly notes?: ExportNotes }
  | {
      readonly status: 'failed';
      readonly failure: ExportFailure;
      readonly otherFailures?: readonly CountedFailure[];
      /** Above 0 when the receiver took some of the spans. */
      readonly exportedSpanCount: number;
      readonly notes?: ExportNotes;
      /** The worker may still be reading the chunk, so its memory must not be used again. */
      readonly isUnanswered: boolean;
    }
  | { readonly status: 'dropped'; readonly reason: DropReason; readonly message: string };

/** Called once. */
export type OnSettled = (settlement: Settlement) => void;

interface QueuedChunk extends Suspect {
  readonly chunk: RetainedChunk;
  readonly settle: OnSettled;
}

interface Slot {
  readonly worker: ExportWorker;
  readonly underWay: Set<QueuedChunk>;
}

/**
 * Hands chunks to worker threads and says how each ended. A worker has no more under way than its exporter takes; further
 * chunks wait here as they are, and their time-outs do not run.
 */
export class ExportPool {
  readonly #buffers: ChunkPool;
  readonly #handOff: HandOff;
  readonly #exportTimeoutMillis: number;
  readonly #slots: readonly Slot[];
  readonly #unsuspected: Suspect;
  /** Suspects come first. */
  readonly #waiting: QueuedChunk[] = [];
  #isSending = false;
  #isShutDown = false;
  #exitFlush: { unansweredCount: number } | undefined;

  constructor(options: ResolvedOptions, buffers: ChunkPool) {
    this.#buffers = buffers;
    this.#handOff = HAND_OFFS[options.handOff];
    this.#exportTimeoutMillis = options.exportTimeoutMillis;
    this.#unsuspected = { crashCount: 0, maxUnderWay: options.exporter.maxConcurrentExports };
    const settings = toWorkerSettings(options);
    const { threads, url, maxOldGenerationSizeMb } = options.worker;
    this.#slots = Array.from({ length: threads }, () => ({
      worker: new ExportWorker({ settings, url, maxOldGenerationSizeMb }),
      underWay: new Set(),
    }));
  }

  /** Whether a chunk would have to wait for a worker. */
  get isSaturated(): boolean {
    return this.#findSlot(this.#unsuspected) === undefined;
  }

  /** Sends a chunk to a worker, now or when one is free. Never throws. */
  dispatch(chunk: RetainedChunk, settle: OnSettled): void {
    const queued = { ...this.#unsuspected, chunk, settle };
    if (this.#isShutDown) {
      chunk.startedCopy?.release();
      dropAtShutdown(queued);
      return;
    }
    // A second buffer is not held for a chunk that has to wait.
    if (this.isSaturated) chunk.startedCopy?.release();
    this.#waiting.push(queued);
    this.#sendWaiting();
  }

  /** Asks every worker's exporter to deliver what it still holds. Resolves with what went wrong, if anything did. */
  flush(timeoutMillis: number): Promise<ExportFailure | undefined> {
    return this.#runOnEveryWorker({ type: 'flush', timeoutMillis });
  }

  /** Shuts the exporters down, then ends the workers. What is not settled by then is given up. */
  async shutdown(timeoutMillis: number): Promise<ExportFailure | undefined> {
    this.#isShutDown = true;
    const deadlineMillis = performance.now() + Math.max(timeoutMillis, MIN_DESTROY_MILLIS);
    for (const queued of this.#waiting.splice(0)) dropAtShutdown(queued);
    const failure = await this.#runOnEveryWorker({ type: 'shutdown', timeoutMillis });
    for (const slot of this.#slots) {
      for (const queued of slot.underWay) this.#settle(slot, queued, unanswered('no reply before the shutdown'));
    }
    const destroyed = Promise.all(this.#slots.map(({ worker }) => worker.destroy()));
    await Promise.race([destroyed, delay(Math.max(1, deadlineMillis - performance.now()), undefined, { ref: false })]);
    return failure;
  }

  /**
   * Takes the replies that are here, without the event loop, and once all chunks are settled has the exporters deliver what
   * they hold. For an exit handler. @returns whether something is still on its way
   */
  continueExitDrain(): boolean {
    // The process may be exiting from within a listener, and what that interrupted does not go on.
    this.#isSending = false;
    for (const { worker } of this.#slots) worker.receiveReplies();
    this.#sendWaiting();
    if (this.#waiting.length > 0 || this.#slots.some(({ underWay }) => underWay.size > 0)) return true;
    this.#exitFlush ??= this.#startExitFlush();
    return this.#exitFlush.unansweredCount > 0;
  }

  #startExitFlush(): { unansweredCount: number } {
    const flush = { unansweredCount: this.#isShutDown ? 0 : this.#slots.length };
    if (this.#isShutDown) return flush;
    const onEnd = () => {
      flush.unansweredCount -= 1;
    };
    for (const { worker } of this.#slots) {
      const task = { type: 'flush', timeoutMillis: this.#exportTimeoutMillis } as const;
      worker.run(task, [], { onReply: onEnd, onLost: onEnd });
    }
    return flush;
  }

  #sendWaiting(): void {
    // What is sent may settle at once, which comes back here.
    if (this.#isSending) return;
    this.#isSending = true;
    for (let [next] = this.#waiting; next !== undefined; [next] = this.#waiting) {
      const slot = this.#findSlot(next);
      if (slot === undefined) break;
      this.#waiting.shift();
      this.#send(slot, next);
    }
    this.#isSending = false;
  }

  /** The least busy worker that may take the chunk. One without a thread is never busy, and only asked where all are. */
  #findSlot(next: Suspect): Slot | undefined {
    const available = this.#slots.filter(({ worker }) => worker.isAvailable);
    let leastBusy: Slot | undefined;
    for (const slot of available.length > 0 ? available : this.#slots) {
      if (leastBusy !== undefined && slot.underWay.size >= leastBusy.underWay.size) continue;
      if (mayJoin(next, slot.underWay)) leastBusy = slot;
    }
    return leastBusy;
  }

  #send(slot: Slot, queued: QueuedChunk): void {
    const { bytes, spanCount, startedCopy } = queued.chunk;
    let posted: ReturnType<HandOff['post']>;
    try {
      posted = this.#handOff.post(bytes, this.#buffers, startedCopy);
    } catch (error) {
      queued.settle({ status: 'dropped', reason: 'no_memory', message: String(error) });
      return;
    }
    const timeoutMillis = this.#exportTimeoutMillis;
    const task: ExportTask = {
      type: 'export',
      buffer: posted.buffer,
      byteLength: bytes.byteLength,
      spanCount,
      timeoutMillis,
    };
    const { crashCount } = queued;
    slot.underWay.add(queued);
    const overdue = setTimeout(() => {
      // Timers run before messages: after a long block of this thread the reply may be here and not read yet.
      setImmediate(() => setImmediate(() => this.#giveUpOverdue(slot, queued, crashCount)));
    }, timeoutMillis + REPLY_GRACE_MILLIS);
    overdue.unref();
    slot.worker.run(task, posted.transferList, {
      onReply: (reply) => {
        clearTimeout(overdue);
        this.#onReply(slot, queued, reply);
      },
      onLost: (error) => {
        clearTimeout(overdue);
        this.#onLost(slot, queued, crashCount, error);
      },
    });
  }

  /**
   * The worker's own time-out is long past: it is stuck, and is replaced. Its chunks are lost with it, this one too, and
   * sent again as after a crash: which of them it is stuck with, if any, is not known.
   */
  #giveUpOverdue(slot: Slot, queued: QueuedChunk, crashCount: number): void {
    // Answered after all, or sent again since, because another chunk's worker was found stuck in the same turn.
    if (!slot.underWay.has(queued) || queued.crashCount !== crashCount) return;
    // At once each alone: whatever company has the one to blame costs as long again.
    for (const suspect of slot.underWay) suspect.maxUnderWay = 1;
    slot.worker.replace();
  }

  #onReply(slot: Slot, queued: QueuedChunk, reply: WorkerReply): void {
    if (reply.type !== 'exported') throw new TypeError(`expected the reply to an export, got '${reply.type}'`);
    if (reply.buffer !== undefined) this.#buffers.release(new Uint8Array(reply.buffer));
    this.#settle(slot, queued, toSettlement(reply.outcome));
  }

  /** The worker answers every failure with an outcome: without a reply the worker itself is gone. */
  #onLost(slot: Slot, queued: QueuedChunk, crashCount: number, error: Error): void {
    // All that the worker had come here in turn; the first has dealt with the others.
    if (queued.crashCount !== crashCount) return;
    if (error instanceof NoWorkerError) {
      if (!this.#isShutDown && this.#slots.some(({ worker }) => worker.isAvailable)) {
        if (slot.underWay.delete(queued)) insertSuspects(this.#waiting, [queued]);
        this.#sendWaiting();
        return;
      }
      this.#settle(slot, queued, { status: 'dropped', reason: 'no_worker', message: error.message });
      return;
    }
    if (this.#isShutDown) {
      this.#settle(slot, queued, unanswered('the worker died during the shutdown'));
      return;
    }
    const lost = [...slot.underWay];
    const culprit = blame(lost);
    if (culprit !== undefined) {
      this.#settle(slot, culprit, { status: 'dropped', reason: 'worker_crashed', message: String(error) });
      return;
    }
    slot.underWay.clear();
    insertSuspects(this.#waiting, lost);
    this.#sendWaiting();
  }

  #settle(slot: Slot, queued: QueuedChunk, settlement: Settlement): void {
    // A late reply, after the main thread gave up on it.
    if (!slot.underWay.delete(queued)) return;
    queued.settle(settlement);
    this.#sendWaiting();
  }

  async #runOnEveryWorker(task: Exclude<WorkerTask, ExportTask>): Promise<ExportFailure | undefined> {
    const stop = new AbortController();
    const message = `the exporter did not answer within ${task.timeoutMillis} ms`;
    // The worker keeps the time itself; this is for one that is stuck.
    const deadline = delay<ExportFailure>(
      task.timeoutMillis,
      { reason: 'export_timeout', message },
      { signal: stop.signal },
    );
    deadline.catch(() => {});
    const failures = await Promise.all(
      this.#slots.map(({ worker }) => Promise.race([askWorker(worker, task), deadline])),
    );
    stop.abort();
    return failures.find((failure) => failure !== undefined);
  }
}

function toWorkerSettings(options: ResolvedOptions): WorkerSettings {
  const { exporter, worker, exportTimeoutMillis, maxExportBatchSize, maxSpanBytes, hooks, media } = options;
  return {
    protocolVersion: PROTOCOL_VERSION,
    exporter,
    exportTimeoutMillis,
    niceIncrement: worker.niceIncrement,
    maxExportBatchSize,
    maxSpanBytes,
    ...(hooks && { hooks }),
    ...(media && { media }),
  };
}

function dropAtShutdown({ settle }: QueuedChunk): void {
  settle({ status: 'dropped', reason: 'shut_down', message: 'the processor was shut down before they could leave' });
}

function unanswered(message: string): Settlement {
  return { status: 'failed', failure: { reason: 'export_timeout', message }, exportedSpanCount: 0, isUnanswered: true };
}

function toSettlement(outcome: (WorkerReply & { type: 'exported' })['outcome']): Settlement {
  switch (outcome.status) {
    case 'success':
      return { status: 'exported', ...(outcome.notes && { notes: outcome.notes }) };
    case 'partial':
      return { ...outcome, status: 'failed', isUnanswered: false };
    case 'failure':
      return { ...outcome, status: 'failed', exportedSpanCount: 0, isUnanswered: false };
    default:
      return outcome satisfies never;
  }
}

/** Resolves with what went wrong. Without a worker there is no exporter that could hold anything. */
function askWorker(worker: ExportWorker, task: WorkerTask): Promise<ExportFailure | undefined> {
  return new Promise((resolve) => {
    worker.run(task, [], {
      onReply: (reply) => resolve(reply.type === 'acknowledged' ? reply.failure : undefined),
      onLost: (error) =>
        resolve(
          error instanceof NoWorkerError ? undefined : { reason: 'exporter_unavailable', message: String(error) },
        ),
    });
  });
}
