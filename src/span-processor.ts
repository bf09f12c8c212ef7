import type { Context } from '@opentelemetry/api';
import { isSampled } from './is-sampled.js';
import { resolveOptions, type WorkerSpanProcessorOptions } from './options.js';
import type { ProcessorStats } from './span-counts.js';
import { SpanPipeline } from './span-pipeline.js';
import type { ReadableSpan } from './wire/readable-span.js';

/**
 * A span processor that exports from worker threads: `span.end()` copies the span into a buffer, and everything dear
 * (serialization, compression, HTTP, retry) happens off the event loop.
 */
export class WorkerSpanProcessor {
  readonly #pipeline: SpanPipeline;

  /** @throws {OffloopConfigError} `ERR_OFFLOOP_CONFIG` for an unknown option or a value out of range. */
  constructor(options?: WorkerSpanProcessorOptions) {
    this.#pipeline = new SpanPipeline(resolveOptions(options));
  }

  onStart(_span: unknown, _parentContext: Context): void {}

  /** Takes an ended span; one that is not sampled is passed over. Never throws. */
  onEnd(span: ReadableSpan): void {
    if (isSampled(span)) this.#pipeline.accept(span);
  }

  /**
   * Resolves when every span that ended before the call is delivered, exports already under way included.
   *
   * @throws {OffloopError} `ERR_OFFLOOP_EXPORT_FAILED` when spans were not delivered, `ERR_OFFLOOP_EXPORT_TIMEOUT`
   * after `exportTimeoutMillis`; both with the counts.
   */
  forceFlush(): Promise<void> {
    return this.#pipeline.flush();
  }

  /** Flushes and ends the workers; a second call returns the first one's promise. Rejects as {@link forceFlush} does. */
  shutdown(): Promise<void> {
    return this.#pipeline.shutdown();
  }

  /** What has become of the spans so far. */
  stats(): ProcessorStats {
    return this.#pipeline.stats();
  }
}
