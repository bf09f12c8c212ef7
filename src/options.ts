import type { MeterProvider } from '@opentelemetry/api';
import { logDiag } from './diag-log.js';
import { OffloopConfigError } from './errors.js';
import { type ExporterOptions, resolveExporter } from './exporter-options.js';
import { HAND_OFF_NAMES, type HandOffName } from './hand-off.js';
import { type HookOptions, resolveHooks } from './hook-options.js';
import {
  expectFileUrl,
  expectFunction,
  expectInteger,
  expectKnownKeys,
  expectMethod,
  expectOneOf,
  expectSignals,
  readIntegerFromEnvironment,
} from './option-checks.js';
import { type ExporterSettings, type HookSettings, type MediaSettings, REPLY_GRACE_MILLIS } from './protocol.js';

/** Spans that were not handed to a worker, could not be, or were not wanted. */
export type DropReason =
  /** The filter refused them, as it was asked to: no line in the log. */
  | 'filtered'
  /** `maxQueueBytes` or `maxQueueSize` was reached. */
  | 'queue_full'
  /** The span alone is larger than `maxSpanBytes`. */
  | 'span_too_large'
  /** Reading one of the span's own properties throws. */
  | 'span_unreadable'
  /** No buffer could be allocated. */
  | 'no_memory'
  /** The chunk brought down two workers. */
  | 'worker_crashed'
  /** No worker could be started. */
  | 'no_worker'
  /** The span ended after `shutdown()`, or was still waiting for a worker when the time for that was over. */
  | 'shut_down'
  /** The process exited and they were not delivered within `exitDrainTimeoutMillis`. */
  | 'process_exit';

export interface Drop {
  readonly reason: DropReason;
  readonly spanCount: number;
}

export interface WorkerOptions {
  /**
   * Worker threads that decode and export. Whole number from 1 to 64.
   * @unit threads
   * @default 1
   */
  readonly threads?: number;
  /**
   * Heap limit of each worker, in MiB. A worker that passes it in small steps ends and is replaced; a single allocation far
   * past it, as when a hosted exporter's or a hook's array, object or `Map` grows, makes V8 abort the whole process, as in
   * any worker thread (docs/guarantees.md). It is no protection from such code. Whole number from 16.
   * @default V8's own limit
   */
  readonly maxOldGenerationSizeMb?: number;
  /**
   * For a service that is a bundle and runs where offloop is not installed: the `file:` URL of a copy of
   * `node_modules/offloop/dist/src/offloop-worker.cjs` (docs/bundlers.md). Where there is none, spans are dropped as
   * `no_worker`.
   * @default the worker is found where offloop is installed, or beside the bundle by its own name
   */
  readonly url?: string | URL;
  /**
   * How much is added to the nice value of each worker thread, on Linux: the higher, the sooner it gives way to the
   * service where they share a core, and the longer spans take under load (docs/choosing.md). What Node does for it in
   * its thread pool, gzip above all, keeps the process's priority. Where the system has no priorities of threads it is
   * ignored, with a line in `diag`. Whole number from 0 to 19.
   * @unit nice steps
   * @default 0
   */
  readonly niceIncrement?: number;
}

/**
 * Options of {@link WorkerSpanProcessor} and {@link WorkerTraceExporter}. Names and defaults are those of the SDK's
 * `BatchSpanProcessor` where it has the option; what is left out is read from the environment, then from the default.
 */
export interface WorkerSpanProcessorOptions {
  /** Where spans go. @default OTLP over HTTP, in the protocol of `OTEL_EXPORTER_OTLP_PROTOCOL`, else protobuf */
  readonly exporter?: ExporterOptions;
  /** Masks and filters spans in the worker, before anything of them is sent. @default none */
  readonly hooks?: HookOptions;
  /**
   * Memory of the spans held on the main thread, waiting or under way, in bytes. Once it is reached spans are dropped as
   * `queue_full`; the one that reaches it, whose size is known only once it is encoded, is still taken. Buffers kept for
   * later chunks (32 MiB at the most) come out of what is free of it. Beside it: the open chunk, two spare buffers (3 MiB
   * in all) and with `handOff: 'transfer'` a copy of each export that a worker thread has under way, of 1 MiB each: 8, of a hosted
   * exporter 1, unless `exporter.concurrencyLimit` or `exporter.maxConcurrentExports` says otherwise; a chunk larger than 1 MiB counts as
   * large as it is. Whole number from 4 MiB.
   * @default 67_108_864 (64 MiB)
   */
  readonly maxQueueBytes?: number;
  /**
   * Spans held on the main thread, waiting or under way. Environment: `OTEL_BSP_MAX_QUEUE_SIZE`. Whole number from 1.
   * @unit spans
   * @default unbounded: `maxQueueBytes` is the bound
   */
  readonly maxQueueSize?: number;
  /**
   * Spans in one export at the most. Environment: `OTEL_BSP_MAX_EXPORT_BATCH_SIZE`. Whole number from 1.
   * @unit spans
   * @default 512
   */
  readonly maxExportBatchSize?: number;
  /**
   * How long an ended span waits for company before it leaves, in milliseconds. Environment:
   * `OTEL_BSP_SCHEDULE_DELAY`. Whole number from 0.
   * @default 5_000
   */
  readonly scheduledDelayMillis?: number;
  /**
   * How long one export may take, retries included, in milliseconds; its spans then count as failed. Environment:
   * `OTEL_BSP_EXPORT_TIMEOUT`. Whole number from 1.
   * @default 30_000
   */
  readonly exportTimeoutMillis?: number;
  /**
   * The largest span that is taken, encoded, in bytes; a larger one is dropped as `span_too_large`. Whole number
   * from 1 KiB.
   * @default 16_777_216 (16 MiB), or `maxQueueBytes` where that is less
   */
  readonly maxSpanBytes?: number;
  /**
   * How long a process that exits is held until its spans are delivered, in milliseconds; 0 gives them up. It covers
   * `process.exit()`, an uncaught error and a process that has nothing left to do, exports under way included. What is
   * awaited (`forceFlush`, `shutdown`) holds a process that has nothing else to do for up to `exportTimeoutMillis` before.
   * Whole number from 0.
   * @default 5_000
   */
  readonly exitDrainTimeoutMillis?: number;
  /**
   * Signals on which spans are flushed, for at most `exitDrainTimeoutMillis` (if that is 0, `exportTimeoutMillis`), before
   * the process ends by them. Where anybody else listens to the signal, ending the process is left to them, and a library
   * that likewise leaves it to others, as signal-exit does, keeps it running. Main thread only.
   * @default [] no handler is installed: Node ends the process on the spot
   */
  readonly flushOnSignals?: readonly NodeJS.Signals[];
  /** The worker threads: how many, with how much memory, and where their file is. @default one thread */
  readonly worker?: WorkerOptions;
  /**
   * How a chunk reaches a worker: `transfer` copies it into a buffer that is transferred, `shared` has the worker read it in
   * shared memory, without a copy. Both keep the chunk until its outcome is known.
   * @default 'transfer'
   */
  readonly handOff?: HandOffName;
  /**
   * Called on every drop, on the main thread, in the middle of `span.end()`: keep it short. What it throws is ignored.
   * @default none
   */
  readonly onDrop?: (drop: Drop) => void;
  /**
   * Gets the `otel.sdk.*` metrics of the processor and its exporter: spans processed, exported, failed and dropped, the
   * queue, and how long exports take. What it throws is ignored.
   * @default none: no metrics
   */
  readonly selfObsMeterProvider?: MeterProvider;
}

/** {@link WorkerSpanProcessorOptions}, every value settled. */
export interface ResolvedOptions {
  readonly exporter: ExporterSettings;
  /** Unset: spans are sent as they are. */
  readonly hooks?: HookSettings;
  /** Unset: media stays where it is. */
  readonly media?: MediaSettings;
  readonly maxQueueBytes: number;
  /** `Infinity` where the user set no bound. */
  readonly maxQueueSize: number;
  readonly maxExportBatchSize: number;
  readonly scheduledDelayMillis: number;
  readonly exportTimeoutMillis: number;
  readonly maxSpanBytes: number;
  readonly exitDrainTimeoutMillis: number;
  readonly flushOnSignals: readonly NodeJS.Signals[];
  readonly worker: {
    readonly threads: number;
    readonly maxOldGenerationSizeMb: number | undefined;
    readonly url: string | undefined;
    readonly niceIncrement: number;
  };
  readonly handOff: HandOffName;
  readonly onDrop: (drop: Drop) => void;
  readonly selfObsMeterProvider: MeterProvider | undefined;
}

const MEBIBYTE = 1024 * 1024;

/** A chunk counts with its whole buffer of 1 MiB: with less, the exports of a healthy sink would fill the queue. */
const MIN_QUEUE_BYTES = 4 * MEBIBYTE;

const DEFAULTS = {
  maxQueueBytes: 64 * MEBIBYTE,
  maxQueueSize: Number.POSITIVE_INFINITY,
  maxExportBatchSize: 512,
  scheduledDelayMillis: 5_000,
  exportTimeoutMillis: 30_000,
  maxSpanBytes: 16 * MEBIBYTE,
  exitDrainTimeoutMillis: 5_000,
  threads: 1,
  handOff: 'transfer',
} as const;

/** The largest delay a Node timer takes, a longer one would fire at once; less what is added to an export's own. */
const MAX_TIMER_MILLIS = 2 ** 31 - 1 - REPLY_GRACE_MILLIS;

const KNOWN_OPTIONS: ReadonlySet<string> = new Set<keyof WorkerSpanProcessorOptions>([
  'exporter',
  'hooks',
  'maxQueueBytes',
  'maxQueueSize',
  'maxExportBatchSize',
  'scheduledDelayMillis',
  'exportTimeoutMillis',
  'maxSpanBytes',
  'exitDrainTimeoutMillis',
  'flushOnSignals',
  'worker',
  'handOff',
  'onDrop',
  'selfObsMeterProvider',
]);

const KNOWN_WORKER_OPTIONS: ReadonlySet<string> = new Set<keyof WorkerOptions>([
  'threads',
  'maxOldGenerationSizeMb',
  'url',
  'niceIncrement',
]);

/**
 * Settles every option: what the user wrote, else the environment, else the default.
 *
 * @throws {OffloopConfigError} `ERR_OFFLOOP_CONFIG` for an unknown option or a value out of range. A bad value in the
 * environment is a diag warning and the default, as in the SDK.
 */
export function resolveOptions(
  options: WorkerSpanProcessorOptions = {},
  environment: NodeJS.ProcessEnv = process.env,
): ResolvedOptions {
  expectKnownKeys('options', options, KNOWN_OPTIONS);
  const worker = options.worker ?? {};
  expectKnownKeys('worker', worker, KNOWN_WORKER_OPTIONS);

  const maxQueueSize =
    expectInteger('maxQueueSize', options.maxQueueSize, { min: 1 }) ??
    readIntegerFromEnvironment(environment, 'OTEL_BSP_MAX_QUEUE_SIZE', { min: 1 }) ??
    DEFAULTS.maxQueueSize;
  const maxExportBatchSize =
    expectInteger('maxExportBatchSize', options.maxExportBatchSize, { min: 1 }) ??
    readIntegerFromEnvironment(environment, 'OTEL_BSP_MAX_EXPORT_BATCH_SIZE', { min: 1 }) ??
    DEFAULTS.maxExportBatchSize;
  const maxQueueBytes =
    expectInteger('maxQueueBytes', options.maxQueueBytes, { min: MIN_QUEUE_BYTES }) ?? DEFAULTS.maxQueueBytes;
  const maxSpanBytes =
    expectInteger('maxSpanBytes', options.maxSpanBytes, { min: 1024 }) ??
    Math.min(DEFAULTS.maxSpanBytes, maxQueueBytes);
  if (maxSpanBytes > maxQueueBytes) {
    throw new OffloopConfigError(
      'maxSpanBytes',
      `expected at most maxQueueBytes (${maxQueueBytes}), got ${maxSpanBytes}; a larger span could never be queued`,
    );
  }
  if (maxExportBatchSize > maxQueueSize) {
    logDiag(
      'warn',
      `maxExportBatchSize (${maxExportBatchSize}) is larger than maxQueueSize (${maxQueueSize}); using ${maxQueueSize}`,
    );
  }
  const niceIncrement = expectInteger('worker.niceIncrement', worker.niceIncrement, { min: 0, max: 19 }) ?? 0;
  if (niceIncrement > 0 && process.platform !== 'linux') {
    logDiag('warn', `worker.niceIncrement is ignored: only Linux has priorities of threads, not ${process.platform}`);
  }
  const hooks = resolveHooks(options.hooks);
  return {
    exporter: resolveExporter(options.exporter, environment),
    ...(hooks === undefined ? {} : { hooks }),
    maxQueueBytes,
    maxQueueSize,
    maxExportBatchSize: Math.min(maxExportBatchSize, maxQueueSize),
    scheduledDelayMillis:
      expectInteger('scheduledDelayMillis', options.scheduledDelayMillis, { min: 0, max: MAX_TIMER_MILLIS }) ??
      readIntegerFromEnvironment(environment, 'OTEL_BSP_SCHEDULE_DELAY', { min: 0, max: MAX_TIMER_MILLIS }) ??
      DEFAULTS.scheduledDelayMillis,
    exportTimeoutMillis:
      expectInteger('exportTimeoutMillis', options.exportTimeoutMillis, { min: 1, max: MAX_TIMER_MILLIS }) ??
      readIntegerFromEnvironment(environment, 'OTEL_BSP_EXPORT_TIMEOUT', { min: 1, max: MAX_TIMER_MILLIS }) ??
      DEFAULTS.exportTimeoutMillis,
    maxSpanBytes,
    exitDrainTimeoutMillis:
      expectInteger('exitDrainTimeoutMillis', options.exitDrainTimeoutMillis, { min: 0, max: MAX_TIMER_MILLIS }) ??
      DEFAULTS.exitDrainTimeoutMillis,
    flushOnSignals: expectSignals('flushOnSignals', options.flushOnSignals) ?? [],
    worker: {
      threads: expectInteger('worker.threads', worker.threads, { min: 1, max: 64 }) ?? DEFAULTS.threads,
      maxOldGenerationSizeMb: expectInteger('worker.maxOldGenerationSizeMb', worker.maxOldGenerationSizeMb, {
        min: 16,
      }),
      url: expectFileUrl('worker.url', worker.url),
      niceIncrement,
    },
    handOff: expectOneOf('handOff', options.handOff, HAND_OFF_NAMES) ?? DEFAULTS.handOff,
    onDrop: expectFunction('onDrop', options.onDrop) ?? ignoreDrop,
    selfObsMeterProvider: expectMethod('selfObsMeterProvider', options.selfObsMeterProvider, 'getMeter'),
  };
}

function ignoreDrop(): void {}
