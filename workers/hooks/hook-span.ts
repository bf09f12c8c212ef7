import type { HookSpan } from '../../src/protocol.js';
import type { DecodedSpan } from '../../src/wire/span-reader.js';

/** What hooks are shown of a span. A copy, so that the values stay as they were while the span's own are replaced. */
export function toHookSpan(span: DecodedSpan): HookSpan {
  const { traceId, spanId } = span.spanContext();
  return Object.freeze({
    name: span.name,
    kind: span.kind,
    traceId,
    spanId,
    parentSpanId: span.parentSpanContext?.spanId,
    scopeName: span.instrumentationScope.name,
    attributes: Object.freeze({ ...span.attributes }),
  });
}
