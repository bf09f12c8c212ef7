import type { ReceivedSpan } from './otlp-shape.js';
import { RecentMap } from './recent-map.js';
import type { ResolvedSinkOptions } from './sink-options.js';
import type { SpanReport, TraceReport } from './sink-report.js';

/** Past so many distinct names the rest is counted together, so that an unbounded name can't fill the memory. */
const MAX_NAME_COUNT = 1000;
const OTHER_NAMES = '(other)';
const NO_SERVICE_NAME = '(no service.name)';

/** Counts accepted spans, and keeps the first of them. */
export class SpanLedger {
  readonly #maxKeptSpanCount: number;
  readonly #spanIds: RecentMap<true> | undefined;
  readonly #spanCountByTraceId: RecentMap<number> | undefined;
  readonly #countByName = new Map<string, number>();
  readonly #countByService = new Map<string, number>();
  readonly #kept: ReceivedSpan[] = [];
  #receivedCount = 0;
  #rejectedCount = 0;
  #duplicateCount = 0;

  constructor({ maxKeptSpanCount, maxTrackedSpanCount }: ResolvedSinkOptions) {
    this.#maxKeptSpanCount = maxKeptSpanCount;
    this.#spanIds = maxTrackedSpanCount > 0 ? new RecentMap(maxTrackedSpanCount) : undefined;
    this.#spanCountByTraceId = maxTrackedSpanCount > 0 ? new RecentMap(maxTrackedSpanCount) : undefined;
  }

  get receivedCount(): number {
    return this.#receivedCount;
  }

  get kept(): readonly ReceivedSpan[] {
    return this.#kept;
  }

  /** Takes a request's spans but the last `rejectedCount`. */
  accept(spans: readonly ReceivedSpan[], rejectedCount: number): void {
    const acceptedCount = Math.max(0, spans.length - rejectedCount);
    this.#rejectedCount += spans.length - acceptedCount;
    this.#receivedCount += acceptedCount;
    for (const span of spans.slice(0, acceptedCount)) {
      this.#track(span);
      countUp(this.#countByName, span.name);
      countUp(this.#countByService, toServiceName(span));
      if (this.#kept.length < this.#maxKeptSpanCount) this.#kept.push(span);
    }
  }

  reportSpans(): SpanReport {
    return {
      receivedCount: this.#receivedCount,
      rejectedCount: this.#rejectedCount,
      duplicateCount: this.#spanIds === undefined ? null : this.#duplicateCount,
      forgottenCount: this.#spanIds?.forgottenCount ?? 0,
      keptCount: this.#kept.length,
      notKeptCount: this.#receivedCount - this.#kept.length,
      countByName: Object.fromEntries(this.#countByName),
      countByService: Object.fromEntries(this.#countByService),
    };
  }

  reportTraces(): TraceReport | null {
    const traces = this.#spanCountByTraceId;
    if (traces === undefined) return null;
    const countBySpanCount = new Map<number, number>();
    for (const spanCount of traces.values()) {
      countBySpanCount.set(spanCount, (countBySpanCount.get(spanCount) ?? 0) + 1);
    }
    return {
      count: traces.size + traces.forgottenCount,
      forgottenCount: traces.forgottenCount,
      countBySpanCount: Object.fromEntries(countBySpanCount),
    };
  }

  /** The distinct spans of each trace that is remembered, by trace id. */
  *spanCountsByTrace(): Generator<[string, number]> {
    if (this.#spanCountByTraceId !== undefined) yield* this.#spanCountByTraceId.entries();
  }

  #track({ traceId, spanId }: ReceivedSpan): void {
    if (this.#spanIds === undefined || this.#spanCountByTraceId === undefined) return;
    // One byte a character: half the memory of hex, and V8 keeps no buffer alive for it.
    const key = Buffer.from(traceId + spanId, 'hex').toString('latin1');
    if (this.#spanIds.get(key) === true) {
      this.#duplicateCount += 1;
      return;
    }
    this.#spanIds.set(key, true);
    this.#spanCountByTraceId.set(traceId, (this.#spanCountByTraceId.get(traceId) ?? 0) + 1);
  }
}

function countUp(counts: Map<string, number>, name: string): void {
  const countedName = counts.has(name) || counts.size < MAX_NAME_COUNT ? name : OTHER_NAMES;
  counts.set(countedName, (counts.get(countedName) ?? 0) + 1);
}

function toServiceName({ resource }: ReceivedSpan): string {
  const value = resource.attributes.find(({ key }) => key === 'service.name')?.value;
  return value !== undefined && 'stringValue' in value ? String(value.stringValue) : NO_SERVICE_NAME;
}
