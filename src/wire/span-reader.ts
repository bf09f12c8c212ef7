import type { Attributes, HrTime, SpanContext, SpanKind, SpanStatus } from '@opentelemetry/api';
import { EVENT_FIELD_COUNT, LINK_FIELD_COUNT, PARENT_FIELD_COUNT, SCOPE_FIELD_COUNT } from './chunk-format.js';
import type { DecodedResource } from './decoded-resource.js';
import { restoreTraceState } from './decoded-trace-state.js';
import type { MsgpackReader } from './msgpack-reader.js';
import type { ReadableEvent, ReadableLink, ReadableScope, ReadableSpan } from './readable-span.js';
import { ValueReader } from './value-reader.js';

/** A span as a hosted exporter sees it. */
export interface DecodedSpan extends ReadableSpan {
  readonly resource: DecodedResource;
}

/** The writable half of an interface, for objects whose optional properties are set only where there is a value. */
type Draft<T> = { -readonly [Key in keyof T]: T[Key] };

/**
 * Reads the spans of a chunk in their order, which their table of strings and scopes depends on. The types of single
 * fields are taken on trust: the encoder carries what a span holds, and the official transformer judges it.
 */
export class SpanReader {
  readonly #reader: MsgpackReader;
  readonly #values: ValueReader;
  readonly #resources: readonly DecodedResource[];
  readonly #scopes: ReadableScope[] = [];

  constructor(reader: MsgpackReader, resources: readonly DecodedResource[]) {
    this.#reader = reader;
    this.#values = new ValueReader(reader);
    this.#resources = resources;
  }

  /** Reads a span from behind its record's length to `endPosition`. */
  read(endPosition: number): DecodedSpan {
    const resource = this.#resources[this.#reader.readUint(this.#resources.length)] as DecodedResource;
    const instrumentationScope = this.#readScope();
    const context = this.#readContext();
    const parentSpanContext = this.#readParent(context);
    const span: DecodedSpan = {
      resource,
      instrumentationScope,
      spanContext: () => context,
      parentSpanContext,
      name: this.#values.read() as string,
      kind: this.#values.read() as SpanKind,
      startTime: this.#values.read() as HrTime,
      endTime: this.#values.read() as HrTime,
      duration: this.#values.read() as HrTime,
      status: this.#readStatus(),
      ended: this.#values.read() as boolean,
      attributes: this.#readAttributes() as Attributes,
      droppedAttributesCount: this.#values.read() as number,
      events: this.#readList(() => this.#readEvent()),
      droppedEventsCount: this.#values.read() as number,
      links: this.#readList(() => this.#readLink()),
      droppedLinksCount: this.#values.read() as number,
    };
    const { position } = this.#reader;
    if (position !== endPosition) throw this.#reader.fault(`the span to end at byte ${endPosition}`);
    return span;
  }

  #readScope(): ReadableScope {
    const scopeCount = this.#scopes.length;
    if (this.#reader.peek() === 'number') {
      return this.#scopes[this.#reader.readUint(scopeCount)] as ReadableScope;
    }
    this.#reader.expectMap(1, 'the definition of a scope');
    const id = this.#reader.readUint(scopeCount + 1);
    if (id !== scopeCount) throw this.#reader.fault(`the definition of scope ${scopeCount}, got ${id}`);
    this.#reader.expectArray(SCOPE_FIELD_COUNT, 'a scope');
    const scope: Draft<ReadableScope> = { name: this.#values.read() as string };
    setDefined(scope, 'version', this.#values.read() as string | undefined);
    setDefined(scope, 'schemaUrl', this.#values.read() as string | undefined);
    setDefined(scope, 'attributes', this.#readAttributes());
    setDefined(scope, 'droppedAttributesCount', this.#values.read() as number | undefined);
    this.#scopes.push(scope);
    return scope;
  }

  #readContext(): SpanContext {
    const traceId = this.#readId();
    return this.#readContextRest(traceId);
  }

  #readContextRest(traceId: string): SpanContext {
    const spanId = this.#readId();
    const context: Draft<SpanContext> = { traceId, spanId, traceFlags: this.#values.read() as number };
    setDefined(context, 'isRemote', this.#values.read() as boolean | undefined);
    const traceState = this.#values.read();
    if (traceState !== undefined) context.traceState = restoreTraceState(traceState as string);
    return context;
  }

  #readParent(own: SpanContext): SpanContext | undefined {
    const reader = this.#reader;
    if (reader.peek() === 'nil') {
      reader.readNil();
      return undefined;
    }
    reader.expectArray(PARENT_FIELD_COUNT, 'a parent');
    if (reader.peek() !== 'boolean') return this.#readContext();
    if (!reader.readBoolean()) throw reader.fault('true, for the trace id of the span itself');
    return this.#readContextRest(own.traceId);
  }

  #readId(): string {
    return this.#reader.peek() === 'bytes' ? this.#reader.readHex() : (this.#values.read() as string);
  }

  #readStatus(): SpanStatus {
    const status: Draft<SpanStatus> = { code: this.#values.read() as SpanStatus['code'] };
    setDefined(status, 'message', this.#values.read() as string | undefined);
    return status;
  }

  #readAttributes(): Attributes | undefined {
    return this.#values.readAttributes() as Attributes | undefined;
  }

  #readList<T>(readElement: () => T): T[] {
    const count = this.#reader.readArrayHeader();
    const list: T[] = [];
    for (let index = 0; index < count; index++) list.push(readElement());
    return list;
  }

  #readEvent(): ReadableEvent {
    this.#reader.expectArray(EVENT_FIELD_COUNT, 'an event');
    const time = this.#values.read() as HrTime;
    const event: Draft<ReadableEvent> = { time, name: this.#values.read() as string };
    setDefined(event, 'attributes', this.#readAttributes());
    setDefined(event, 'droppedAttributesCount', this.#values.read() as number | undefined);
    return event;
  }

  #readLink(): ReadableLink {
    this.#reader.expectArray(LINK_FIELD_COUNT, 'a link');
    const link: Draft<ReadableLink> = { context: this.#readContext() };
    setDefined(link, 'attributes', this.#readAttributes());
    setDefined(link, 'droppedAttributesCount', this.#values.read() as number | undefined);
    return link;
  }
}

/** Leaves the property away where there is no value, as the SDK does. */
function setDefined<T, Key extends keyof T>(target: T, key: Key, value: T[Key] | undefined): void {
  if (value !== undefined) target[key] = value;
}
