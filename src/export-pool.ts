import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import type { ChunkPool } from './chunk-pool.js';
import { HAND_OFFS, type HandOff } from './hand-off.js';
import type { DropReason, ResolvedOptions } from './options.js';
import {
  type ExportFailure,
  type ExportTask,
  PROTOCOL_VERSION,
  type WorkerReply,
  type WorkerSettings,
  type WorkerTask,
} from './protocol.js';

/** The one place that names the worker's file; `src/` never imports `workers/`. */
const WORKER_FILE = fileURLToPath(new URL('../workers/export.js', import.meta.url));

/**
 * Exports one worker has under way at a time. Each waits on the network for most of its life; one at a time would bind
 * the rate to the round trip, as the stock batch processor does.
 */
const EXPORTS_PER_WORKER = 8;

/** A chunk that brings down this many workers is given up. */
const MAX_WORKER_CRASHES = 2;

/** What the worker may take on top of the export's own time-out before the main thread stops waiting for its reply. */
const REPLY_GRACE_MILLIS = 5_000;

/** A closed chunk. Its bytes stay here until its outcome is known, so that it can be sent again when a worker dies. */
export interface RetainedChunk {
  readonly bytes: Uint8Array;
  readonly spanCount: number;
}

/** How a chunk ended; every span of it ended the same way. */
export type Settlement =
  | { readonly status: 'exported' }
  | {
      readonly status: 'failed';
      readonly failure: ExportFailure;
      /** No reply came: the worker may still be reading the chunk, so its memory must not be used again. */
      readonly isUnanswered?: boolean;
    }
  | { readonly status: 'dropped'; readonly reason: DropReason; readonly message: string };

type Settle = (settlement: Settlement) => void;

interface QueuedChunk {
  readonly chunk: RetainedChunk;
  readonly settle: Settle;
  crashCount: number;
}

/**
 * Hands chunks to worker threads and says how each ended. Holds at most `threads` x {@link EXPORTS_PER_WORKER} transfer
 * copies; further chunks wait here as they are.
 */
export class ExportPool {
  readonly #buffers: ChunkPool;
  readonly #handOff: HandOff;
  readonly #threads: number;
  readonly #exportTimeoutMillis: number;
  readonly #waiting: QueuedChunk[] = [];
  readonly #underWay = new Set<QueuedChunk>();
  #piscina: Piscina<WorkerTask, WorkerReply> | undefined;
  /** Set once no worker can be started: from then on chunks are dropped at once. */
  #brokenMessage: string | undefined;

  constructor(options: ResolvedOptions, buffers: ChunkPool) {
    this.#buffers = buffers;
    this.#handOff = HAND_OFFS[options.handOff];
    this.#threads = options.worker.threads;
    this.#exportTimeoutMillis = options.exportTimeoutMillis;
    const settings: WorkerSettings = { protocolVersion: PROTOCOL_VERSION, exporter: options.exporter };
    try {
      this.#piscina = startPiscina(options, settings);
      this.#piscina.on('error', (error) => this.#onWorkerError(error));
    } catch (error) {
      this.#brokenMessage = String(error);
    }
  }

  /** Sends a chunk to a worker, now or when one is free. */
  dispatch(chunk: RetainedChunk): Promise<Settlement> {
    return new Promise((settle) => {
      this.#waiting.push({ chunk, settle, crashCount: 0 });
      this.#sendWaiting();
    });
  }

  /** Asks every worker's exporter to deliver what it still holds. Resolves with what went wrong, if anything did. */
  async flush(): Promise<ExportFailure | undefined> {
    return this.#runOnEveryWorker({ type: 'flush', timeoutMillis: this.#exportTimeoutMillis });
  }

  /** Ends the workers, after their exporters have shut down. Call it when nothing is under way. */
  async shutdown(): Promise<ExportFailure | undefined> {
    const failure = await this.#runOnEveryWorker({ type: 'shutdown', timeoutMillis: this.#exportTimeoutMillis });
    const piscina = this.#piscina;
    this.#break('the processor is shut down');
    await piscina?.destroy();
    return failure;
  }

  #sendWaiting(): void {
    while (this.#waiting.length > 0 && this.#underWay.size < this.#threads * EXPORTS_PER_WORKER) {
      const queued = this.#waiting.shift();
      if (queued !== undefined) this.#send(queued);
    }
  }

  #send(queued: QueuedChunk): void {
    const piscina = this.#piscina;
    if (piscina === undefined) {
      const message = this.#brokenMessage ?? 'no worker is running';
      queued.settle({ status: 'dropped', reason: 'no_worker', message });
      return;
    }
    const { bytes, spanCount } = queued.chunk;
    const { buffer, transferList } = this.#handOff.post(bytes, this.#buffers);
    const task: ExportTask = {
      type: 'export',
      buffer,
      byteLength: bytes.byteLength,
      spanCount,
      timeoutMillis: this.#exportTimeoutMillis,
    };
    this.#underWay.add(queued);
    const overdue = setTimeout(() => {
      this.#settle(queued, {
        status: 'failed',
        failure: { reason: 'export_timeout', message: `no reply from the worker in ${this.#exportTimeoutMillis} ms` },
        isUnanswered: true,
      });
    }, this.#exportTimeoutMillis + REPLY_GRACE_MILLIS);
    overdue.unref();
    piscina.run(task, { transferList }).then(
      (reply) => {
        clearTimeout(overdue);
        this.#onReply(queued, reply);
      },
      (error: unknown) => {
        clearTimeout(overdue);
        this.#onCrash(queued, error);
      },
    );
  }

  #onReply(queued: QueuedChunk, reply: WorkerReply): void {
    if (reply.type !== 'exported') throw new TypeError(`expected the reply to an export, got '${reply.type}'`);
    if (reply.buffer !== undefined) this.#buffers.release(new Uint8Array(reply.buffer));
    const { outcome } = reply;
    this.#settle(
      queued,
      outcome.status === 'success' ? { status: 'exported' } : { status: 'failed', failure: outcome.failure },
    );
  }

  /** The worker's task answers every failure with an outcome, so a rejection means that the worker itself is gone. */
  #onCrash(queued: QueuedChunk, error: unknown): void {
    if (!this.#underWay.delete(queued)) return;
    queued.crashCount += 1;
    if (queued.crashCount >= MAX_WORKER_CRASHES) {
      queued.settle({ status: 'dropped', reason: 'worker_crashed', message: String(error) });
    } else {
      this.#waiting.unshift(queued);
    }
    this.#sendWaiting();
  }

  #settle(queued: QueuedChunk, settlement: Settlement): void {
    // A late reply, after the main thread gave up on it.
    if (!this.#underWay.delete(queued)) return;
    queued.settle(settlement);
    this.#sendWaiting();
  }

  /** piscina reports here a worker that failed with no task in hand; one that can't even start leaves none behind. */
  #onWorkerError(error: Error): void {
    if (this.#piscina?.threads.length === 0) this.#break(String(error));
  }

  #break(message: string): void {
    this.#piscina = undefined;
    this.#brokenMessage = message;
    for (const queued of [...this.#underWay]) {
      this.#settle(queued, { status: 'dropped', reason: 'no_worker', message });
    }
    this.#sendWaiting();
  }

  /** With no export under way every worker is idle, and piscina gives each idle worker one of the tasks. */
  async #runOnEveryWorker(task: WorkerTask): Promise<ExportFailure | undefined> {
    const piscina = this.#piscina;
    if (piscina === undefined) return undefined;
    const replies = await Promise.allSettled(piscina.threads.map(() => piscina.run(task)));
    for (const reply of replies) {
      if (reply.status === 'rejected') return { reason: 'exporter_unavailable', message: String(reply.reason) };
      if (reply.value.type === 'acknowledged' && reply.value.failure !== undefined) return reply.value.failure;
    }
    return undefined;
  }
}

function startPiscina(options: ResolvedOptions, settings: WorkerSettings): Piscina<WorkerTask, WorkerReply> {
  const { threads, maxOldGenerationSizeMb } = options.worker;
  // A worker inherits both otherwise, and a preload that registers tracing would load itself in it, for ever.
  const { NODE_OPTIONS: _, ...env } = process.env;
  return new Piscina<WorkerTask, WorkerReply>({
    filename: WORKER_FILE,
    execArgv: [],
    env,
    minThreads: threads,
    maxThreads: threads,
    concurrentTasksPerWorker: EXPORTS_PER_WORKER,
    maxQueue: Number.POSITIVE_INFINITY,
    // In its other modes the worker sleeps between tasks, and its sockets and timers with it.
    atomics: 'disabled',
    workerData: settings,
    ...(maxOldGenerationSizeMb === undefined ? {} : { resourceLimits: { maxOldGenerationSizeMb } }),
  });
}
