import { expect, test } from 'vitest';
import { ChunkGathering, type GatheredChunk } from './chunk-gathering.js';
import { Deadline } from './deadline.js';

const MEBIBYTE = 1024 * 1024;
const deadline = new Deadline(20_000);

/** Adds chunks in one turn. @returns The span counts of each group. */
async function gather(maxSpanCount: number, chunks: readonly (readonly [spanCount: number, byteLength: number])[]) {
  const groups: number[][] = [];
  const gathering = new ChunkGathering(maxSpanCount, (group: readonly GatheredChunk[]) => {
    groups.push(group.map(({ spanCount }) => spanCount));
    for (const { resolve, spanCount } of group) resolve({ status: 'success', exportedSpanCount: spanCount });
  });
  const outcomes = await Promise.all(
    chunks.map(([spanCount, byteLength]) => gathering.add({ chunk: new Uint8Array(byteLength), spanCount, deadline })),
  );
  expect(outcomes).toEqual(chunks.map(([exportedSpanCount]) => ({ status: 'success', exportedSpanCount })));
  return groups;
}

test('chunks of one turn go together, in their order', async () => {
  expect(
    await gather(512, [
      [1, 10],
      [2, 10],
      [3, 10],
    ]),
  ).toEqual([[1, 2, 3]]);
});

test('together they have no more spans than a batch may have', async () => {
  expect(
    await gather(512, [
      [512, 10],
      [300, 10],
      [212, 10],
      [1, 10],
    ]),
  ).toEqual([[512], [300, 212], [1]]);
});

test('a chunk with more spans than that goes alone', async () => {
  expect(
    await gather(5, [
      [9, 10],
      [1, 10],
    ]),
  ).toEqual([[9], [1]]);
});

test('together they have no more than 4 MiB', async () => {
  expect(
    await gather(512, [
      [1, 3 * MEBIBYTE],
      [2, MEBIBYTE],
      [3, 1],
      [4, 5 * MEBIBYTE],
      [5, 1],
    ]),
  ).toEqual([[1, 2], [3], [4], [5]]);
});
