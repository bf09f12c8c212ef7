import {
  CHUNK_MAGIC,
  CHUNK_VERSION,
  END_FIELD_COUNT,
  RECORD_END,
  RECORD_RESOURCE,
  RECORD_SPAN,
  RESOURCE_FIELD_COUNT,
  SPAN_FIELD_COUNT,
} from './chunk-format.js';
import type { MsgpackReader } from './msgpack-reader.js';

/** What stands around the spans of a chunk. */
export interface ChunkFrame<Resource> {
  readonly spanCount: number;
  readonly resources: readonly Resource[];
}

/**
 * Reads all of a chunk but the content of its spans, and leaves `reader` at the first of them: the resources that spans
 * belong to come after them.
 *
 * @param readResource Reads a resource's record from behind its number.
 */
export function readFrame<Resource>(reader: MsgpackReader, readResource: () => Resource): ChunkFrame<Resource> {
  readHeader(reader);
  const spansPosition = reader.position;
  let spanCount = 0;
  while (peekRecordType(reader) === RECORD_SPAN) {
    reader.position = readSpanHeader(reader);
    spanCount++;
  }
  const resources: Resource[] = [];
  while (peekRecordType(reader) === RECORD_RESOURCE) {
    reader.expectArray(RESOURCE_FIELD_COUNT, 'a resource');
    reader.readUint(RECORD_RESOURCE + 1);
    const id = reader.readUint(resources.length + 1);
    if (id !== resources.length) throw reader.fault(`resource ${resources.length}, got ${id}`);
    resources.push(readResource());
  }
  readEnd(reader, spanCount, resources.length);
  reader.position = spansPosition;
  return { spanCount, resources };
}

/** @returns The position at which the span ends. */
export function readSpanHeader(reader: MsgpackReader): number {
  reader.expectArray(SPAN_FIELD_COUNT, 'a span');
  reader.readUint(RECORD_SPAN + 1);
  const lengthBytes = reader.readUint(reader.byteLength);
  const endPosition = reader.position + lengthBytes;
  if (endPosition > reader.byteLength) {
    throw reader.fault(`a span of ${lengthBytes} bytes, but ${reader.byteLength - reader.position} are left`);
  }
  return endPosition;
}

function readHeader(reader: MsgpackReader): void {
  reader.expectArray(2, `a chunk, which starts with '${CHUNK_MAGIC}' and its version`);
  if (reader.readText() !== CHUNK_MAGIC) throw reader.fault(`a chunk, which starts with '${CHUNK_MAGIC}'`);
  const version = reader.readUint(Number.MAX_SAFE_INTEGER);
  if (version !== CHUNK_VERSION) {
    throw reader.fault(
      `a chunk of version ${CHUNK_VERSION}, got version ${version}; encode and decode with the same release of offloop`,
    );
  }
}

function readEnd(reader: MsgpackReader, spanCount: number, resourceCount: number): void {
  reader.expectArray(END_FIELD_COUNT, 'the end of the chunk');
  const type = reader.readNumber();
  if (type !== RECORD_END) throw reader.fault(`a record of a known type, got ${type}`);
  const statedSpanCount = reader.readNumber();
  if (statedSpanCount !== spanCount) throw reader.fault(`${statedSpanCount} spans, got ${spanCount}`);
  const statedResourceCount = reader.readNumber();
  if (statedResourceCount !== resourceCount) {
    throw reader.fault(`${statedResourceCount} resources, got ${resourceCount}`);
  }
  if (reader.position !== reader.byteLength) throw reader.fault('nothing behind the end of the chunk');
}

function peekRecordType(reader: MsgpackReader): number {
  const { position } = reader;
  reader.readArrayHeader();
  const type = reader.readNumber();
  reader.position = position;
  return type;
}
