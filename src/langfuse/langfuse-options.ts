import type { LangfuseSpanProcessorParams, MaskFunction } from '@langfuse/otel';
import type { ExporterOptions } from '../exporter-options.js';
import type { WorkerSpanProcessorOptions } from '../options.js';

export const CAPTURE_IO_NAMES = ['on-loop', 'off-loop'] as const;

export type CaptureIO = (typeof CAPTURE_IO_NAMES)[number];

/** A mask that runs in the worker. */
export interface MaskModule {
  /**
   * The module that exports the mask: a package name as the service would import it, or a `file:` URL. It is loaded in
   * the worker, so what it closes over is the worker's own. If it can't be loaded there, spans fail as
   * `hooks_unavailable`; they are never sent unmasked.
   */
  readonly module: string | URL;
  /** The exported function, called as `LangfuseSpanProcessor` calls its own: `({ data }) => masked`. @default 'default' */
  readonly export?: string;
}

/**
 * Options of {@link LangfuseWorkerSpanProcessor}: those of `LangfuseSpanProcessor`, with the same names, units, `LANGFUSE_*`
 * variables and defaults (`flushInterval` and `timeout` are in seconds), and offloop's own.
 */
export interface LangfuseWorkerSpanProcessorOptions
  extends Omit<LangfuseSpanProcessorParams, 'exporter' | 'mask'>,
    Pick<
      WorkerSpanProcessorOptions,
      | 'worker'
      | 'maxQueueBytes'
      | 'maxQueueSize'
      | 'maxSpanBytes'
      | 'exportTimeoutMillis'
      | 'exitDrainTimeoutMillis'
      | 'flushOnSignals'
      | 'handOff'
      | 'onDrop'
      | 'selfObsMeterProvider'
    > {
  /**
   * Replaces the value of `langfuse.observation.input`, `.output` and `.metadata`, and of `langfuse.trace.input`, `.output`
   * and `.metadata`, before anything of them is sent. As `{ module, export }` it runs in the worker. A function runs on
   * the main thread, where its time is taken from the event loop; one warning says so. Where a mask throws, rejects or
   * does not answer in time, `<fully masked due to failed mask function>` is sent and counted.
   *
   * Metadata that is given as an object becomes attributes of its own, such as `langfuse.observation.metadata.user`. Those
   * are masked only if `maskKeys` names them, and so are `gen_ai.*` and `ai.*`.
   *
   * @default none: text is sent as it is
   */
  readonly mask?: MaskFunction | MaskModule;
  /**
   * Further attributes that `mask` is asked about, after its own six: exact keys, or beginnings that end in `*`, such as
   * `langfuse.observation.metadata.*`.
   * @default []
   */
  readonly maskKeys?: readonly string[];
  /**
   * How long a mask that answers with promises may take, in milliseconds: in the worker for a chunk of spans, on the main
   * thread for a span. Then what it has not answered becomes the placeholder. Whole number from 1.
   * @default 5_000
   */
  readonly maskTimeoutMillis?: number;
  /**
   * Where the JSON of what `observe` of `offloop/langfuse/observe`, `captureInput` and `captureOutput` capture is made:
   * `off-loop` takes a snapshot of an object and leaves its JSON to the worker, where that is cheaper. Until a span is
   * exported its attribute then reads `<captured by offloop>`, also for `shouldExportSpan` and other processors. With a
   * function as `mask` it is made on the main thread all the same.
   * @default 'on-loop'
   */
  readonly captureIO?: CaptureIO;
  /**
   * Where spans go. OTLP options without a `url` change how they travel to Langfuse; with a `url` they go there, and with
   * the `headers` given here alone. `{ module, export, options }` names any exporter, which the worker makes itself: an
   * instance can't cross to a thread and is refused. Mask, filter and media are as ever.
   * @default Langfuse at `baseUrl`, OTLP over HTTP in protobuf
   */
  readonly exporter?: ExporterOptions;
}

/** Every option by name: the compiler refuses this when `LangfuseSpanProcessor` gets one that is not known here. */
const OPTION_NAMES: Readonly<Record<keyof LangfuseWorkerSpanProcessorOptions, true>> = {
  publicKey: true,
  secretKey: true,
  baseUrl: true,
  flushAt: true,
  flushInterval: true,
  timeout: true,
  mask: true,
  maskKeys: true,
  maskTimeoutMillis: true,
  shouldExportSpan: true,
  mediaUploadEnabled: true,
  environment: true,
  release: true,
  additionalHeaders: true,
  exportMode: true,
  captureIO: true,
  exporter: true,
  worker: true,
  maxQueueBytes: true,
  maxQueueSize: true,
  maxSpanBytes: true,
  exportTimeoutMillis: true,
  exitDrainTimeoutMillis: true,
  flushOnSignals: true,
  handOff: true,
  onDrop: true,
  selfObsMeterProvider: true,
};

export const KNOWN_LANGFUSE_OPTIONS: ReadonlySet<string> = new Set(Object.keys(OPTION_NAMES));
