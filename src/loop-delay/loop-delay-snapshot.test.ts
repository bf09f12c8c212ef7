import { deserialize, serialize } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { ArrivalWeightedDelay } from './arrival-weighted.js';
import { DelayDistribution } from './delay-distribution.js';
import { LoopDelaySnapshot, type LoopDelayWindow, mergeLoopDelaySnapshots } from './loop-delay-snapshot.js';
import { parseLoopDelaySnapshot } from './parse-loop-delay-snapshot.js';

const WINDOW: LoopDelayWindow = {
  startedAtUnixMillis: 1_000,
  durationMillis: 10_000,
  resolutionMillis: 2,
  rawResolutionMillis: 10,
  utilization: 0.5,
  mainThreadCpuMillis: 4_000,
  runnableMillis: 100,
  thresholdsMillis: [10, 50],
  longestBlocks: [{ startedAtUnixMillis: 1_500, durationMillis: 60 }],
  longestBlockCount: 3,
};

function makeSnapshot(window: Partial<LoopDelayWindow> = {}, perIteration: DelayDistribution | null = null) {
  const arrivalWeighted = new ArrivalWeightedDelay(
    [
      [20, 10],
      [60, 1],
    ],
    10_000,
  );
  return new LoopDelaySnapshot(
    { ...WINDOW, ...window },
    { raw: new DelayDistribution([[10.2, 900]]), perIteration, arrivalWeighted },
  );
}

describe('LoopDelaySnapshot', () => {
  it('is the same snapshot after JSON', () => {
    for (const perIteration of [null, new DelayDistribution([[0.5, 3]])]) {
      const snapshot = makeSnapshot({}, perIteration);
      expect(parseLoopDelaySnapshot(JSON.parse(JSON.stringify(snapshot)))).toEqual(snapshot);
    }
  });

  it('keeps its data under structured clone, for processes that talk with advanced serialization', () => {
    const json = makeSnapshot().toJSON();
    expect(parseLoopDelaySnapshot(deserialize(serialize(json)))).toEqual(makeSnapshot());
  });

  it('says how many blocks and how much time were over each threshold', () => {
    expect(makeSnapshot().overThresholds).toEqual([
      { thresholdMillis: 10, blockCount: 11, waitingMillis: 10 * 10 + 50 },
      { thresholdMillis: 50, blockCount: 1, waitingMillis: 10 },
    ]);
  });
});

describe('parseLoopDelaySnapshot', () => {
  it.each<[string, unknown]>([
    ['version', 2],
    ['durationMillis', null],
    ['utilization', '1'],
    ['runnableMillis', undefined],
    ['raw', []],
    ['perIteration', {}],
    ['longestBlocks', {}],
    ['longestBlockCount', '3'],
    ['thresholdsMillis', ['x']],
    ['arrivalWeighted', { blocks: [] }],
  ])('names %s when it is %j', (name, value) => {
    const broken: unknown = { ...makeSnapshot().toJSON(), [name]: value };
    expect(() => parseLoopDelaySnapshot(broken)).toThrow(new RegExp(`^snapshot\\.${name}[^:]*: expected .+, got .+`));
  });

  it('reads what was recorded without the number of blocks that are kept', () => {
    const { longestBlockCount: _, ...recorded } = makeSnapshot().toJSON();
    expect(parseLoopDelaySnapshot(recorded).longestBlockCount).toBe(1);
  });

  it('refuses what is no object', () => {
    expect(() => parseLoopDelaySnapshot(null)).toThrow('snapshot: expected an object, got null');
  });
});

describe('mergeLoopDelaySnapshots', () => {
  it('adds up windows and weighs utilization by their length', () => {
    const merged = mergeLoopDelaySnapshots([
      makeSnapshot(),
      makeSnapshot({ durationMillis: 30_000, utilization: 0.1, thresholdsMillis: [100], startedAtUnixMillis: 500 }),
    ]);
    expect(merged.durationMillis).toBe(40_000);
    expect(merged.utilization).toBeCloseTo(0.2, 12);
    expect(merged.startedAtUnixMillis).toBe(500);
    expect(merged.mainThreadCpuMillis).toBe(8_000);
    expect(merged.thresholdsMillis).toEqual([10, 50, 100]);
    expect(merged.raw.sampleCount).toBe(1_800);
    expect(merged.arrivalWeighted.observedMillis).toBe(20_000);
    expect(merged.arrivalWeighted.countAbove(10)).toBe(22);
  });

  it('keeps as many of the longest blocks as one window does, not as many as one window had', () => {
    const makeBlock = (durationMillis: number) => ({ startedAtUnixMillis: 1_500, durationMillis });
    const windows = [50, 90, 60, 70].map((millis) => makeSnapshot({ longestBlocks: [makeBlock(millis)] }));
    const merged = mergeLoopDelaySnapshots(windows);
    expect(merged.longestBlocks).toEqual([makeBlock(90), makeBlock(70), makeBlock(60)]);
    const next = mergeLoopDelaySnapshots([merged, makeSnapshot({ longestBlocks: [makeBlock(80)] })]);
    expect(next.longestBlocks).toEqual([makeBlock(90), makeBlock(80), makeBlock(70)]);
  });

  it('leaves unknown what one of them does not know', () => {
    const known = makeSnapshot({}, new DelayDistribution([[1, 1]]));
    const merged = mergeLoopDelaySnapshots([known, makeSnapshot({ mainThreadCpuMillis: null })]);
    expect(merged.mainThreadCpuMillis).toBeNull();
    expect(merged.perIteration).toBeNull();
  });

  it('refuses to merge nothing, or different resolutions', () => {
    expect(() => mergeLoopDelaySnapshots([])).toThrow('snapshots: expected at least one snapshot, got none');
    expect(() => mergeLoopDelaySnapshots([makeSnapshot(), makeSnapshot({ rawResolutionMillis: 5 })])).toThrow(
      'snapshots: expected one rawResolutionMillis, got 10 and 5',
    );
  });
});
