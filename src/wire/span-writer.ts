import type { HrTime, SpanContext } from '@opentelemetry/api';
import {
  EVENT_FIELD_COUNT,
  LINK_FIELD_COUNT,
  PARENT_FIELD_COUNT,
  RECORD_SPAN,
  SCOPE_FIELD_COUNT,
  SPAN_FIELD_COUNT,
  SPAN_ID_HEX_LENGTH,
  TRACE_ID_HEX_LENGTH,
} from './chunk-format.js';
import { isOverflow } from './chunk-overflow.js';
import type { MsgpackWriter } from './msgpack-writer.js';
import type { ReadableEvent, ReadableLink, ReadableResource, ReadableScope, ReadableSpan } from './readable-span.js';
import type { StringTable } from './string-table.js';
import { ValueWriter } from './value-writer.js';

/** Writes the fields of a span, and numbers the resources and scopes of its chunk. */
export class SpanWriter {
  readonly #writer: MsgpackWriter;
  readonly #strings: StringTable;
  readonly #values: ValueWriter;
  readonly #scopes: ReadableScope[] = [];
  #resources: ReadableResource[] = [];
  #droppedCount = 0;

  constructor(writer: MsgpackWriter, strings: StringTable) {
    this.#writer = writer;
    this.#strings = strings;
    this.#values = new ValueWriter(writer, strings);
  }

  get scopeCount(): number {
    return this.#scopes.length;
  }

  get resourceCount(): number {
    return this.#resources.length;
  }

  /** Starts the numbers of a new chunk. */
  startChunk(): void {
    this.#scopes.length = 0;
    this.#resources = [];
    this.#strings.startChunk();
  }

  /** The resources of the chunk so far, in the order of their numbers; the caller keeps the array. */
  takeResources(): readonly ReadableResource[] {
    const resources = this.#resources;
    this.#scopes.length = 0;
    this.#resources = [];
    return resources;
  }

  /** Forgets the scopes and resources that were numbered since there were so many. */
  rollBack(scopeCount: number, resourceCount: number): void {
    this.#scopes.length = scopeCount;
    this.#resources.length = resourceCount;
  }

  /**
   * Writes a span's record.
   *
   * @returns How many attributes, events and links were left out because reading them throws.
   */
  write(span: ReadableSpan): number {
    this.#droppedCount = 0;
    const writer = this.#writer;
    const values = this.#values;
    const context = span.spanContext();
    const lengthPosition = writer.startRecord(SPAN_FIELD_COUNT, RECORD_SPAN);
    const bodyPosition = writer.position;
    writer.writeUint(this.#resourceId(span.resource));
    this.#writeScope(span.instrumentationScope);
    this.#writeId(context.traceId, TRACE_ID_HEX_LENGTH);
    this.#writeId(context.spanId, SPAN_ID_HEX_LENGTH);
    this.#writeContextRest(context);
    this.#writeParent(span.parentSpanContext, context);
    this.#writeName(span.name);
    values.write(span.kind);
    this.#writeTime(span.startTime);
    this.#writeTime(span.endTime);
    this.#writeTime(span.duration);
    values.writeThree(span.status.code, span.status.message, span.ended);
    this.#writeDropped(span.droppedAttributesCount, values.writeAttributes(span.attributes));
    this.#writeDropped(span.droppedEventsCount, this.#writeEvents(span.events));
    this.#writeDropped(span.droppedLinksCount, this.#writeLinks(span.links));
    writer.patchUint32(lengthPosition, writer.position - bodyPosition);
    return this.#droppedCount;
  }

  #resourceId(resource: ReadableResource): number {
    const id = findIndex(this.#resources, resource);
    if (id >= 0) return id;
    return this.#resources.push(resource) - 1;
  }

  #writeScope(scope: ReadableScope): void {
    const id = findIndex(this.#scopes, scope);
    if (id >= 0) {
      this.#writer.writeUint(id);
      return;
    }
    this.#writer.writeTag(this.#scopes.push(scope) - 1);
    this.#writer.writeArrayHeader(SCOPE_FIELD_COUNT);
    this.#values.write(scope.name);
    this.#values.write(scope.version);
    this.#values.write(scope.schemaUrl);
    this.#writeDropped(scope.droppedAttributesCount, this.#values.writeAttributes(scope.attributes));
  }

  #writeId(id: string, hexLength: number): void {
    if (typeof id === 'string' && id.length === hexLength && this.#writer.writeHex(id)) return;
    this.#values.write(id);
  }

  #writeContextRest({ traceFlags, isRemote, traceState }: SpanContext): void {
    this.#values.writeThree(traceFlags, isRemote, traceState?.serialize());
  }

  #writeParent(parent: SpanContext | undefined, own: SpanContext): void {
    if (parent === undefined || parent === null) {
      this.#writer.writeNil();
      return;
    }
    this.#writer.writeArrayHeader(PARENT_FIELD_COUNT);
    if (parent.traceId === own.traceId) this.#writer.writeBoolean(true);
    else this.#writeId(parent.traceId, TRACE_ID_HEX_LENGTH);
    this.#writeId(parent.spanId, SPAN_ID_HEX_LENGTH);
    this.#writeContextRest(parent);
  }

  #writeName(name: string): void {
    if (typeof name === 'string') this.#strings.writeName(name);
    else this.#values.write(name);
  }

  #writeTime(time: HrTime): void {
    if (Array.isArray(time) && time.length === 2) {
      const seconds: unknown = time[0];
      const nanos: unknown = time[1];
      if (typeof seconds === 'number' && typeof nanos === 'number') {
        this.#writer.writeTime(seconds, nanos);
        return;
      }
    }
    this.#values.write(time);
  }

  /** @returns How many events were left out because reading them throws. */
  #writeEvents(events: readonly ReadableEvent[]): number {
    const eventCount = Array.isArray(events) ? events.length : 0;
    const headerPosition = this.#writer.position;
    this.#writer.writeArrayHeader(eventCount);
    let droppedCount = 0;
    for (let index = 0; index < eventCount; index++) {
      const startPosition = this.#writer.position;
      const definedCount = this.#strings.definedCount;
      try {
        const event = events[index] as ReadableEvent;
        this.#writer.writeArrayHeader(EVENT_FIELD_COUNT);
        this.#writeTime(event.time);
        this.#writeName(event.name);
        this.#writeDropped(event.droppedAttributesCount, this.#values.writeAttributes(event.attributes));
      } catch (error) {
        this.#dropPart(error, startPosition, definedCount);
        droppedCount++;
      }
    }
    if (droppedCount > 0) this.#writer.patchArrayHeader(headerPosition, eventCount - droppedCount);
    return droppedCount;
  }

  /** @returns How many links were left out because reading them throws. */
  #writeLinks(links: readonly ReadableLink[]): number {
    const linkCount = Array.isArray(links) ? links.length : 0;
    const headerPosition = this.#writer.position;
    this.#writer.writeArrayHeader(linkCount);
    let droppedCount = 0;
    for (let index = 0; index < linkCount; index++) {
      const startPosition = this.#writer.position;
      const definedCount = this.#strings.definedCount;
      try {
        const link = links[index] as ReadableLink;
        this.#writer.writeArrayHeader(LINK_FIELD_COUNT);
        this.#writeId(link.context.traceId, TRACE_ID_HEX_LENGTH);
        this.#writeId(link.context.spanId, SPAN_ID_HEX_LENGTH);
        this.#writeContextRest(link.context);
        this.#writeDropped(link.droppedAttributesCount, this.#values.writeAttributes(link.attributes));
      } catch (error) {
        this.#dropPart(error, startPosition, definedCount);
        droppedCount++;
      }
    }
    if (droppedCount > 0) this.#writer.patchArrayHeader(headerPosition, linkCount - droppedCount);
    return droppedCount;
  }

  #dropPart(error: unknown, startPosition: number, definedCount: number): void {
    if (isOverflow(error)) throw error;
    this.#writer.position = startPosition;
    this.#strings.rollBack(definedCount);
  }

  /** What was dropped here counts with what the SDK dropped. */
  #writeDropped(sdkCount: number | undefined, ownCount: number): void {
    if (ownCount === 0) {
      this.#values.write(sdkCount);
      return;
    }
    this.#droppedCount += ownCount;
    this.#writer.writeNumber(typeof sdkCount === 'number' ? sdkCount + ownCount : ownCount);
  }
}

/** `indexOf` without its call: mostly the first item is the one. */
function findIndex<Item>(items: readonly Item[], item: Item): number {
  for (let index = 0; index < items.length; index++) if (items[index] === item) return index;
  return -1;
}
