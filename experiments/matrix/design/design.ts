import { createRandom } from '#gate/statistics/random';
import { Arrangement } from './arrangement.js';
import type { DesignAxis, DesignSettings } from './design-axis.js';

/** By the name of the axis, the name of its level. */
export type DesignRow = Readonly<Record<string, string>>;

/** Each row is exchanged with others so often for every axis. */
const EXCHANGES_A_ROW_AND_AXIS = 200;
/** Of simulated annealing, in units of the criterion: from taking nearly any exchange to taking improvements only. */
const START_TEMPERATURE = 2;
const END_TEMPERATURE = 0.02;

/**
 * A fraction of the full factorial in which every possible pair of levels of any two axes occurs (strength 2), and each
 * pair as nearly as can be as often as its levels' own frequencies say. Where that is met exactly, a difference of means
 * by level is the least-squares estimate of a main effect: the other axes balance out.
 *
 * The two axes with the most levels are crossed; the others are laid over them by exchanging levels between rows, which
 * keeps how often each occurs (simulated annealing). Rows are then put in an order in which the first n have as many
 * pairs as can be. The same arguments give the same design.
 *
 * @throws {RangeError} for an axis without levels.
 */
export function generateDesign(axes: readonly DesignAxis[], settings: DesignSettings): DesignRow[] {
  for (const { name, levels } of axes) {
    if (levels.length === 0) throw new RangeError(`axis '${name}': expected a level at least, got none`);
  }
  const random = createRandom(settings.seed);
  const arrangement = new Arrangement(axes, settings);
  arrangement.fill(random);
  anneal(arrangement, random);
  arrangement.mend();
  arrangement.coverRest();
  return orderByCoverage(arrangement.rows).map((row) =>
    Object.fromEntries(axes.map(({ name, levels }, axis) => [name, levels[row[axis] ?? 0]?.name ?? ''])),
  );
}

/** How many rows the full factorial has, impossible ones included. */
export function countFullFactorial(axes: readonly DesignAxis[]): number {
  return axes.reduce((product, { levels }) => product * levels.length, 1);
}

/** How far two axes are from being crossed evenly. */
export interface Dependence {
  readonly axes: readonly [string, string];
  /** 0 where each pair of levels is as frequent as its levels' own frequencies say, 1 where one tells the other. */
  readonly cramersV: number;
}

/** Of every two axes, the most dependent first. */
export function listDependences(axes: readonly DesignAxis[], rows: readonly DesignRow[]): Dependence[] {
  return axes
    .flatMap(({ name: one }, index) =>
      axes.slice(index + 1).map(
        ({ name: other }): Dependence => ({
          axes: [one, other],
          cramersV: computeCramersV(rows, one, other),
        }),
      ),
    )
    .sort((a, b) => b.cramersV - a.cramersV);
}

function computeCramersV(rows: readonly DesignRow[], one: string, other: string): number {
  const count = (choose: (row: DesignRow) => string) => {
    const counts = new Map<string, number>();
    for (const row of rows) counts.set(choose(row), (counts.get(choose(row)) ?? 0) + 1);
    return counts;
  };
  const [ones, others] = [count((row) => row[one] ?? ''), count((row) => row[other] ?? '')];
  const pairs = count((row) => `${row[one]}\n${row[other]}`);
  let chiSquare = 0;
  for (const [oneLevel, oneCount] of ones) {
    for (const [otherLevel, otherCount] of others) {
      const expected = (oneCount * otherCount) / rows.length;
      chiSquare += ((pairs.get(`${oneLevel}\n${otherLevel}`) ?? 0) - expected) ** 2 / expected;
    }
  }
  const smaller = Math.min(ones.size, others.size) - 1;
  return smaller === 0 ? 0 : Math.sqrt(chiSquare / rows.length / smaller);
}

function anneal(arrangement: Arrangement, random: () => number): void {
  const { rows, movableAxes } = arrangement;
  if (movableAxes.length === 0) return;
  const exchangeCount = EXCHANGES_A_ROW_AND_AXIS * rows.length * movableAxes.length;
  for (let exchange = 0; exchange < exchangeCount; exchange += 1) {
    const temperature = START_TEMPERATURE * (END_TEMPERATURE / START_TEMPERATURE) ** (exchange / exchangeCount);
    const axis = movableAxes[Math.floor(random() * movableAxes.length)] ?? 0;
    const [one, other] = [Math.floor(random() * rows.length), Math.floor(random() * rows.length)];
    const rise = arrangement.exchange(axis, one, other);
    if (rise > 0 && random() >= Math.exp(-rise / temperature)) arrangement.exchange(axis, one, other);
  }
}

/** Greedy: next comes the row with the most pairs that no row before has. */
function orderByCoverage(rows: readonly (readonly number[])[]): (readonly number[])[] {
  const rest = [...rows];
  const seen = new Set<string>();
  const listPairs = (row: readonly number[]) =>
    row.flatMap((level, axis) => row.slice(axis + 1).map((other, at) => `${axis} ${level} ${axis + 1 + at} ${other}`));
  return rows.map(() => {
    let [best, mostNew] = [0, -1];
    for (const [index, row] of rest.entries()) {
      const newCount = listPairs(row).filter((pair) => !seen.has(pair)).length;
      if (newCount > mostNew) [best, mostNew] = [index, newCount];
    }
    const [row = []] = rest.splice(best, 1);
    for (const pair of listPairs(row)) seen.add(pair);
    return row;
  });
}
