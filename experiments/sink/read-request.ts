import {
  type Fields,
  readBoolean,
  readBytes,
  readDouble,
  readFields,
  readId,
  readInt64,
  readList,
  readOptionalId,
  readString,
  readUint32,
  readUint64,
} from './field-readers.js';
import type {
  AnyValue,
  KeyValue,
  ReceivedEvent,
  ReceivedLink,
  ReceivedResource,
  ReceivedScope,
  ReceivedSpan,
  SpecialDouble,
} from './otlp-shape.js';
import { InvalidBodyError } from './sink-error.js';

const TRACE_ID_BYTES = 16;
const SPAN_ID_BYTES = 8;

/**
 * Brings a trace request into one shape: parsed OTLP/JSON, or what the official schema makes of protobuf.
 * Fields that OTLP doesn't know are ignored, as the protocol demands.
 *
 * @throws InvalidBodyError naming the field: what was expected, what came.
 */
export function readRequest(value: unknown): ReceivedSpan[] {
  if (value === null) throw new InvalidBodyError('request: expected an object, got null');
  const { resourceSpans } = readFields(value, 'request');
  return readList(resourceSpans, 'resourceSpans', readResourceSpans).flat();
}

function readResourceSpans(value: unknown): ReceivedSpan[] {
  const fields = readFields(value, 'resourceSpans');
  const resourceFields = readFields(fields['resource'], 'resource');
  const resource: ReceivedResource = {
    ...readAttributes(resourceFields),
    schemaUrl: readString(fields['schemaUrl'], 'schemaUrl'),
  };
  return readList(fields['scopeSpans'], 'scopeSpans', (scopeSpans) => readScopeSpans(scopeSpans, resource)).flat();
}

function readScopeSpans(value: unknown, resource: ReceivedResource): ReceivedSpan[] {
  const fields = readFields(value, 'scopeSpans');
  const scopeFields = readFields(fields['scope'], 'scope');
  const scope: ReceivedScope = {
    name: readString(scopeFields['name'], 'scope.name'),
    version: readString(scopeFields['version'], 'scope.version'),
    ...readAttributes(scopeFields),
    schemaUrl: readString(fields['schemaUrl'], 'schemaUrl'),
  };
  return readList(fields['spans'], 'spans', (span) => readSpan(span, resource, scope));
}

function readSpan(value: unknown, resource: ReceivedResource, scope: ReceivedScope): ReceivedSpan {
  const fields = readFields(value, 'span');
  const status = readFields(fields['status'], 'status');
  return {
    resource,
    scope,
    traceId: readId(fields['traceId'], 'traceId', TRACE_ID_BYTES),
    spanId: readId(fields['spanId'], 'spanId', SPAN_ID_BYTES),
    parentSpanId: readOptionalId(fields['parentSpanId'], 'parentSpanId', SPAN_ID_BYTES),
    traceState: readString(fields['traceState'], 'traceState'),
    flags: readUint32(fields['flags'], 'flags'),
    name: readString(fields['name'], 'name'),
    kind: readUint32(fields['kind'], 'kind'),
    startTimeUnixNano: readUint64(fields['startTimeUnixNano'], 'startTimeUnixNano'),
    endTimeUnixNano: readUint64(fields['endTimeUnixNano'], 'endTimeUnixNano'),
    ...readAttributes(fields),
    events: readList(fields['events'], 'events', readEvent),
    droppedEventsCount: readUint32(fields['droppedEventsCount'], 'droppedEventsCount'),
    links: readList(fields['links'], 'links', readLink),
    droppedLinksCount: readUint32(fields['droppedLinksCount'], 'droppedLinksCount'),
    status: {
      code: readUint32(status['code'], 'status.code'),
      message: readString(status['message'], 'status.message'),
    },
  };
}

function readEvent(value: unknown): ReceivedEvent {
  const fields = readFields(value, 'event');
  return {
    timeUnixNano: readUint64(fields['timeUnixNano'], 'timeUnixNano'),
    name: readString(fields['name'], 'name'),
    ...readAttributes(fields),
  };
}

function readLink(value: unknown): ReceivedLink {
  const fields = readFields(value, 'link');
  return {
    traceId: readId(fields['traceId'], 'traceId', TRACE_ID_BYTES),
    spanId: readId(fields['spanId'], 'spanId', SPAN_ID_BYTES),
    traceState: readString(fields['traceState'], 'traceState'),
    ...readAttributes(fields),
    flags: readUint32(fields['flags'], 'flags'),
  };
}

function readAttributes(fields: Fields): { attributes: KeyValue[]; droppedAttributesCount: number } {
  return {
    attributes: readList(fields['attributes'], 'attributes', readKeyValue),
    droppedAttributesCount: readUint32(fields['droppedAttributesCount'], 'droppedAttributesCount'),
  };
}

function readKeyValue(value: unknown): KeyValue {
  const fields = readFields(value, 'keyValue');
  return { key: readString(fields['key'], 'key'), value: readAnyValue(fields['value']) };
}

const ANY_VALUE_READERS: Readonly<Record<string, (value: unknown) => AnyValue>> = {
  stringValue: (value) => ({ stringValue: readString(value, 'stringValue') }),
  boolValue: (value) => ({ boolValue: readBoolean(value, 'boolValue') }),
  intValue: (value) => ({ intValue: readInt64(value, 'intValue') }),
  doubleValue: (value) => ({ doubleValue: toJsonDouble(readDouble(value, 'doubleValue')) }),
  arrayValue: (value) => ({
    arrayValue: { values: readList(readFields(value, 'arrayValue')['values'], 'arrayValue.values', readAnyValue) },
  }),
  kvlistValue: (value) => ({
    kvlistValue: { values: readList(readFields(value, 'kvlistValue')['values'], 'kvlistValue.values', readKeyValue) },
  }),
  bytesValue: (value) => ({ bytesValue: readBytes(value, 'bytesValue') }),
};

function readAnyValue(value: unknown): AnyValue {
  const fields = readFields(value, 'value');
  const types = Object.keys(ANY_VALUE_READERS).filter((type) => fields[type] !== undefined && fields[type] !== null);
  const [type, ...others] = types;
  if (type === undefined) return {};
  if (others.length > 0) throw new InvalidBodyError(`value: expected one type, got ${types.join(' and ')}`);
  return ANY_VALUE_READERS[type]?.(fields[type]) ?? {};
}

function toJsonDouble(value: number): number | SpecialDouble {
  if (Object.is(value, -0)) return '-0';
  return Number.isFinite(value) ? value : (String(value) as SpecialDouble);
}
