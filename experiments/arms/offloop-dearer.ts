import type { Context } from '@opentelemetry/api';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { CreateArm } from './arm.js';
import { createArm as createOffloop } from './offloop.js';

/** What is added to the main thread's part of each span, as a fraction of it. */
const ADDED_FRACTION = 0.3;

/** offloop with a dearer encoder: a regression of known size, for the study of what the gate finds. */
export const createArm: CreateArm = (settings) => {
  const arm = createOffloop(settings);
  return { ...arm, spanProcessors: arm.spanProcessors.map((processor) => new DearerProcessor(processor)) };
};

/** Runs on after each span for a fraction of the time that it took. */
class DearerProcessor implements SpanProcessor {
  readonly #processor: SpanProcessor;

  constructor(processor: SpanProcessor) {
    this.#processor = processor;
  }

  onStart(span: Span, context: Context): void {
    this.#processor.onStart(span, context);
  }

  onEnd(span: ReadableSpan): void {
    const startMillis = performance.now();
    this.#processor.onEnd(span);
    const endMillis = performance.now();
    const untilMillis = endMillis + (endMillis - startMillis) * ADDED_FRACTION;
    while (performance.now() < untilMillis) {
      // Burns the core as encoding does.
    }
  }

  forceFlush(): Promise<void> {
    return this.#processor.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.#processor.shutdown();
  }
}
