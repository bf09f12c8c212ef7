import { isSampled } from '../is-sampled.js';
import { resolveOptions, type WorkerSpanProcessorOptions } from '../options.js';
import { SpanPipeline } from '../span-pipeline.js';
import type { ReadableSpan } from '../wire/readable-span.js';

/** A `WorkerSpanProcessor` that knows when the process comes to its end. */
export class PreloadSpanProcessor {
  readonly #pipeline: SpanPipeline;
  #isLeftToExit = false;

  /** @throws {OffloopConfigError} as `WorkerSpanProcessor` does. */
  constructor(options: WorkerSpanProcessorOptions) {
    this.#pipeline = new SpanPipeline(resolveOptions(options));
  }

  /**
   * Sends what it holds, and leaves what is still under way at the end to the exit handler: the two take
   * `exitDrainTimeoutMillis` together, where a shutdown that waits takes `exportTimeoutMillis`.
   */
  leaveToExit(): void {
    this.#isLeftToExit = true;
    this.#pipeline.startExit();
  }

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    if (isSampled(span)) this.#pipeline.accept(span);
  }

  forceFlush(): Promise<void> {
    return this.#pipeline.flush();
  }

  shutdown(): Promise<void> {
    return this.#isLeftToExit ? Promise.resolve() : this.#pipeline.shutdown();
  }
}
