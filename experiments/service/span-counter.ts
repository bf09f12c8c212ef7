import { TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace-base';

/** Counts the sampled spans that end. It is part of every arm, so that arms differ in how spans leave and in nothing else. */
export class SpanCounter implements SpanProcessor {
  #spanCount = 0;

  get spanCount(): number {
    return this.#spanCount;
  }

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    if (span.spanContext().traceFlags & TraceFlags.SAMPLED) this.#spanCount += 1;
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}
