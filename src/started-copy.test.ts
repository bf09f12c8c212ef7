import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ChunkPool } from './chunk-pool.js';
import { StartedCopy } from './started-copy.js';

const KIBIBYTE = 1024;

function makePool(): ChunkPool {
  return new ChunkPool({
    allocate: (byteLength) => new Uint8Array(byteLength),
    minBufferBytes: KIBIBYTE,
    getMaxPooledBytes: () => 10_000 * KIBIBYTE,
  });
}

it('is the chunk, in whatever steps it was written', () => {
  const steps = fc.array(fc.integer({ min: 1, max: 200 * KIBIBYTE }), { maxLength: 10 });
  fc.assert(
    fc.property(steps, fc.integer({ min: 0, max: 5_000 }), fc.boolean(), (stepBytes, sealBytes, isCompleted) => {
      const chunk = new Uint8Array(2_500 * KIBIBYTE);
      const copy = new StartedCopy(makePool());
      let byteLength = 0;
      for (const [index, bytes] of stepBytes.entries()) {
        chunk.fill(index + 1, byteLength, byteLength + bytes);
        byteLength += bytes;
        copy.follow(chunk, byteLength);
      }
      chunk.fill(0xff, byteLength, byteLength + sealBytes);
      byteLength += sealBytes;
      if (isCompleted) copy.complete(chunk.subarray(0, byteLength));
      const finished = copy.finish(chunk.subarray(0, byteLength));
      if (finished === undefined) expect(stepBytes.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(64 * KIBIBYTE);
      else expect(Buffer.compare(finished.subarray(0, byteLength), chunk.subarray(0, byteLength))).toBe(0);
    }),
  );
});

it('is none of a chunk that moved to a bigger buffer, and gives its memory back', () => {
  const pool = makePool();
  const copy = new StartedCopy(pool);
  copy.follow(new Uint8Array(100 * KIBIBYTE), 80 * KIBIBYTE);
  expect(copy.finish(new Uint8Array(200 * KIBIBYTE))).toBeUndefined();
  expect(pool.pooledBytes).toBe(100 * KIBIBYTE);
});

it('starts anew with the bigger buffer when the chunk is still open', () => {
  const copy = new StartedCopy(makePool());
  copy.follow(new Uint8Array(100 * KIBIBYTE), 80 * KIBIBYTE);
  const bigger = new Uint8Array(200 * KIBIBYTE).fill(7);
  copy.follow(bigger, 150 * KIBIBYTE);
  expect(copy.finish(bigger)?.every((byte) => byte === 7)).toBe(true);
});

it('is complete before it is finished, where that is asked for', () => {
  const copy = new StartedCopy(makePool());
  const chunk = new Uint8Array(100 * KIBIBYTE).fill(7);
  copy.follow(chunk, 80 * KIBIBYTE);
  copy.complete(chunk);
  chunk.fill(0);
  expect(copy.finish(chunk)?.every((byte) => byte === 7)).toBe(true);
});

it('is not completed from another buffer', () => {
  const copy = new StartedCopy(makePool());
  copy.follow(new Uint8Array(100 * KIBIBYTE).fill(7), 80 * KIBIBYTE);
  copy.complete(new Uint8Array(200 * KIBIBYTE));
  expect(copy.finish(new Uint8Array(200 * KIBIBYTE))).toBeUndefined();
});

it('is used once: a chunk that is sent again is copied again', () => {
  const copy = new StartedCopy(makePool());
  const chunk = new Uint8Array(100 * KIBIBYTE);
  copy.follow(chunk, 80 * KIBIBYTE);
  expect(copy.finish(chunk)).toBeDefined();
  expect(copy.finish(chunk)).toBeUndefined();
});

it('is not started where no memory can be had', () => {
  const pool = new ChunkPool({
    allocate: () => {
      throw new RangeError('Array buffer allocation failed');
    },
    minBufferBytes: KIBIBYTE,
    getMaxPooledBytes: () => KIBIBYTE,
  });
  const copy = new StartedCopy(pool);
  const chunk = new Uint8Array(100 * KIBIBYTE);
  expect(() => copy.follow(chunk, 80 * KIBIBYTE)).not.toThrow();
  expect(copy.finish(chunk)).toBeUndefined();
});
