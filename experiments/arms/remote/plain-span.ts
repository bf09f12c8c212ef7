import { createTraceState, type Link, type SpanContext } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';

/** A span as data: what structured clone takes, with all that an exporter reads. */
export type PlainSpan = ReturnType<typeof toPlainSpan>;

type PlainContext = ReturnType<typeof toPlainContext>;

export function toPlainSpan(span: ReadableSpan) {
  return {
    context: toPlainContext(span.spanContext()),
    parentContext: span.parentSpanContext && toPlainContext(span.parentSpanContext),
    name: span.name,
    kind: span.kind,
    startTime: span.startTime,
    endTime: span.endTime,
    duration: span.duration,
    ended: span.ended,
    status: span.status,
    attributes: span.attributes,
    droppedAttributesCount: span.droppedAttributesCount,
    events: span.events,
    droppedEventsCount: span.droppedEventsCount,
    links: span.links.map(({ context, ...link }) => ({ ...link, context: toPlainContext(context) })),
    droppedLinksCount: span.droppedLinksCount,
    instrumentationScope: span.instrumentationScope,
  };
}

/** @param resource the same object for every span of one resource: exporters group by its identity. */
export function toReadableSpan(plain: PlainSpan, resource: Resource): ReadableSpan {
  const { context, parentContext, links, ...rest } = plain;
  const spanContext = toSpanContext(context);
  return {
    ...rest,
    spanContext: () => spanContext,
    ...(parentContext && { parentSpanContext: toSpanContext(parentContext) }),
    links: links.map((link): Link => ({ ...link, context: toSpanContext(link.context) })),
    resource,
  };
}

/** A trace state is an object with methods, which clone refuses. */
function toPlainContext({ traceState, ...context }: SpanContext) {
  return { ...context, traceState: traceState?.serialize() };
}

function toSpanContext({ traceState, ...context }: PlainContext): SpanContext {
  return traceState === undefined ? context : { ...context, traceState: createTraceState(traceState) };
}
