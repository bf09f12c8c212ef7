import type { Buffer } from 'node:buffer';
import { REQUEST_RESOURCE_SPANS, RESOURCE_SPANS_SCOPE_SPANS } from './otlp-fields.js';
import { type ProtobufWriter, varintBytes } from './protobuf-writer.js';
import type { GroupFields } from './span-transcoder.js';

/** Where spans that follow each other stand among the rewritten ones. */
interface SpanRun {
  readonly start: number;
  end: number;
}

interface ScopeGroup {
  readonly fields: GroupFields;
  readonly runs: SpanRun[];
}

interface ResourceGroup {
  readonly fields: GroupFields;
  readonly scopes: Map<GroupFields, ScopeGroup>;
}

/**
 * Rewritten spans by resource and scope, in the order in which these first appear, as the official serializer groups
 * them. Within a chunk a resource or a scope is known by the object of its fields, from one chunk to the next by their
 * bytes.
 */
export class SpanGroups {
  readonly #resources = new Map<GroupFields, ResourceGroup>();
  /** What an object of this chunk stands for; only from the second chunk on. */
  #sameFields: Map<GroupFields, GroupFields> | undefined;
  #last: ScopeGroup | undefined;

  /** To be called before the first span of each chunk. */
  startChunk(): void {
    this.#sameFields = this.#last === undefined ? undefined : new Map();
  }

  /** Adds the span between `start` and `end`. */
  add(resource: GroupFields, scope: GroupFields, start: number, end: number): void {
    const group =
      this.#sameFields === undefined ? this.#find(resource, scope) : this.#findSame(this.#sameFields, resource, scope);
    const lastRun = group === this.#last ? group.runs.at(-1) : undefined;
    if (lastRun === undefined) group.runs.push({ start, end });
    else lastRun.end = end;
    this.#last = group;
  }

  /** Bytes of the whole request. */
  get requestBytes(): number {
    let bytes = 0;
    for (const resource of this.#resources.values()) bytes += fieldBytes(resourceSpansBytes(resource));
    return bytes;
  }

  /** Writes the request with the spans copied from `source`. */
  write(source: Buffer, writer: ProtobufWriter): void {
    for (const resource of this.#resources.values()) {
      writeResourceHead(writer, resource);
      for (const scope of resource.scopes.values()) {
        writeScopeHead(writer, scope);
        for (const { start, end } of scope.runs) writer.append(source, start, end);
        writer.append(scope.fields.schemaUrl);
      }
      writer.append(resource.fields.schemaUrl);
    }
  }

  /**
   * Writes the request around the spans, without copying them, where all are of one resource and scope and there is
   * room in front of them.
   *
   * @param writer Stands behind the last span.
   * @returns Where the request starts; undefined, with nothing written, where it can't be done.
   */
  tryWriteAround(writer: ProtobufWriter): number | undefined {
    const [resource, anotherResource] = this.#resources.values();
    const [scope, anotherScope] = resource?.scopes.values() ?? [];
    const run = scope?.runs[0];
    if (resource === undefined || scope === undefined || run === undefined) return undefined;
    if (anotherResource !== undefined || anotherScope !== undefined) return undefined;
    const start = writer.position + trailerBytes(resource) + trailerBytes(scope) - this.requestBytes;
    if (start < 0) return undefined;
    writer.append(scope.fields.schemaUrl);
    writer.append(resource.fields.schemaUrl);
    const end = writer.position;
    writer.position = start;
    writeResourceHead(writer, resource);
    writeScopeHead(writer, scope);
    writer.position = end;
    return start;
  }

  #findSame(sameFields: Map<GroupFields, GroupFields>, resource: GroupFields, scope: GroupFields): ScopeGroup {
    const sameResource = findSameFields(sameFields, resource, this.#resources.keys());
    const scopes = [...this.#resources.values()].flatMap((group) => [...group.scopes.keys()]);
    return this.#find(sameResource, findSameFields(sameFields, scope, scopes));
  }

  #find(resource: GroupFields, scope: GroupFields): ScopeGroup {
    let resourceGroup = this.#resources.get(resource);
    if (resourceGroup === undefined) {
      resourceGroup = { fields: resource, scopes: new Map() };
      this.#resources.set(resource, resourceGroup);
    }
    let group = resourceGroup.scopes.get(scope);
    if (group === undefined) {
      group = { fields: scope, runs: [] };
      resourceGroup.scopes.set(scope, group);
    }
    return group;
  }
}

function findSameFields(
  sameFields: Map<GroupFields, GroupFields>,
  fields: GroupFields,
  known: Iterable<GroupFields>,
): GroupFields {
  let same = sameFields.get(fields);
  if (same !== undefined) return same;
  same = [...known].find(({ head, schemaUrl }) => head.equals(fields.head) && schemaUrl.equals(fields.schemaUrl));
  sameFields.set(fields, same ?? fields);
  return same ?? fields;
}

function writeResourceHead(writer: ProtobufWriter, resource: ResourceGroup): void {
  writer.writeHeader(REQUEST_RESOURCE_SPANS, resourceSpansBytes(resource));
  writer.append(resource.fields.head);
}

function writeScopeHead(writer: ProtobufWriter, scope: ScopeGroup): void {
  writer.writeHeader(RESOURCE_SPANS_SCOPE_SPANS, scopeSpansBytes(scope));
  writer.append(scope.fields.head);
}

function resourceSpansBytes(resource: ResourceGroup): number {
  let bytes = resource.fields.head.length + trailerBytes(resource);
  for (const scope of resource.scopes.values()) bytes += fieldBytes(scopeSpansBytes(scope));
  return bytes;
}

function scopeSpansBytes(scope: ScopeGroup): number {
  let bytes = scope.fields.head.length + trailerBytes(scope);
  for (const { start, end } of scope.runs) bytes += end - start;
  return bytes;
}

function trailerBytes({ fields }: ResourceGroup | ScopeGroup): number {
  return fields.schemaUrl.length;
}

/** Bytes of a message with its tag, which takes one, and its length. */
function fieldBytes(contentBytes: number): number {
  return 1 + varintBytes(contentBytes) + contentBytes;
}
