import type { Attributes } from '@opentelemetry/api';
import { OffloopError } from '../errors.js';
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
import { DecodedResource } from './decoded-resource.js';
import { MsgpackReader } from './msgpack-reader.js';
import { type DecodedSpan, SpanReader } from './span-reader.js';
import { ValueReader } from './value-reader.js';

export interface DecodedChunk {
  /** In the order in which they ended; spans of one resource or scope share its object. */
  readonly spans: DecodedSpan[];
}

/**
 * Reads a sealed chunk.
 *
 * @param bytes The chunk, to the byte. Nothing in the result refers to them.
 * @throws {OffloopError} `ERR_OFFLOOP_CHUNK_FORMAT` when the bytes are not one whole chunk.
 */
export function decodeChunk(bytes: Uint8Array): DecodedChunk {
  try {
    return readChunk(new MsgpackReader(bytes));
  } catch (error) {
    if (error instanceof OffloopError) throw error;
    // Node's own refusal, say of a text longer than a string can be.
    const refusal = error instanceof Error ? error.message : String(error);
    throw new OffloopError('ERR_OFFLOOP_CHUNK_FORMAT', `Chunk: expected values that Node can hold, got: ${refusal}`, {
      cause: error,
    });
  }
}

function readChunk(reader: MsgpackReader): DecodedChunk {
  readHeader(reader);
  const spansPosition = reader.position;
  const spanCount = skipSpans(reader);
  const resources = readResources(reader);
  readEnd(reader, spanCount, resources.length);

  reader.position = spansPosition;
  const spanReader = new SpanReader(reader, resources);
  const spans: DecodedSpan[] = [];
  while (spans.length < spanCount) spans.push(spanReader.read(readSpanHeader(reader)));
  return { spans };
}

function readHeader(reader: MsgpackReader): void {
  reader.expectArray(2, `a chunk, which starts with '${CHUNK_MAGIC}' and its version`);
  const magic = reader.readText();
  if (magic !== CHUNK_MAGIC) throw reader.fault(`a chunk, which starts with '${CHUNK_MAGIC}'`);
  const version = reader.readUint(Number.MAX_SAFE_INTEGER);
  if (version !== CHUNK_VERSION) {
    throw reader.fault(
      `a chunk of version ${CHUNK_VERSION}, got version ${version}; encode and decode with the same release of offloop`,
    );
  }
}

/** Passes the spans by their lengths: the resources they belong to come after them. */
function skipSpans(reader: MsgpackReader): number {
  let spanCount = 0;
  while (peekRecordType(reader) === RECORD_SPAN) {
    reader.position = readSpanHeader(reader);
    spanCount++;
  }
  return spanCount;
}

/** @returns The position at which the span ends. */
function readSpanHeader(reader: MsgpackReader): number {
  reader.expectArray(SPAN_FIELD_COUNT, 'a span');
  reader.readUint(RECORD_SPAN + 1);
  const lengthBytes = reader.readUint(reader.byteLength);
  const endPosition = reader.position + lengthBytes;
  if (endPosition > reader.byteLength) {
    throw reader.fault(`a span of ${lengthBytes} bytes, but ${reader.byteLength - reader.position} are left`);
  }
  return endPosition;
}

function readResources(reader: MsgpackReader): DecodedResource[] {
  const resources: DecodedResource[] = [];
  while (peekRecordType(reader) === RECORD_RESOURCE) {
    reader.expectArray(RESOURCE_FIELD_COUNT, 'a resource');
    reader.readUint(RECORD_RESOURCE + 1);
    const id = reader.readUint(resources.length + 1);
    if (id !== resources.length) throw reader.fault(`resource ${resources.length}, got ${id}`);
    // A table of its own: resources don't use the one of the spans.
    const values = new ValueReader(reader);
    const schemaUrl = values.read() as string | undefined;
    resources.push(new DecodedResource((values.readAttributes() ?? {}) as Attributes, schemaUrl));
  }
  return resources;
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
