import { describe, expect, it } from 'vitest';
import { GarbageLog, summarizeCollections } from './garbage-log.js';

const MEGABYTE = 1_000_000;

function collection(gcType: string, micros: number, oldBytes: readonly [before: number, after: number]) {
  const state = (spaceUsedSize: number) => ({
    heapStatistics: { usedHeapSize: spaceUsedSize + MEGABYTE },
    heapSpaceStatistics: [
      { spaceName: 'new_space', spaceUsedSize: 7 },
      { spaceName: 'old_space', spaceUsedSize },
    ],
  });
  return { gcType, cost: micros, beforeGC: state(oldBytes[0]), afterGC: state(oldBytes[1]) };
}

describe('summarizeCollections', () => {
  it('tells minor from major ones, and adds up what minor ones moved to the old heap', () => {
    const figures = summarizeCollections([
      collection('Scavenge', 2_000, [MEGABYTE, 3 * MEGABYTE]),
      collection('Scavenge', 1_000, [3 * MEGABYTE, 3 * MEGABYTE]),
      collection('IncrementalMarking', 500, [3 * MEGABYTE, 3 * MEGABYTE]),
      collection('MarkSweepCompact', 4_000, [3 * MEGABYTE, MEGABYTE]),
    ]);
    expect(figures).toEqual({
      minorCount: 2,
      minorMillis: 3,
      majorCount: 1,
      majorMillis: 4.5,
      longestMillis: 4,
      promotedBytes: 2 * MEGABYTE,
      heapUsedP50Bytes: 4 * MEGABYTE,
      heapUsedMaxBytes: 4 * MEGABYTE,
    });
  });

  it('has no heap after a collection where there was none', () => {
    const { minorCount, longestMillis, heapUsedMaxBytes } = summarizeCollections([]);
    expect([minorCount, longestMillis, heapUsedMaxBytes]).toEqual([0, 0, Number.NaN]);
  });
});

describe('GarbageLog', () => {
  it('sees what lives long moved out of the young generation of this process', () => {
    const log = new GarbageLog();
    const kept = Array.from({ length: 1_000_000 }, (_, index) => ({ index, text: `text ${index}` }));
    const { minorCount, minorMillis, promotedBytes, heapUsedMaxBytes } = log.stop();
    expect(kept.length).toBe(1_000_000);
    expect(minorCount).toBeGreaterThan(0);
    expect(minorMillis).toBeGreaterThan(0);
    expect(promotedBytes).toBeGreaterThan(10 * MEGABYTE);
    expect(heapUsedMaxBytes).toBeGreaterThan(promotedBytes / 2);
  });
});
