import type { Attributes } from '@opentelemetry/api';
import type { ReadableSpan } from '../wire/readable-span.js';

/**
 * The span with other attributes. Copied field by field: a span may keep its fields in private ones, which an object that
 * inherits from it can't read.
 */
export function viewSpan(span: ReadableSpan, attributes: Attributes): ReadableSpan {
  const context = span.spanContext();
  return {
    name: span.name,
    kind: span.kind,
    spanContext: () => context,
    parentSpanContext: span.parentSpanContext,
    startTime: span.startTime,
    endTime: span.endTime,
    status: span.status,
    attributes,
    links: span.links,
    events: span.events,
    duration: span.duration,
    ended: span.ended,
    resource: span.resource,
    instrumentationScope: span.instrumentationScope,
    droppedAttributesCount: span.droppedAttributesCount,
    droppedEventsCount: span.droppedEventsCount,
    droppedLinksCount: span.droppedLinksCount,
  };
}
