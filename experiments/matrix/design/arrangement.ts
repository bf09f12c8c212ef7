import type { DesignAxis, DesignSettings } from './design-axis.js';

/** A pair that must not occur weighs more than all that could be won by it, and one that is missing nearly so. */
const IMPOSSIBLE_COST = 1_000;
const MISSING_COST = 100;

/** Rows of a design under way, as indices of levels, with how often each pair of levels occurs. */
export class Arrangement {
  readonly rows: number[][] = [];
  /** Whose levels may be exchanged between rows: all but the two that are crossed. */
  readonly movableAxes: readonly number[];
  readonly #axes: readonly DesignAxis[];
  readonly #rowCount: number;
  readonly #crossed: readonly number[];
  /** By axis, axis, level, level. */
  readonly #pairCounts: readonly (readonly number[][][])[];
  readonly #impossible: ReadonlySet<string>;
  readonly #levelCounts: readonly (readonly number[])[];

  constructor(axes: readonly DesignAxis[], { rowCount, impossiblePairs = [] }: DesignSettings) {
    this.#axes = axes;
    const indices = axes.map((_, axis) => axis);
    this.#crossed = [...indices].sort((a, b) => this.#sizeOf(b) - this.#sizeOf(a)).slice(0, 2);
    const crossedCount = this.#crossed.reduce((product, axis) => product * this.#sizeOf(axis), 1);
    this.#rowCount = Math.max(rowCount, crossedCount);
    this.movableAxes = indices.filter((axis) => !this.#crossed.includes(axis));
    this.#pairCounts = indices.map((one) =>
      indices.map((other) =>
        Array.from({ length: this.#sizeOf(one) }, () => Array<number>(this.#sizeOf(other)).fill(0)),
      ),
    );
    const find = (axisName: string, levelName: string) => {
      const axis = axes.findIndex(({ name }) => name === axisName);
      return [axis, axes[axis]?.levels.findIndex(({ name }) => name === levelName) ?? -1] as const;
    };
    this.#impossible = new Set(
      impossiblePairs.flatMap(([axis, level, otherAxis, otherLevel]) => {
        const [one, other] = [find(axis, level), find(otherAxis, otherLevel)];
        return [`${one} ${other}`, `${other} ${one}`];
      }),
    );
    this.#levelCounts = axes.map((axis) => apportion(axis, this.#rowCount));
  }

  /** Crosses the two largest axes, and lays the levels of the others over them at random, each as often as it weighs. */
  fill(random: () => number): void {
    const columns = this.#axes.map((_, axis) => {
      if (!this.movableAxes.includes(axis)) return this.#cross(axis);
      const column = (this.#levelCounts[axis] ?? []).flatMap((count, level) => Array<number>(count).fill(level));
      return column
        .map((level) => ({ level, place: random() }))
        .sort((a, b) => a.place - b.place)
        .map(({ level }) => level);
    });
    for (let row = 0; row < this.#rowCount; row += 1) this.#add(columns.map((column) => column[row] ?? 0));
  }

  /** Gives two rows each other's level of an axis. @returns by how much the criterion rises; below 0 it got better. */
  exchange(axis: number, one: number, other: number): number {
    const [oneRow, otherRow] = [this.#row(one), this.#row(other)];
    const [oneLevel = 0, otherLevel = 0] = [oneRow[axis], otherRow[axis]];
    if (oneLevel === otherLevel) return 0;
    return this.#setLevel(oneRow, axis, otherLevel) + this.#setLevel(otherRow, axis, oneLevel);
  }

  /** Takes what is impossible out of rows that exchanges have left it in. */
  mend(): void {
    for (const row of this.rows) {
      for (const axis of [...this.movableAxes, ...this.#crossed]) {
        const isMended = () => row.every((level, other) => !this.#isImpossible(axis, row[axis] ?? 0, other, level));
        for (let level = 0; level < this.#sizeOf(axis) && !isMended(); level += 1) this.#setLevel(row, axis, level);
      }
    }
  }

  /** Adds rows until every pair that is possible occurs; each takes as many missing pairs as it can. */
  coverRest(): void {
    for (let missing = this.#findMissing(); missing !== undefined; missing = this.#findMissing()) {
      const row = Array<number | undefined>(this.#axes.length).fill(undefined);
      for (const [axis, level] of missing) row[axis] = level;
      for (const axis of row.keys()) row[axis] ??= this.#chooseLevel(row, axis);
      this.#add(row.map((level) => level ?? 0));
    }
  }

  #row(index: number): number[] {
    const row = this.rows[index];
    if (row === undefined) throw new RangeError(`expected a row from 0 to ${this.rows.length - 1}, got ${index}`);
    return row;
  }

  #sizeOf(axis: number): number {
    return this.#axes[axis]?.levels.length ?? 0;
  }

  #cross(axis: number): number[] {
    const isFirst = axis === this.#crossed[0];
    const firstSize = this.#sizeOf(this.#crossed[0] ?? 0);
    return Array.from({ length: this.#rowCount }, (_, row) =>
      isFirst ? row % firstSize : Math.floor(row / firstSize) % this.#sizeOf(axis),
    );
  }

  #add(row: number[]): void {
    this.rows.push(row);
    for (const [one, level] of row.entries()) {
      for (const [other, otherLevel] of row.entries())
        if (one !== other) this.#change(one, level, other, otherLevel, 1);
    }
  }

  #setLevel(row: number[], axis: number, level: number): number {
    const before = row[axis] ?? 0;
    let rise = 0;
    for (const [other, otherLevel] of row.entries()) {
      if (other === axis) continue;
      rise += this.#change(axis, before, other, otherLevel, -1) + this.#change(axis, level, other, otherLevel, 1);
      this.#change(other, otherLevel, axis, before, -1);
      this.#change(other, otherLevel, axis, level, 1);
    }
    row[axis] = level;
    return rise;
  }

  /** @returns by how much the criterion rises. */
  #change(one: number, level: number, other: number, otherLevel: number, by: 1 | -1): number {
    const counts = this.#pairCounts[one]?.[other]?.[level];
    if (counts === undefined) throw new RangeError(`unreachable: level ${level} of axis ${one} is not there`);
    const before = counts[otherLevel] ?? 0;
    counts[otherLevel] = before + by;
    if (this.#isImpossible(one, level, other, otherLevel)) return by * IMPOSSIBLE_COST;
    const expected = (this.#countOf(one, level) * this.#countOf(other, otherLevel)) / this.#rowCount;
    const cost = (count: number) => (count - expected) ** 2 + (count === 0 ? MISSING_COST : 0);
    return cost(before + by) - cost(before);
  }

  #countOf(axis: number, level: number): number {
    return this.#levelCounts[axis]?.[level] ?? 0;
  }

  #isImpossible(one: number, level: number, other: number, otherLevel: number): boolean {
    return this.#impossible.has(`${one},${level} ${other},${otherLevel}`);
  }

  /** Two axes and the levels of them that no row has together. */
  #findMissing(): readonly (readonly [axis: number, level: number])[] | undefined {
    for (const [one, byOther] of this.#pairCounts.entries()) {
      for (const [other, byLevel] of byOther.entries()) {
        if (other <= one) continue;
        for (const [level, counts] of byLevel.entries()) {
          const otherLevel = counts.findIndex((n, at) => n === 0 && !this.#isImpossible(one, level, other, at));
          if (otherLevel !== -1)
            return [
              [one, level],
              [other, otherLevel],
            ];
        }
      }
    }
    return undefined;
  }

  /** The level with the most missing pairs beside those the row has; of equals, the rarest one. */
  #chooseLevel(row: readonly (number | undefined)[], axis: number): number {
    let [best, highest] = [0, Number.NEGATIVE_INFINITY];
    for (let level = 0; level < this.#sizeOf(axis); level += 1) {
      let score = 0;
      for (const [other, otherLevel] of row.entries()) {
        if (otherLevel === undefined || other === axis) continue;
        if (this.#isImpossible(axis, level, other, otherLevel)) score -= IMPOSSIBLE_COST;
        const count = this.#pairCounts[axis]?.[other]?.[level]?.[otherLevel] ?? 0;
        score += count === 0 ? 1 : -count / IMPOSSIBLE_COST;
      }
      if (score > highest) [best, highest] = [level, score];
    }
    return best;
  }
}

/** How many of so many rows each level gets by its weight, and one at least where there are enough: largest remainders first. */
function apportion({ levels }: DesignAxis, rowCount: number): number[] {
  const weight = levels.reduce((sum, level) => sum + level.weight, 0);
  const shares = levels.map((level) => (level.weight / weight) * rowCount);
  const counts = shares.map((share) => Math.max(Math.floor(share), rowCount >= levels.length ? 1 : 0));
  const byRemainder = shares
    .map((share, index) => ({ index, remainder: share - (counts[index] ?? 0) }))
    .sort((a, b) => b.remainder - a.remainder);
  let rest = rowCount - counts.reduce((sum, count) => sum + count, 0);
  for (let at = 0; rest > 0; at = (at + 1) % byRemainder.length, rest -= 1) {
    const { index = 0 } = byRemainder[at] ?? {};
    counts[index] = (counts[index] ?? 0) + 1;
  }
  // Where rare levels were lifted to one row, the most frequent pays.
  for (; rest < 0; rest += 1) {
    const largest = counts.indexOf(Math.max(...counts));
    counts[largest] = (counts[largest] ?? 0) - 1;
  }
  return counts;
}
