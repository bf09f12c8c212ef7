import { getLangfuseTraceIdFromBaggage } from '@langfuse/core';
import type { Context } from '@opentelemetry/api';

/** Open spans remembered in each of two generations. */
const GENERATION_SPAN_COUNT = 50_000;

/** What tells a span from others, and from its parent. */
export interface StartedSpanIds {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
}

/**
 * Tells which spans are the topmost of their trace in this service that go to Langfuse. It remembers the open spans that
 * are expected there: 50,000 at the least and 100,000 at the most, so that those which never end do not pile up. What
 * was forgotten makes a child an app root that would not have been one.
 */
export class AppRoots {
  readonly #generationSpanCount: number;
  /** Span ids, whatever their trace: as `LangfuseSpanProcessor` keeps them. */
  #young = new Set<string>();
  #old = new Set<string>();

  constructor(generationSpanCount = GENERATION_SPAN_COUNT) {
    this.#generationSpanCount = generationSpanCount;
  }

  /** Open spans that are remembered. */
  get spanCount(): number {
    return this.#young.size + this.#old.size;
  }

  /** @param isExpected whether the span goes to Langfuse, as far as can be told. @returns whether it is an app root */
  start({ traceId, spanId, parentSpanId }: StartedSpanIds, isExpected: boolean, parentContext: Context): boolean {
    // Asked first, as it may throw: a span of which nothing is known is not remembered.
    const claimedTraceId = getLangfuseTraceIdFromBaggage(parentContext);
    const isParentExpected = parentSpanId !== undefined && this.#isExpected(parentSpanId);
    if (!isExpected) return false;
    if (this.#young.size >= this.#generationSpanCount) {
      this.#old = this.#young;
      this.#young = new Set();
    }
    this.#young.add(spanId);
    return !isParentExpected && claimedTraceId !== traceId;
  }

  end(spanId: string): void {
    if (!this.#young.delete(spanId)) this.#old.delete(spanId);
  }

  #isExpected(spanId: string): boolean {
    return this.#young.has(spanId) || this.#old.has(spanId);
  }
}
