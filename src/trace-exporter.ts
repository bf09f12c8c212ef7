import { OffloopError } from './errors.js';
import { resolveOptions, type WorkerSpanProcessorOptions } from './options.js';
import type { ProcessorStats } from './span-counts.js';
import { SpanPipeline } from './span-pipeline.js';
import type { ReadableSpan } from './wire/readable-span.js';

/** `ExportResult` of `@opentelemetry/core`, whose `ExportResultCode` is 0 for success and 1 for failure. */
export interface TraceExportResult {
  readonly code: 0 | 1;
  readonly error?: Error;
}

const EXPORT_SUCCESS = 0;
const EXPORT_FAILED = 1;

/**
 * The path of {@link WorkerSpanProcessor} behind the `SpanExporter` interface, for frameworks that only take an
 * exporter. Their processor still gathers a batch, so the batch is encoded in one turn; prefer the processor where there
 * is a choice.
 */
export class WorkerTraceExporter {
  readonly #pipeline: SpanPipeline;

  /** @throws {OffloopConfigError} `ERR_OFFLOOP_CONFIG` for an unknown option or a value out of range. */
  constructor(options?: WorkerSpanProcessorOptions) {
    this.#pipeline = new SpanPipeline(resolveOptions(options), 'exporter');
  }

  /** Calls back once, when every span of the batch is delivered or it is known that one was not. */
  export(spans: readonly ReadableSpan[], resultCallback: (result: TraceExportResult) => void): void {
    this.#pipeline.exportBatch(spans).then(
      () => resultCallback({ code: EXPORT_SUCCESS }),
      (error: unknown) => resultCallback({ code: EXPORT_FAILED, error: toError(error) }),
    );
  }

  /** @throws {OffloopError} as {@link WorkerSpanProcessor.forceFlush} */
  forceFlush(): Promise<void> {
    return this.#pipeline.flush();
  }

  shutdown(): Promise<void> {
    return this.#pipeline.shutdown();
  }

  /** What has become of the spans so far. */
  stats(): ProcessorStats {
    return this.#pipeline.stats();
  }
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new OffloopError('ERR_OFFLOOP_EXPORT_FAILED', String(error));
}
