import type { Buffer } from 'node:buffer';
import {
  EVENT_FIELD_COUNT,
  LINK_FIELD_COUNT,
  PARENT_FIELD_COUNT,
  SCOPE_FIELD_COUNT,
} from '../src/wire/chunk-format.js';
import type { MsgpackReader } from '../src/wire/msgpack-reader.js';
import { SMALL_BYTES } from './foresee-bytes.js';
import {
  EVENT_ATTRIBUTES,
  EVENT_DROPPED_ATTRIBUTES_COUNT,
  EVENT_NAME,
  EVENT_TIME,
  FLAG_HAS_IS_REMOTE,
  FLAG_IS_REMOTE,
  LINK_ATTRIBUTES,
  LINK_DROPPED_ATTRIBUTES_COUNT,
  LINK_FLAGS,
  LINK_SPAN_ID,
  LINK_TRACE_ID,
  LINK_TRACE_STATE,
  RESOURCE_ATTRIBUTES,
  RESOURCE_DROPPED_ATTRIBUTES_COUNT,
  RESOURCE_SPANS_RESOURCE,
  RESOURCE_SPANS_SCHEMA_URL,
  SCOPE_ATTRIBUTES,
  SCOPE_DROPPED_ATTRIBUTES_COUNT,
  SCOPE_NAME,
  SCOPE_SPANS_SCHEMA_URL,
  SCOPE_SPANS_SCOPE,
  SCOPE_SPANS_SPANS,
  SCOPE_VERSION,
  SPAN_ATTRIBUTES,
  SPAN_DROPPED_ATTRIBUTES_COUNT,
  SPAN_DROPPED_EVENTS_COUNT,
  SPAN_DROPPED_LINKS_COUNT,
  SPAN_END_TIME,
  SPAN_EVENTS,
  SPAN_FLAGS,
  SPAN_KIND,
  SPAN_LINKS,
  SPAN_NAME,
  SPAN_PARENT_SPAN_ID,
  SPAN_SPAN_ID,
  SPAN_START_TIME,
  SPAN_STATUS,
  SPAN_TRACE_ID,
  SPAN_TRACE_STATE,
  STATUS_CODE,
  STATUS_MESSAGE,
} from './otlp-fields.js';
import type { ProtobufWriter } from './protobuf-writer.js';
import type { ValueTranscoder } from './value-transcoder.js';

/** A resource or a scope as fields of the message that holds its spans: they stand before and behind the spans. */
export interface GroupFields {
  readonly head: Buffer;
  readonly schemaUrl: Buffer;
}

/**
 * Rewrites resources, scopes and spans of a chunk as OTLP, field by field in the order of the official serializer. A
 * field whose value is not of its type is left out, or written empty where the serializer always writes it.
 */
export class SpanTranscoder {
  readonly #reader: MsgpackReader;
  readonly #values: ValueTranscoder;
  readonly #writer: ProtobufWriter;
  /** Of the time read last. */
  #seconds = 0;
  #nanos = 0;

  constructor(reader: MsgpackReader, values: ValueTranscoder, writer: ProtobufWriter) {
    this.#reader = reader;
    this.#values = values;
    this.#writer = writer;
  }

  /** Reads a resource's record from behind its number. */
  readResource(): GroupFields {
    const writer = this.#writer;
    const start = writer.position;
    this.#values.writeOptionalString(RESOURCE_SPANS_SCHEMA_URL);
    const schemaUrl = writer.cut(start);
    const content = writer.startMessage(RESOURCE_SPANS_RESOURCE, SMALL_BYTES);
    this.#values.writeAttributes(RESOURCE_ATTRIBUTES);
    writer.writeVarintField(RESOURCE_DROPPED_ATTRIBUTES_COUNT, 0);
    writer.finishMessage(content, SMALL_BYTES);
    return { head: writer.cut(start), schemaUrl };
  }

  /** Reads the definition of a scope from behind its number. */
  readScope(): GroupFields {
    const writer = this.#writer;
    this.#reader.expectArray(SCOPE_FIELD_COUNT, 'a scope');
    const start = writer.position;
    const content = writer.startMessage(SCOPE_SPANS_SCOPE, SMALL_BYTES);
    this.#values.writeString(SCOPE_NAME);
    this.#values.writeOptionalString(SCOPE_VERSION);
    const schemaUrlStart = writer.position;
    this.#values.writeOptionalString(SCOPE_SPANS_SCHEMA_URL);
    const schemaUrl = writer.cut(schemaUrlStart);
    this.#values.writeAttributes(SCOPE_ATTRIBUTES);
    const droppedCount = this.#values.readNumber();
    if (droppedCount) writer.writeVarintField(SCOPE_DROPPED_ATTRIBUTES_COUNT, droppedCount);
    writer.finishMessage(content, SMALL_BYTES);
    return { head: writer.cut(start), schemaUrl };
  }

  /** Rewrites a span from behind its scope to `endPosition`. */
  rewriteSpan(endPosition: number): void {
    const writer = this.#writer;
    const reader = this.#reader;
    const values = this.#values;
    const bytes = endPosition - reader.position;
    const content = writer.startMessage(SCOPE_SPANS_SPANS, bytes);
    values.writeId(SPAN_TRACE_ID);
    values.writeId(SPAN_SPAN_ID);
    const traceFlags = values.readNumber();
    values.skip();
    values.writeOptionalString(SPAN_TRACE_STATE);
    const isParentRemote = this.#rewriteParent();
    values.writeString(SPAN_NAME);
    this.#rewriteKind();
    this.#rewriteTime(SPAN_START_TIME);
    this.#rewriteTime(SPAN_END_TIME);
    this.#readTime();
    // The status comes here in a chunk and near the end in OTLP.
    const statusCode = values.readNumber() ?? 0;
    const statusStart = writer.position;
    values.writeOptionalString(STATUS_MESSAGE);
    const statusMessage = writer.position > statusStart ? writer.cut(statusStart) : undefined;
    values.skip();
    values.writeAttributes(SPAN_ATTRIBUTES);
    this.#rewriteCount(SPAN_DROPPED_ATTRIBUTES_COUNT);
    const eventCount = reader.readArrayHeader();
    for (let index = 0; index < eventCount; index++) this.#rewriteEvent();
    this.#rewriteCount(SPAN_DROPPED_EVENTS_COUNT);
    const linkCount = reader.readArrayHeader();
    for (let index = 0; index < linkCount; index++) this.#rewriteLink();
    this.#rewriteCount(SPAN_DROPPED_LINKS_COUNT);
    this.#writeStatus(statusCode, statusMessage);
    writer.writeFixed32Field(SPAN_FLAGS, toFlags(traceFlags, isParentRemote));
    writer.finishMessage(content, bytes);
    if (reader.position !== endPosition) throw reader.fault(`the span to end at byte ${endPosition}`);
  }

  /** @returns Whether the parent is remote. */
  #rewriteParent(): boolean {
    const reader = this.#reader;
    const values = this.#values;
    if (reader.peek() === 'nil') {
      reader.readNil();
      return false;
    }
    reader.expectArray(PARENT_FIELD_COUNT, 'a parent');
    if (reader.peek() !== 'boolean') values.skip();
    else if (!reader.readBoolean()) throw reader.fault('true, for the trace id of the span itself');
    const start = this.#writer.position;
    if (!values.writeId(SPAN_PARENT_SPAN_ID)) this.#writer.position = start;
    values.skip();
    const isRemote = values.readFlag();
    values.skip();
    return isRemote;
  }

  #rewriteKind(): void {
    // The API's kinds are one less than those of OTLP, whose 0 stands for none.
    const kind = (this.#values.readNumber() ?? -1) + 1;
    if (kind !== 0) this.#writer.writeVarintField(SPAN_KIND, kind);
  }

  #writeStatus(code: number, message: Buffer | undefined): void {
    const writer = this.#writer;
    const bytes = message?.length ?? SMALL_BYTES;
    const content = writer.startMessage(SPAN_STATUS, bytes);
    if (message !== undefined) writer.append(message);
    writer.writeVarintField(STATUS_CODE, code);
    writer.finishMessage(content, bytes);
  }

  #rewriteEvent(): void {
    const writer = this.#writer;
    this.#reader.expectArray(EVENT_FIELD_COUNT, 'an event');
    const content = writer.startMessage(SPAN_EVENTS, SMALL_BYTES);
    this.#rewriteTime(EVENT_TIME);
    this.#values.writeString(EVENT_NAME);
    this.#values.writeAttributes(EVENT_ATTRIBUTES);
    this.#rewriteCount(EVENT_DROPPED_ATTRIBUTES_COUNT);
    writer.finishMessage(content, SMALL_BYTES);
  }

  #rewriteLink(): void {
    const writer = this.#writer;
    const values = this.#values;
    this.#reader.expectArray(LINK_FIELD_COUNT, 'a link');
    const content = writer.startMessage(SPAN_LINKS, SMALL_BYTES);
    values.writeId(LINK_TRACE_ID);
    values.writeId(LINK_SPAN_ID);
    const traceFlags = values.readNumber();
    const isRemote = values.readFlag();
    values.writeOptionalString(LINK_TRACE_STATE);
    values.writeAttributes(LINK_ATTRIBUTES);
    this.#rewriteCount(LINK_DROPPED_ATTRIBUTES_COUNT);
    writer.writeFixed32Field(LINK_FLAGS, toFlags(traceFlags, isRemote));
    writer.finishMessage(content, SMALL_BYTES);
  }

  #rewriteCount(tag: number): void {
    this.#writer.writeVarintField(tag, this.#values.readNumber() ?? 0);
  }

  #rewriteTime(tag: number): void {
    this.#readTime();
    this.#writer.writeTimeField(tag, this.#seconds, this.#nanos);
  }

  #readTime(): void {
    const reader = this.#reader;
    this.#seconds = Number.NaN;
    this.#nanos = Number.NaN;
    if (reader.peek() !== 'array') {
      this.#values.skip();
      return;
    }
    const count = reader.readArrayHeader();
    if (count > 0) this.#seconds = this.#values.readNumber() ?? Number.NaN;
    if (count > 1) this.#nanos = this.#values.readNumber() ?? Number.NaN;
    for (let index = 2; index < count; index++) this.#values.skip();
  }
}

function toFlags(traceFlags: number | undefined, isRemote: boolean): number {
  return ((traceFlags ?? 0) & 0xff) | FLAG_HAS_IS_REMOTE | (isRemote ? FLAG_IS_REMOTE : 0);
}
