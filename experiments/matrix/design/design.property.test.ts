import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countFullFactorial, type DesignRow, generateDesign, listDependences } from './design.js';
import type { DesignAxis, ImpossiblePair } from './design-axis.js';

function axis(name: string, weights: readonly number[]): DesignAxis {
  return { name, levels: weights.map((weight, index) => ({ name: `${name}${index}`, weight })) };
}

const AXES = fc
  .array(fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 6 })
  .map((weights) => weights.map((own, index) => axis(String.fromCharCode(97 + index), own)));

/** Up to three, of the first two axes; every level of one goes with the first of the other at least. */
const impossibleAmong = (axes: readonly DesignAxis[]): fc.Arbitrary<readonly ImpossiblePair[]> => {
  const [one, other] = axes;
  if (one === undefined || other === undefined) return fc.constant([]);
  const pairs = one.levels
    .slice(1)
    .flatMap((level) =>
      other.levels.slice(1).map((otherLevel) => [one.name, level.name, other.name, otherLevel.name] as const),
    );
  return fc.subarray(pairs, { maxLength: Math.min(3, pairs.length) });
};

const PLANS = AXES.chain((axes) =>
  fc.record({
    axes: fc.constant(axes),
    impossiblePairs: impossibleAmong(axes),
    rowCount: fc.integer({ min: 1, max: 40 }),
    seed: fc.integer({ min: 0, max: 1_000 }),
  }),
);

const writePair = (pair: ImpossiblePair) => pair.join(' ');

function listPairs(axes: readonly DesignAxis[], rows: readonly DesignRow[]): string[] {
  return axes.flatMap(({ name: one }, index) =>
    axes
      .slice(index + 1)
      .flatMap(({ name: other }) => rows.map((row) => writePair([one, row[one] ?? '', other, row[other] ?? '']))),
  );
}

function listAllPairs(axes: readonly DesignAxis[]): string[] {
  return axes.flatMap((one, index) =>
    axes
      .slice(index + 1)
      .flatMap((other) =>
        one.levels.flatMap((level) =>
          other.levels.map((otherLevel) => writePair([one.name, level.name, other.name, otherLevel.name])),
        ),
      ),
  );
}

/** The least that any design with every pair has. */
function countCrossed(axes: readonly DesignAxis[]): number {
  const [most = 1, next = 1] = axes.map(({ levels }) => levels.length).sort((a, b) => b - a);
  return most * next;
}

describe('a fractional design', () => {
  it('has every pair of levels of any two axes that is possible, and no other', () => {
    fc.assert(
      fc.property(PLANS, ({ axes, ...settings }) => {
        const found = new Set(listPairs(axes, generateDesign(axes, settings)));
        const impossible = new Set(settings.impossiblePairs.map(writePair));
        const expected = listAllPairs(axes).filter((pair) => !impossible.has(pair));
        expect([...found].sort()).toEqual([...new Set(expected)].sort());
      }),
      { numRuns: 40, endOnFailure: true },
    );
  });

  it('is as large as asked for, or as two axes take, and at most twice as large', () => {
    fc.assert(
      fc.property(PLANS, ({ axes, ...settings }) => {
        const least = Math.max(settings.rowCount, countCrossed(axes));
        const { length } = generateDesign(axes, settings);
        expect(length).toBeGreaterThanOrEqual(least);
        expect(length).toBeLessThanOrEqual(least * 2);
      }),
      { numRuns: 40, endOnFailure: true },
    );
  });

  it('is the same for the same seed, and another for another', () => {
    const axes = [axis('a', [1, 1, 1, 1]), axis('b', [1, 1, 1]), axis('c', [1, 1]), axis('d', [1, 1, 1])];
    const design = (seed: number) => generateDesign(axes, { rowCount: 24, seed });
    expect(design(7)).toEqual(design(7));
    expect(design(7)).not.toEqual(design(8));
  });

  it('finds an orthogonal array where there is one, so that the other axes balance out exactly', () => {
    const axes = ['a', 'b', 'c', 'd'].map((name) => axis(name, [1, 1, 1]));
    const rows = generateDesign(axes, { rowCount: 9, seed: 1 });
    expect(rows).toHaveLength(9);
    expect(listDependences(axes, rows).every(({ cramersV }) => cramersV === 0)).toBe(true);
  });

  it('has a level that weighs twice as much twice as often', () => {
    const axes = [axis('a', [1, 1, 1, 1]), axis('b', [1, 1, 1]), axis('c', [2, 1, 1])];
    const rows = generateDesign(axes, { rowCount: 24, seed: 1 });
    const count = (level: string) => rows.filter(({ c }) => c === level).length;
    expect([count('c0'), count('c1'), count('c2')]).toEqual([12, 6, 6]);
  });

  it('has the rows with the most new pairs first, so that a part of it has as many as can be', () => {
    fc.assert(
      fc.property(PLANS, ({ axes, ...settings }) => {
        const seen = new Set<string>();
        const newCounts = generateDesign(axes, settings).map((row) => {
          const pairs = listPairs(axes, [row]).filter((pair) => !seen.has(pair));
          for (const pair of pairs) seen.add(pair);
          return pairs.length;
        });
        expect(newCounts).toEqual([...newCounts].sort((a, b) => b - a));
      }),
      { numRuns: 40, endOnFailure: true },
    );
  });

  it('is refused for an axis without levels', () => {
    expect(() => generateDesign([axis('a', [])], { rowCount: 1, seed: 1 })).toThrow(
      "axis 'a': expected a level at least",
    );
  });
});

describe('the dependence of two axes', () => {
  const axes = [axis('a', [1, 1]), axis('b', [1, 1]), axis('c', [1, 1])];
  const row = (a: number, b: number, c: number) => ({ a: `a${a}`, b: `b${b}`, c: `c${c}` });

  it('is 0 where they are crossed, and 1 where one tells the other, which comes first', () => {
    const rows = [row(0, 0, 0), row(0, 1, 1), row(1, 0, 0), row(1, 1, 1)];
    expect(listDependences(axes, rows)).toEqual([
      { axes: ['b', 'c'], cramersV: 1 },
      { axes: ['a', 'b'], cramersV: 0 },
      { axes: ['a', 'c'], cramersV: 0 },
    ]);
  });
});

it('the full factorial has every level of each axis with every level of the others', () => {
  expect(countFullFactorial([axis('a', [1, 1, 1]), axis('b', [1, 1]), axis('c', [1])])).toBe(6);
});
