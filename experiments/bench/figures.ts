import { median } from '#gate/statistics/sample-statistics';
import type { SectionName, TrialRecord } from './trial.js';

/** One figure of one arm, as a floor or a table asks for it. */
export interface Cell {
  readonly section: SectionName;
  readonly arm: string;
  readonly column: string;
  readonly figure: string;
  /** The arm whose figure is subtracted: a loop without an exporter. */
  readonly baseline?: string;
}

/** The cell's value in each round that has it, by round. */
export function readRounds(records: readonly TrialRecord[], cell: Cell): Map<number, number> {
  const values = readArm(records, cell, cell.arm);
  if (cell.baseline === undefined) return values;
  const baseline = readArm(records, cell, cell.baseline);
  return new Map(
    [...values].flatMap(([round, value]) => {
      const without = baseline.get(round);
      return without === undefined ? [] : [[round, value - without] as const];
    }),
  );
}

/** Over the rounds; undefined where no round has it. */
export function readMedian(records: readonly TrialRecord[], cell: Cell): number | undefined {
  return medianOfSome([...readRounds(records, cell).values()]);
}

/**
 * How many times larger one cell is than the other: the median of the rounds' own ratios, since what drifts on the
 * machine meets all arms of a round alike.
 */
export function readRatio(records: readonly TrialRecord[], numerator: Cell, denominator: Cell): number | undefined {
  const divisors = readRounds(records, denominator);
  const ratios = [...readRounds(records, numerator)].flatMap(([round, value]) => {
    const divisor = divisors.get(round);
    const ratio = divisor === undefined ? undefined : ratioOf(value, divisor);
    return ratio === undefined ? [] : [ratio];
  });
  return medianOfSome(ratios);
}

/** Of two costs over a baseline; undefined where the second is lost in the noise, which no floor may pass on. */
export function ratioOf(numerator: number, denominator: number): number | undefined {
  return denominator > 0 ? Math.max(0, numerator) / denominator : undefined;
}

function medianOfSome(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : median(values);
}

function readArm(records: readonly TrialRecord[], { section, column, figure }: Cell, arm: string): Map<number, number> {
  const own = records.filter((record) => record.section === section && record.column === column && record.arm === arm);
  return new Map(
    own.flatMap(({ round, figures }) => {
      const value = figures[figure];
      return value === undefined ? [] : [[round, value] as const];
    }),
  );
}
