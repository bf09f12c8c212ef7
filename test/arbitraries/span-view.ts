import type { SpanContext } from '@opentelemetry/api';
import type { ReadableResource, ReadableScope, ReadableSpan } from '../../src/wire/readable-span.js';

/** A value as it is after the way through a chunk, in a form that `deepStrictEqual` compares to the last bit. */
export function viewValue(value: unknown): unknown {
  if (typeof value === 'symbol' || typeof value === 'function') return undefined;
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString('hex') };
  if (Array.isArray(value)) return { array: Array.from(value, viewValue) };
  return viewEntries(value);
}

/** The own enumerable properties in their order; a list, so that no key has a meaning of its own. */
function viewEntries(value: object | undefined): unknown {
  return value && { entries: Object.entries(value).map(([key, property]) => [key, viewValue(property)]) };
}

function viewContext(context: SpanContext | undefined): unknown {
  return context && { ...context, isRemote: context.isRemote, traceState: context.traceState?.serialize() };
}

function viewScope(scope: ReadableScope): unknown {
  const { name, version, schemaUrl, attributes, droppedAttributesCount } = scope;
  return { name, version, schemaUrl, attributes: viewEntries(attributes), droppedAttributesCount };
}

function viewResource(resource: ReadableResource): unknown {
  return { schemaUrl: resource.schemaUrl, attributes: viewEntries(resource.attributes) };
}

/** Everything a hosted exporter can read of a span. */
export function viewSpan(span: ReadableSpan): unknown {
  return {
    name: span.name,
    kind: span.kind,
    context: viewContext(span.spanContext()),
    parent: viewContext(span.parentSpanContext),
    startTime: viewValue(span.startTime),
    endTime: viewValue(span.endTime),
    duration: viewValue(span.duration),
    status: { code: span.status.code, message: span.status.message },
    ended: span.ended,
    attributes: viewEntries(span.attributes),
    events: span.events.map(({ time, name, attributes, droppedAttributesCount }) => ({
      time: viewValue(time),
      name,
      attributes: viewEntries(attributes),
      droppedAttributesCount,
    })),
    links: span.links.map(({ context, attributes, droppedAttributesCount }) => ({
      context: viewContext(context),
      attributes: viewEntries(attributes),
      droppedAttributesCount,
    })),
    droppedAttributesCount: span.droppedAttributesCount,
    droppedEventsCount: span.droppedEventsCount,
    droppedLinksCount: span.droppedLinksCount,
    scope: viewScope(span.instrumentationScope),
    resource: viewResource(span.resource),
  };
}
