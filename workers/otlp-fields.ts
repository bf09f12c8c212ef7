/** Tags of the OTLP trace schema, https://github.com/open-telemetry/opentelemetry-proto: field number and wire type. */

const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

function tag(fieldNumber: number, wireType: number): number {
  return (fieldNumber << 3) | wireType;
}

export const REQUEST_RESOURCE_SPANS = tag(1, LENGTH_DELIMITED);

export const RESOURCE_SPANS_RESOURCE = tag(1, LENGTH_DELIMITED);
export const RESOURCE_SPANS_SCOPE_SPANS = tag(2, LENGTH_DELIMITED);
export const RESOURCE_SPANS_SCHEMA_URL = tag(3, LENGTH_DELIMITED);

export const RESOURCE_ATTRIBUTES = tag(1, LENGTH_DELIMITED);
export const RESOURCE_DROPPED_ATTRIBUTES_COUNT = tag(2, VARINT);

export const SCOPE_SPANS_SCOPE = tag(1, LENGTH_DELIMITED);
export const SCOPE_SPANS_SPANS = tag(2, LENGTH_DELIMITED);
export const SCOPE_SPANS_SCHEMA_URL = tag(3, LENGTH_DELIMITED);

export const SCOPE_NAME = tag(1, LENGTH_DELIMITED);
export const SCOPE_VERSION = tag(2, LENGTH_DELIMITED);
export const SCOPE_ATTRIBUTES = tag(3, LENGTH_DELIMITED);
export const SCOPE_DROPPED_ATTRIBUTES_COUNT = tag(4, VARINT);

export const SPAN_TRACE_ID = tag(1, LENGTH_DELIMITED);
export const SPAN_SPAN_ID = tag(2, LENGTH_DELIMITED);
export const SPAN_TRACE_STATE = tag(3, LENGTH_DELIMITED);
export const SPAN_PARENT_SPAN_ID = tag(4, LENGTH_DELIMITED);
export const SPAN_NAME = tag(5, LENGTH_DELIMITED);
export const SPAN_KIND = tag(6, VARINT);
export const SPAN_START_TIME = tag(7, FIXED64);
export const SPAN_END_TIME = tag(8, FIXED64);
export const SPAN_ATTRIBUTES = tag(9, LENGTH_DELIMITED);
export const SPAN_DROPPED_ATTRIBUTES_COUNT = tag(10, VARINT);
export const SPAN_EVENTS = tag(11, LENGTH_DELIMITED);
export const SPAN_DROPPED_EVENTS_COUNT = tag(12, VARINT);
export const SPAN_LINKS = tag(13, LENGTH_DELIMITED);
export const SPAN_DROPPED_LINKS_COUNT = tag(14, VARINT);
export const SPAN_STATUS = tag(15, LENGTH_DELIMITED);
export const SPAN_FLAGS = tag(16, FIXED32);

export const STATUS_MESSAGE = tag(2, LENGTH_DELIMITED);
export const STATUS_CODE = tag(3, VARINT);

export const EVENT_TIME = tag(1, FIXED64);
export const EVENT_NAME = tag(2, LENGTH_DELIMITED);
export const EVENT_ATTRIBUTES = tag(3, LENGTH_DELIMITED);
export const EVENT_DROPPED_ATTRIBUTES_COUNT = tag(4, VARINT);

export const LINK_TRACE_ID = tag(1, LENGTH_DELIMITED);
export const LINK_SPAN_ID = tag(2, LENGTH_DELIMITED);
export const LINK_TRACE_STATE = tag(3, LENGTH_DELIMITED);
export const LINK_ATTRIBUTES = tag(4, LENGTH_DELIMITED);
export const LINK_DROPPED_ATTRIBUTES_COUNT = tag(5, VARINT);
export const LINK_FLAGS = tag(6, FIXED32);

export const KEY_VALUE_KEY = tag(1, LENGTH_DELIMITED);
export const KEY_VALUE_VALUE = tag(2, LENGTH_DELIMITED);
export const ARRAY_VALUES = tag(1, LENGTH_DELIMITED);
export const KEY_VALUE_LIST_VALUES = tag(1, LENGTH_DELIMITED);

export const ANY_STRING = tag(1, LENGTH_DELIMITED);
export const ANY_BOOL = tag(2, VARINT);
export const ANY_INT = tag(3, VARINT);
export const ANY_DOUBLE = tag(4, FIXED64);
export const ANY_ARRAY = tag(5, LENGTH_DELIMITED);
export const ANY_KEY_VALUE_LIST = tag(6, LENGTH_DELIMITED);
export const ANY_BYTES = tag(7, LENGTH_DELIMITED);

/** Bits of `flags` beside those of the W3C: whether the parent is remote is known, and it is. */
export const FLAG_HAS_IS_REMOTE = 0x100;
export const FLAG_IS_REMOTE = 0x200;
