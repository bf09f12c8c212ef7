import type { ExportOutcome } from '../src/protocol.js';
import type { DueChunk } from './deliver-together.js';

/** So many bytes of chunks make a request at the most; text outside Latin-1 takes up to half as much again as OTLP. */
const MAX_REQUEST_CHUNK_BYTES = 4 * 1024 * 1024;

export interface GatheredChunk extends DueChunk {
  resolve(outcome: ExportOutcome | Promise<ExportOutcome>): void;
}

/**
 * Puts chunks that come in the same turn of the event loop into common requests: a request costs the worker as much as
 * some twenty spans of 40 kB do.
 */
export class ChunkGathering {
  readonly #maxSpanCount: number;
  readonly #deliver: (group: readonly GatheredChunk[]) => void;
  readonly #gathered: GatheredChunk[] = [];

  /** @param maxSpanCount Of a request of several chunks. */
  constructor(maxSpanCount: number, deliver: (group: readonly GatheredChunk[]) => void) {
    this.#maxSpanCount = maxSpanCount;
    this.#deliver = deliver;
  }

  add(chunk: DueChunk): Promise<ExportOutcome> {
    if (this.#gathered.length === 0) setImmediate(() => this.#deliverNext());
    return new Promise((resolve) => this.#gathered.push({ ...chunk, resolve }));
  }

  /** One request a turn: the first is on its way before the next is written. */
  #deliverNext(): void {
    const group: GatheredChunk[] = [];
    let [spanCount, byteLength] = [0, 0];
    for (let next = this.#gathered[0]; next !== undefined; next = this.#gathered[0]) {
      spanCount += next.spanCount;
      byteLength += next.chunk.length;
      if (group.length > 0 && (spanCount > this.#maxSpanCount || byteLength > MAX_REQUEST_CHUNK_BYTES)) break;
      group.push(next);
      this.#gathered.shift();
    }
    this.#deliver(group);
    if (this.#gathered.length > 0) setImmediate(() => this.#deliverNext());
  }
}
