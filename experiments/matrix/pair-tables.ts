import type { ComparisonTable } from '../report/comparison.js';
import { AXIS_TITLES, type AxisName } from './axes.js';
import type { DesignAxis } from './design/design-axis.js';
import { describeMean, findAxis } from './effect-tables.js';
import { averageMillis, type ComparedOutcome } from './effects.js';
import { SENDING_KINDS, SENDING_OF_ARMS, SENDING_TITLES, type SendingKind } from './sending.js';

/** A field of fewer cells has no interval, and so no figure. */
const FEWEST_FIELD_CELLS = 3;

interface PairColumn {
  readonly title: string;
  readonly isLike: (cell: ComparedOutcome) => boolean;
}

interface PairRow {
  readonly title: string;
  readonly cells: readonly ComparedOutcome[];
  readonly read: (cell: ComparedOutcome) => number;
}

/** The levels of capture that belong together: one arm met each of them once, which tells nothing. */
const CAPTURE_GROUPS: Readonly<Record<string, readonly string[]>> = {
  'no long text': ['none', 'metadata', '200 characters'],
  '2 and 20 kB': ['2 kB', '20 kB'],
  '200 kB': ['200 kB'],
};

/** The interaction of how spans leave with what they carry; arms of a kind, and captures that are alike, taken together. */
export function tabulateCaptures(cells: readonly ComparedOutcome[]): ComparisonTable {
  const columns = Object.entries(CAPTURE_GROUPS).map(([title, captures]) => ({
    title,
    isLike: ({ levels }: ComparedOutcome) => captures.includes(levels.capture),
  }));
  return tabulate('capture', columns, [describeOffloop(cells), ...listKinds(cells)]);
}

/** The interaction of how spans leave with another axis: by kinds of arms, and by arm where that is asked for. */
export function tabulatePair(
  axes: readonly DesignAxis[],
  axis: AxisName,
  cells: readonly ComparedOutcome[],
  { byArm }: { readonly byArm: boolean },
): ComparisonTable {
  const columns = findAxis(axes, axis).levels.map(({ name }) => ({
    title: name,
    isLike: ({ levels }: ComparedOutcome) => levels[axis] === name,
  }));
  const arms = findAxis(axes, 'exporter').levels.map(({ name }) => ({
    title: name,
    cells: cells.filter(({ levels }) => levels.exporter === name),
    read: readArm,
  }));
  return tabulate(axis, columns, [describeOffloop(cells), ...listKinds(cells), ...(byArm ? arms : [])]);
}

/** How to read a table of pairs. */
export const FIELDS_NOTE =
  'A field has the mean of its cells, the interval of 95 % and how many cells they are; of few cells the interval reaches ' +
  `from the lowest to the highest, and of fewer than ${FEWEST_FIELD_CELLS} there is no more than their number.`;

/** The same, and what can't be told. */
export function describePairLimits(cells: readonly ComparedOutcome[]): string {
  const counts = new Map<string, number>();
  for (const { levels } of cells) {
    const field = `${levels.exporter}, ${levels.capture}`;
    counts.set(field, (counts.get(field) ?? 0) + 1);
  }
  const most = Math.max(0, ...counts.values());
  return (
    `${FIELDS_NOTE} Each arm met each capture in ${most} ${most === 1 ? 'cell' : 'cells'} at the most: what one arm does ` +
    "at one capture can't be told from this run."
  );
}

const readArm = ({ arm }: ComparedOutcome): number => arm.p99Millis;

function describeOffloop(cells: readonly ComparedOutcome[]): PairRow {
  return { title: 'offloop, beside all of them', cells, read: ({ offloop }) => offloop.p99Millis };
}

function listKinds(cells: readonly ComparedOutcome[]): PairRow[] {
  return SENDING_KINDS.map((kind) => ({
    title: kind === 'bytes' ? `${SENDING_TITLES[kind]}: other arms of this package` : SENDING_TITLES[kind],
    cells: cells.filter(({ levels }) => readKind(levels.exporter) === kind),
    read: readArm,
  }));
}

/** Undefined for an arm that the lab has no longer. */
function readKind(armName: string): SendingKind | null | undefined {
  return (SENDING_OF_ARMS as Readonly<Record<string, SendingKind | null | undefined>>)[armName];
}

/** Without the rows none of whose fields has a figure. */
function tabulate(axis: AxisName, columns: readonly PairColumn[], rows: readonly PairRow[]): ComparisonTable {
  return {
    title: `How spans leave by ${AXIS_TITLES[axis]}: added to the p99 of the wait for the loop, ms (cells)`,
    head: ['arms, by what the main thread does', ...columns.map((column) => column.title)],
    rows: rows.flatMap((row) => {
      const fields = columns.map(({ isLike }) => row.cells.filter(isLike));
      const isTold = fields.some((cells) => cells.length >= FEWEST_FIELD_CELLS);
      return isTold ? [[row.title, ...fields.map((cells) => describeField(cells.map(row.read)))]] : [];
    }),
  };
}

function describeField(addedMillis: readonly number[]): string {
  if (addedMillis.length === 0) return '-';
  const count = `(${addedMillis.length})`;
  return addedMillis.length < FEWEST_FIELD_CELLS ? count : `${describeMean(averageMillis(addedMillis))} ${count}`;
}
