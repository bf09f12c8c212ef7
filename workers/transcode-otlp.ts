import { Buffer } from 'node:buffer';
import { OffloopError } from '../src/errors.js';
import { readFrame, readSpanHeader } from '../src/wire/chunk-frame.js';
import { MsgpackReader } from '../src/wire/msgpack-reader.js';
import { ProtobufWriter } from './protobuf-writer.js';
import { RequestBuffers } from './request-buffers.js';
import { SpanGroups } from './span-groups.js';
import { type GroupFields, SpanTranscoder } from './span-transcoder.js';
import { Utf8Table } from './utf8-table.js';
import { ValueTranscoder } from './value-transcoder.js';

/** Room in front of the spans for the resource and the scope, where there is one of each: most take a few hundred bytes. */
const HEADROOM_BYTES = 4096;

/**
 * A request may take so many times the bytes of its chunk, and {@link MAX_EXTRA_BYTES} more. References to strings make
 * it the larger one; a chunk that goes past this has more of them than spans have.
 */
const MAX_GROWTH = 4;
const MAX_EXTRA_BYTES = 64 * 1024 * 1024;

/** Some of a chunk's spans, in their order: from `start`, the first is 0, to before `end`. */
export interface SpanRange {
  readonly start: number;
  readonly end: number;
}

const ALL_SPANS: SpanRange = { start: 0, end: Number.POSITIVE_INFINITY };

/**
 * Rewrites chunks as OTLP `ExportTraceServiceRequest`s in protobuf, the bytes that the official serializer makes of the
 * chunk's spans, in one pass and without making spans.
 */
export class OtlpTranscoder {
  readonly #buffers = new RequestBuffers();
  readonly #table = new Utf8Table();

  /**
   * @param chunk A sealed chunk, to the byte. Nothing in the result refers to it.
   * @param range The spans to take. @default all
   * @returns The request, in a buffer that is the caller's until {@link release}.
   * @throws {OffloopError} `ERR_OFFLOOP_CHUNK_FORMAT` when the bytes are not one whole chunk.
   */
  transcode(chunk: Uint8Array, range: SpanRange = ALL_SPANS): Uint8Array {
    return this.#rewrite([chunk], range);
  }

  /** The spans of all of the chunks in one request. Resources and scopes that are the same in several stand there once. */
  transcodeTogether(chunks: readonly Uint8Array[]): Uint8Array {
    return this.#rewrite(chunks, ALL_SPANS);
  }

  /** Takes back what {@link transcode} returned, for another request. */
  release(request: Uint8Array): void {
    this.#buffers.release(Buffer.from(request.buffer));
  }

  #rewrite(chunks: readonly Uint8Array[], range: SpanRange): Uint8Array {
    const chunkBytes = chunks.reduce((sum, { length }) => sum + length, 0);
    const maxBytes = chunkBytes * MAX_GROWTH + MAX_EXTRA_BYTES;
    const writer = this.#createWriter(HEADROOM_BYTES + chunkBytes * 1.5, maxBytes);
    writer.position = HEADROOM_BYTES;
    try {
      const groups = new SpanGroups();
      for (const chunk of chunks) {
        groups.startChunk();
        this.#rewriteSpans(chunk, range, writer, groups);
      }
      const start = groups.tryWriteAround(writer);
      return start === undefined
        ? this.#assemble(groups, writer, maxBytes)
        : writer.buffer.subarray(start, writer.position);
    } catch (error) {
      this.#buffers.release(writer.buffer);
      throw error instanceof OffloopError ? error : toChunkFault(error);
    }
  }

  #rewriteSpans(chunk: Uint8Array, range: SpanRange, writer: ProtobufWriter, groups: SpanGroups): void {
    const reader = new MsgpackReader(chunk);
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const spans = new SpanTranscoder(reader, new ValueTranscoder(reader, bytes, this.#table, writer), writer);
    const { spanCount, resources } = readFrame(reader, () => {
      // A table of its own: resources don't use the one of the spans.
      this.#table.clear();
      return spans.readResource();
    });
    this.#table.clear();
    const scopes: GroupFields[] = [];
    const end = Math.min(range.end, spanCount);
    for (let index = 0; index < end; index++) {
      const endPosition = readSpanHeader(reader);
      const resource = resources[reader.readUint(resources.length)] as GroupFields;
      const scope = readScope(reader, scopes, spans);
      const start = writer.position;
      spans.rewriteSpan(endPosition);
      // Spans before the range are read for the strings and scopes they define.
      if (index < range.start) writer.position = start;
      else groups.add(resource, scope, start, writer.position);
    }
  }

  /** Spans of several scopes come in turns, and stand together in a request. */
  #assemble(groups: SpanGroups, spans: ProtobufWriter, maxBytes: number): Uint8Array {
    const request = this.#createWriter(groups.requestBytes, maxBytes);
    groups.write(spans.buffer, request);
    this.#buffers.release(spans.buffer);
    return request.buffer.subarray(0, request.position);
  }

  #createWriter(expectedBytes: number, maxBytes: number): ProtobufWriter {
    const writer = new ProtobufWriter((buffer, minimumBytes) => this.#grow(buffer, minimumBytes, maxBytes));
    writer.moveTo(this.#buffers.acquire(expectedBytes), 0);
    return writer;
  }

  #grow(buffer: Buffer, minimumBytes: number, maxBytes: number): Buffer {
    if (minimumBytes > maxBytes) {
      throw new OffloopError(
        'ERR_OFFLOOP_CHUNK_FORMAT',
        `Chunk: expected spans that take at most ${maxBytes} bytes as OTLP, got more; do they repeat a long key?`,
      );
    }
    const bigger = this.#buffers.acquire(Math.max(minimumBytes, buffer.length * 2));
    buffer.copy(bigger);
    this.#buffers.release(buffer);
    return bigger;
  }
}

function readScope(reader: MsgpackReader, scopes: GroupFields[], spans: SpanTranscoder): GroupFields {
  const scopeCount = scopes.length;
  if (reader.peek() === 'number') return scopes[reader.readUint(scopeCount)] as GroupFields;
  reader.expectMap(1, 'the definition of a scope');
  const id = reader.readUint(scopeCount + 1);
  if (id !== scopeCount) throw reader.fault(`the definition of scope ${scopeCount}, got ${id}`);
  const scope = spans.readScope();
  scopes.push(scope);
  return scope;
}

/** Node's own refusal, say of a request larger than a buffer can be. */
function toChunkFault(error: unknown): OffloopError {
  const refusal = error instanceof Error ? error.message : String(error);
  const message = `Chunk: expected values that Node can hold, got: ${refusal}`;
  return new OffloopError('ERR_OFFLOOP_CHUNK_FORMAT', message, { cause: error });
}
