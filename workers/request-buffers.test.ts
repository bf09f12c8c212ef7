import { expect, test } from 'vitest';
import { RequestBuffers } from './request-buffers.js';

const MEBIBYTE = 1024 * 1024;

test('a buffer that was released serves the next request it is large enough for', () => {
  const buffers = new RequestBuffers();
  const small = buffers.acquire(1);
  const large = buffers.acquire(2 * MEBIBYTE);
  expect(large.length).toBeGreaterThanOrEqual(2 * MEBIBYTE);
  buffers.release(small);
  buffers.release(large);
  // Compared here: a matcher that is given buffers reads all of them.
  expect(buffers.acquire(MEBIBYTE) === large).toBe(true);
  expect(buffers.acquire(MEBIBYTE) === small).toBe(false);
  expect(buffers.acquire(1) === small).toBe(true);
});

test('no buffer is handed out twice, and each owns its memory', () => {
  const buffers = new RequestBuffers();
  const all = [1, 1, 1].map((byteCount) => buffers.acquire(byteCount));
  expect(new Set(all.map(({ buffer }) => buffer)).size).toBe(3);
  for (const { buffer, length } of all) expect(buffer.byteLength).toBe(length);
});

test('what is kept is bounded: a buffer of 16 MiB is not kept, nor more than 32 MiB in all', () => {
  const buffers = new RequestBuffers();
  const huge = buffers.acquire(16 * MEBIBYTE);
  buffers.release(huge);
  expect(buffers.acquire(16 * MEBIBYTE) === huge).toBe(false);
  const many = Array.from({ length: 12 }, () => buffers.acquire(4 * MEBIBYTE));
  for (const buffer of many) buffers.release(buffer);
  const again = Array.from({ length: 12 }, () => buffers.acquire(4 * MEBIBYTE));
  expect(again.filter((buffer) => many.includes(buffer)).length).toBe(8);
});
