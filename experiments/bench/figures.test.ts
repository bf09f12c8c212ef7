import { expect, it } from 'vitest';
import { median } from '#gate/statistics/sample-statistics';
import { type Cell, ratioOf, readMedian, readRatio } from './figures.js';
import { recordOf } from './records.test-data.js';

const cellOf = (arm: string, baseline?: string): Cell => {
  const cell = { section: 'out', arm, column: 'S', figure: 'micros' } as const;
  return baseline === undefined ? cell : { ...cell, baseline };
};

it('takes the middle value, or the mean of the two in the middle', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([7])).toBe(7);
  expect(median([])).toBeNaN();
});

it('subtracts what the loop costs without an exporter, round by round', () => {
  const records = [
    recordOf('out', 'stock', 'S', { micros: 12 }, 0),
    recordOf('out', 'control', 'S', { micros: 2 }, 0),
    recordOf('out', 'stock', 'S', { micros: 30 }, 1),
    recordOf('out', 'control', 'S', { micros: 10 }, 1),
    recordOf('out', 'stock', 'S', { micros: 1_000 }, 2),
  ];
  expect(readMedian(records, cellOf('stock', 'control'))).toBe(15);
  expect(readMedian(records, cellOf('stock'))).toBe(30);
});

it('compares within a round, so that a machine that slows down changes no ratio', () => {
  const records = [1, 2, 10].flatMap((slowness, round) => [
    recordOf('out', 'stock', 'S', { micros: 50 * slowness }, round),
    recordOf('out', 'ours', 'S', { micros: 5 * slowness }, round),
  ]);
  expect(readRatio(records, cellOf('stock'), cellOf('ours'))).toBe(10);
});

it('reads only the section, column and figure that are asked for', () => {
  const records = [
    recordOf('out', 'stock', 'L', { micros: 1 }),
    recordOf('encode', 'stock', 'S', { micros: 2 }),
    recordOf('out', 'stock', 'S', { millis: 3 }),
  ];
  expect(readMedian(records, cellOf('stock'))).toBeUndefined();
  expect(readRatio(records, cellOf('stock'), cellOf('ours'))).toBeUndefined();
});

it('takes a cost at or below the baseline for none', () => {
  expect(ratioOf(4, 2)).toBe(2);
  expect(ratioOf(-1, 2)).toBe(0);
  // Lost in the noise: no floor may pass on it.
  expect(ratioOf(4, 0)).toBeUndefined();
  expect(ratioOf(4, -1)).toBeUndefined();
});
