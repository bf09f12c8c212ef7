import type { Attributes } from '@opentelemetry/api';
import { OffloopError } from '../errors.js';
import { readFrame, readSpanHeader } from './chunk-frame.js';
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
  const { spanCount, resources } = readFrame(reader, () => readResource(reader));
  const spanReader = new SpanReader(reader, resources);
  const spans: DecodedSpan[] = [];
  while (spans.length < spanCount) spans.push(spanReader.read(readSpanHeader(reader)));
  return { spans };
}

function readResource(reader: MsgpackReader): DecodedResource {
  // A table of its own: resources don't use the one of the spans.
  const values = new ValueReader(reader);
  const schemaUrl = values.read() as string | undefined;
  return new DecodedResource((values.readAttributes() ?? {}) as Attributes, schemaUrl);
}
