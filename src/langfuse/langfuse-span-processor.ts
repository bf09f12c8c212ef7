import { getPropagatedAttributesFromContext, LangfuseOtelSpanAttributes } from '@langfuse/core';
import type { Context, Span } from '@opentelemetry/api';
import { isSampled } from '../is-sampled.js';
import type { ProcessorStats } from '../span-counts.js';
import { SpanPipeline } from '../span-pipeline.js';
import { ThrottledDiag } from '../throttled-diag.js';
import type { ReadableSpan } from '../wire/readable-span.js';
import { AppRoots } from './app-root.js';
import { allowSnapshots, withSnapshots } from './capture-snapshots.js';
import { logLangfuse } from './langfuse-log.js';
import type { LangfuseWorkerSpanProcessorOptions } from './langfuse-options.js';
import { type MainThreadMaskOptions, maskOnMainThread } from './main-thread-mask.js';
import { type ResolvedLangfuseOptions, resolveLangfuseOptions } from './resolve-langfuse-options.js';

const { ENVIRONMENT, RELEASE, IS_APP_ROOT, OBSERVATION_PROMPT_NAME, OBSERVATION_PROMPT_VERSION } =
  LangfuseOtelSpanAttributes;

/**
 * `LangfuseSpanProcessor` with everything dear in a worker thread: masking (as a module), media, serialization and export
 * happen off the event loop, which pays the copy of a span's text. Takes the same options and variables, and delivers the
 * same spans.
 *
 * ```ts
 * new NodeSDK({ spanProcessors: [new LangfuseWorkerSpanProcessor({ mask: { module: new URL('./mask.js', import.meta.url) } })] });
 * ```
 *
 * Otherwise than there, the span itself is never changed by mask or media, a span that is not sampled is neither masked nor
 * its media uploaded, and what waits is bounded in memory and time: {@link stats} tells what was lost.
 */
export class LangfuseWorkerSpanProcessor {
  readonly #options: ResolvedLangfuseOptions;
  readonly #pipeline: SpanPipeline;
  readonly #mask: MainThreadMaskOptions | undefined;
  readonly #appRoots = new AppRoots();
  readonly #filterErrors = new ThrottledDiag('error', logLangfuse);

  /** @throws {OffloopConfigError} `ERR_OFFLOOP_CONFIG` for an unknown option or a value out of range. */
  constructor(options?: LangfuseWorkerSpanProcessorOptions) {
    this.#options = resolveLangfuseOptions(options);
    const pipeline = new SpanPipeline(this.#options.pipeline, 'processor', logLangfuse);
    this.#pipeline = pipeline;
    const { mainThreadMask } = this.#options;
    this.#mask = mainThreadMask && {
      ...mainThreadMask,
      onFailure: (kind, valueCount) => pipeline.noteMaskFailure(kind, valueCount),
    };
  }

  /** Sets environment, release and what `propagateAttributes` has put into the context, and marks an app root. */
  onStart(span: Span & ReadableSpan, parentContext: Context): void {
    const propagated = getPropagatedAttributesFromContext(parentContext);
    if (span.attributes[OBSERVATION_PROMPT_NAME] != null) {
      delete propagated[OBSERVATION_PROMPT_NAME];
      delete propagated[OBSERVATION_PROMPT_VERSION];
    }
    const { environment, release } = this.#options;
    // The SDK leaves out what is undefined. The order is that of the attributes on their way.
    span.setAttributes({ [ENVIRONMENT]: environment, [RELEASE]: release, ...propagated });
    try {
      const { traceId, spanId } = span.spanContext();
      const ids = { traceId, spanId, parentSpanId: span.parentSpanContext?.spanId };
      if (this.#appRoots.start(ids, this.#isExpected(span), parentContext)) span.setAttribute(IS_APP_ROOT, true);
    } catch {
      // Foreign baggage or a foreign span: it is no app root then.
    }
    if (this.#options.takesSnapshots) allowSnapshots(span);
  }

  /** Takes an ended span; one that is not sampled is passed over, one that the filter refuses is counted. Never throws. */
  onEnd(span: ReadableSpan): void {
    const spanId = readSpanId(span);
    if (spanId !== undefined) this.#appRoots.end(spanId);
    if (!isSampled(span)) return;
    if (!this.#isWanted(span)) {
      this.#pipeline.filter();
      return;
    }
    const mask = this.#mask;
    if (this.#options.takesSnapshots)
      this.#pipeline.accept(withSnapshots(span, (count) => this.#pipeline.noteLostCaptures(count)));
    else if (mask === undefined) this.#pipeline.accept(span);
    else this.#pipeline.acceptPrepared(() => maskOnMainThread(span, mask));
  }

  /**
   * Resolves when every span that ended before the call is delivered with its media, exports already under way included.
   *
   * @throws {OffloopError} `ERR_OFFLOOP_EXPORT_FAILED` when spans were not delivered, `ERR_OFFLOOP_EXPORT_TIMEOUT`
   * after `exportTimeoutMillis`; both with the counts. Media that was not uploaded is counted and no error.
   */
  forceFlush(): Promise<void> {
    return this.#pipeline.flush();
  }

  /** Flushes and ends the workers; a second call returns the first one's promise. Rejects as {@link forceFlush} does. */
  shutdown(): Promise<void> {
    this.#filterErrors.sayRest();
    return this.#pipeline.shutdown();
  }

  /** What has become of the spans so far. Those the filter refused are drops for the reason `filtered`. */
  stats(): ProcessorStats {
    return this.#pipeline.stats();
  }

  /** At a span's start, with the attributes it starts with. */
  #isExpected(span: ReadableSpan): boolean {
    try {
      return this.#options.shouldExportSpan(span) === true;
    } catch {
      return false;
    }
  }

  /** At its end. Any answer but `false` lets it pass, and an error does not. */
  #isWanted(span: ReadableSpan): boolean {
    try {
      return this.#options.shouldExportSpan(span) !== false;
    } catch (error) {
      // Its name only: its message may quote the span.
      const name = error instanceof Error ? error.name : typeof error;
      this.#filterErrors.say(
        'filter',
        1,
        (count) => `${count} spans dropped (filtered): shouldExportSpan threw ${name}`,
      );
      return false;
    }
  }
}

/** Undefined for a span that does not even say. */
function readSpanId(span: ReadableSpan): string | undefined {
  try {
    return span.spanContext().spanId;
  } catch {
    return undefined;
  }
}
