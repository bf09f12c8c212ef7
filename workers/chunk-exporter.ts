import type { ExportFailure, ExportOutcome } from '../src/protocol.js';

/** What becomes of chunks in a worker. */
export interface ChunkExporter {
  /**
   * Delivers the spans of a chunk; resolves when the bytes of the chunk are no longer needed, with what became of them.
   *
   * @throws {OffloopError} `ERR_OFFLOOP_CHUNK_FORMAT` when the bytes are not one whole chunk.
   */
  export(chunk: Uint8Array, spanCount: number, timeoutMillis: number): Promise<ExportOutcome>;
  /** Resolves once nothing is under way, with what went wrong, or nothing. */
  flush(timeoutMillis: number): Promise<ExportFailure | undefined>;
  /** The same, and gives up the connections. Nothing is exported after that. */
  shutdown(timeoutMillis: number): Promise<ExportFailure | undefined>;
}
