import type { ChunkPool } from './chunk-pool.js';

/**
 * How a closed chunk reaches a worker. `transfer` copies it into a recycled buffer and transfers that; `shared` lets the
 * worker read the chunk itself, in shared memory, and copies nothing. Either way the chunk stays on the main thread
 * until its outcome is known.
 */
export type HandOffName = 'transfer' | 'shared';

export interface HandOff {
  /** Memory for chunks, not zeroed where that can be had; the view starts and ends with its buffer. */
  allocate(byteLength: number): Uint8Array;
  /** What goes to the worker. The chunk must not be written to before the worker is done with it. */
  post(chunk: Uint8Array, pool: ChunkPool): PostedChunk;
}

export interface PostedChunk {
  readonly buffer: ArrayBufferLike;
  /** Detached here once posted. */
  readonly transferList: ArrayBuffer[];
}

export const HAND_OFFS: Readonly<Record<HandOffName, HandOff>> = {
  transfer: {
    // allocUnsafeSlow: not zeroed, and never a view on Node's slab, which other buffers live in and must not leave.
    allocate: (byteLength) => new Uint8Array(Buffer.allocUnsafeSlow(byteLength).buffer),
    post: (chunk, pool) => {
      const copy = pool.acquire(chunk.byteLength);
      copy.set(chunk);
      const buffer = copy.buffer as ArrayBuffer;
      return { buffer, transferList: [buffer] };
    },
  },
  shared: {
    allocate: (byteLength) => new Uint8Array(new SharedArrayBuffer(byteLength)),
    post: ({ buffer }) => ({ buffer, transferList: [] }),
  },
};

export const HAND_OFF_NAMES = Object.keys(HAND_OFFS) as HandOffName[];
