/**
 * One shape for a span however it was encoded on the wire, and plain JSON, so that spans can be compared attribute by
 * attribute: OTLP/JSON's own form with its freedoms taken away. Ids are lower-case hex, 64-bit numbers decimal
 * strings, bytes base64, and a field that is absent on the wire has protobuf's default.
 */
export interface ReceivedSpan {
  readonly resource: ReceivedResource;
  readonly scope: ReceivedScope;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for a root span. */
  readonly parentSpanId: string;
  readonly traceState: string;
  readonly flags: number;
  readonly name: string;
  /** OTLP's enumeration, where internal is 1. */
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: KeyValue[];
  readonly droppedAttributesCount: number;
  readonly events: ReceivedEvent[];
  readonly droppedEventsCount: number;
  readonly links: ReceivedLink[];
  readonly droppedLinksCount: number;
  readonly status: ReceivedStatus;
}

export interface ReceivedResource {
  readonly attributes: KeyValue[];
  readonly droppedAttributesCount: number;
  readonly schemaUrl: string;
}

export interface ReceivedScope {
  readonly name: string;
  readonly version: string;
  readonly attributes: KeyValue[];
  readonly droppedAttributesCount: number;
  readonly schemaUrl: string;
}

export interface ReceivedEvent {
  readonly timeUnixNano: string;
  readonly name: string;
  readonly attributes: KeyValue[];
  readonly droppedAttributesCount: number;
}

export interface ReceivedLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceState: string;
  readonly attributes: KeyValue[];
  readonly droppedAttributesCount: number;
  readonly flags: number;
}

interface ReceivedStatus {
  readonly code: number;
  readonly message: string;
}

export interface KeyValue {
  readonly key: string;
  readonly value: AnyValue;
}

/** An attribute's value with its OTLP type; `{}` is OTLP's empty value. */
export type AnyValue =
  | { readonly stringValue: string }
  | { readonly boolValue: boolean }
  | { readonly intValue: string }
  | { readonly doubleValue: number | SpecialDouble }
  | { readonly arrayValue: { readonly values: AnyValue[] } }
  | { readonly kvlistValue: { readonly values: KeyValue[] } }
  | { readonly bytesValue: string }
  | Record<string, never>;

/** The doubles that JSON can't write, `-0` among them: `JSON.stringify(-0)` is `0`. */
export type SpecialDouble = 'NaN' | 'Infinity' | '-Infinity' | '-0';
