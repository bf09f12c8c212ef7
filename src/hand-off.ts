import { type ChunkPool, isSmallChunk } from './chunk-pool.js';
import { StartedCopy } from './started-copy.js';

/**
 * How a closed chunk reaches a worker. `transfer` copies it into a recycled buffer and transfers that; `shared` lets the
 * worker read the chunk itself, in shared memory, and copies nothing. Either way the chunk stays on the main thread
 * until its outcome is known.
 */
export type HandOffName = 'transfer' | 'shared';

export interface HandOff {
  /** Memory for chunks, not zeroed where that can be had; the view starts and ends with its buffer. */
  allocate(byteLength: number): Uint8Array;
  /** Begins what {@link post} will need of a chunk that is still written to; undefined when that is nothing. */
  startCopy(pool: ChunkPool): StartedCopy | undefined;
  /**
   * What goes to the worker. The chunk must not be written to before the worker is done with it.
   *
   * @param started What was begun for this chunk; it can't be used again.
   */
  post(chunk: Uint8Array, pool: ChunkPool, started: StartedCopy | undefined): PostedChunk;
}

export interface PostedChunk {
  readonly buffer: ArrayBufferLike;
  /** Detached here once posted. */
  readonly transferList: ArrayBuffer[];
}

export const HAND_OFFS: Readonly<Record<HandOffName, HandOff>> = {
  transfer: {
    allocate: allocateTransferable,
    startCopy: (pool) => new StartedCopy(pool),
    post: (chunk, pool, started) => {
      const copy = started?.finish(chunk) ?? copyOf(chunk, pool);
      const buffer = copy.buffer as ArrayBuffer;
      return { buffer, transferList: [buffer] };
    },
  },
  shared: {
    allocate: (byteLength) => new Uint8Array(new SharedArrayBuffer(byteLength)),
    startCopy: () => undefined,
    post: ({ buffer }) => ({ buffer, transferList: [] }),
  },
};

/** allocUnsafeSlow: not zeroed, and never a view on Node's slab, which other buffers live in and must not leave. */
function allocateTransferable(byteLength: number): Uint8Array {
  return new Uint8Array(Buffer.allocUnsafeSlow(byteLength).buffer);
}

function copyOf(chunk: Uint8Array, pool: ChunkPool): Uint8Array {
  const { byteLength } = chunk;
  const copy = isSmallChunk(byteLength) ? allocateTransferable(byteLength) : pool.acquire(byteLength);
  copy.set(chunk);
  return copy;
}

export const HAND_OFF_NAMES = Object.keys(HAND_OFFS) as HandOffName[];
