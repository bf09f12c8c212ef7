import { describe, expect, it } from 'vitest';
import { ChunkPool } from './chunk-pool.js';
import { HAND_OFFS } from './hand-off.js';

function makePool(minBufferBytes: number, maxPooledBytes: number): ChunkPool {
  return new ChunkPool({
    allocate: HAND_OFFS.transfer.allocate,
    minBufferBytes,
    getMaxPooledBytes: () => maxPooledBytes,
  });
}

describe('ChunkPool', () => {
  it('gives buffers that own all of their memory, so that they can be transferred', () => {
    const buffer = makePool(1024, 4096).acquire(10);
    expect(buffer.byteLength).toBe(1024);
    expect(buffer.byteOffset).toBe(0);
    expect(buffer.buffer.byteLength).toBe(1024);
  });

  it('gives a released buffer out again', () => {
    const pool = makePool(1024, 4096);
    const buffer = pool.acquire(10);
    pool.release(buffer);
    expect(pool.acquire(1000)).toBe(buffer);
    expect(pool.acquire(1000)).not.toBe(buffer);
  });

  it('gives the smallest buffer that is large enough', () => {
    const pool = makePool(1, 1000);
    const buffers = [300, 100, 200].map((bytes) => pool.acquire(bytes));
    for (const buffer of buffers) pool.release(buffer);
    expect(pool.acquire(150).byteLength).toBe(200);
    expect(pool.acquire(150).byteLength).toBe(300);
    expect(pool.acquire(301).byteLength).toBe(301);
    expect(pool.pooledBytes).toBe(100);
  });

  it('keeps no more bytes than its bound', () => {
    const pool = makePool(400, 1000);
    const buffers = [1, 2, 3].map(() => pool.acquire(400));
    for (const buffer of buffers) pool.release(buffer);
    expect(pool.pooledBytes).toBe(800);
  });

  it('trims what lay unused since the last time', () => {
    const pool = makePool(100, 10_000);
    const buffers = [100, 5000, 200].map((bytes) => pool.acquire(bytes));
    for (const buffer of buffers) pool.release(buffer);
    pool.trim();
    // All were in use since the pool was made.
    expect(pool.pooledBytes).toBe(5300);
    pool.release(pool.acquire(100));
    pool.trim();
    expect(pool.pooledBytes).toBe(100);
    pool.trim();
    expect(pool.pooledBytes).toBe(0);
  });

  it('trims nothing that a burst needs again, however often it is asked', () => {
    const pool = makePool(100, 10_000);
    for (let burst = 0; burst < 3; burst += 1) {
      const buffers = [1, 2, 3].map(() => pool.acquire(100));
      for (const buffer of buffers) pool.release(buffer);
      pool.trim();
      expect(pool.pooledBytes).toBe(300);
    }
  });

  it('keeps no detached buffer', () => {
    const pool = makePool(16, 1000);
    const buffer = pool.acquire(16);
    structuredClone(buffer, { transfer: [buffer.buffer as ArrayBuffer] });
    pool.release(buffer);
    expect(pool.pooledBytes).toBe(0);
  });
});
