import type { ComparisonTable } from '../report/comparison.js';
import { formatCount } from '../report/format-figure.js';
import { type Cell, readMedian } from './figures.js';
import type { FloorVerdict } from './floors.js';
import type { SectionName, TrialRecord } from './trial.js';

interface Column {
  readonly head: string;
  /** Where it differs from the head. */
  readonly column: string;
  readonly figure: string;
}

interface TableShape {
  readonly title: string;
  readonly section: SectionName;
  readonly columns: (records: readonly TrialRecord[]) => readonly Column[];
  readonly baseline?: string;
  readonly format?: (value: number) => string;
}

const TABLES: readonly TableShape[] = [
  { title: 'Encode only, main thread, µs a span', section: 'encode', columns: columnsOf('microsPerSpan') },
  {
    title: 'The same by distinct spans, and for spans just made, µs a span',
    section: 'cache',
    columns: columnsOf('microsPerSpan'),
  },
  {
    title: 'All the way out, main-thread CPU over the control, µs a span',
    section: 'out',
    columns: columnsOf('mainThreadMicrosPerSpan'),
    baseline: 'control',
  },
  {
    title: 'What was subtracted there: waking up while the spans are elsewhere',
    section: 'out',
    columns: columnsOf('pausesMicrosPerSpan'),
  },
  {
    title: '1,000 spans/s: process CPU over the control, µs a span',
    section: 'load',
    columns: columnsOf('processMicrosPerSpan'),
    baseline: 'control',
  },
  {
    title: '1,000 spans/s: CPU of all other threads (worker, GC) over the control, µs a span',
    section: 'load',
    columns: columnsOf('otherThreadsMicrosPerSpan'),
    baseline: 'control',
  },
  {
    title: 'Memory taken anew to encode, bytes a span',
    section: 'allocations',
    columns: columnsOf('bytesPerSpan'),
    format: (value) => formatCount(Math.max(0, Math.round(value))),
  },
  {
    title: 'Start-up, ms',
    section: 'start',
    columns: () =>
      [
        ['import', 'importMillis'],
        ['create', 'createMillis'],
        ['first span', 'firstSpanMillis'],
        ['its delivery', 'firstDeliveryMillis'],
      ].map(([head = '', figure = '']) => ({ head, column: 'start', figure })),
  },
  {
    title: 'Longest block of the loop, spans up to 64 kB, ms',
    section: 'block',
    columns: () => [
      { head: 'longest', column: 'block', figure: 'longestBlockMillis' },
      { head: 'second longest', column: 'block', figure: 'secondLongestBlockMillis' },
    ],
  },
  {
    title: 'Spans/s that leave without a drop, S, by maxExportBatchSize',
    section: 'sustained',
    columns: columnsOf('spansPerSecond'),
    format: (value) => formatCount(Math.round(value)),
  },
  {
    title: 'Encode only, by number of attributes, µs a span',
    section: 'sweep',
    columns: columnsOf('microsPerSpan', (column) => column.endsWith('attributes'), ' attributes'),
  },
  {
    title: 'Encode only, by size of one text, µs a span',
    section: 'sweep',
    columns: columnsOf('microsPerSpan', (column) => column.endsWith('B')),
  },
  {
    title: 'By rate, S: main-thread CPU over the control, µs a span',
    section: 'sweep',
    columns: columnsOf('mainThreadMicrosPerSpan', (column) => column.endsWith('/s')),
    baseline: 'control',
  },
];

/** The tables for which something was measured. */
export function tabulate(records: readonly TrialRecord[]): ComparisonTable[] {
  return TABLES.flatMap(({ title, section, columns, baseline, format = formatMicros }) => {
    const own = records.filter((record) => record.section === section);
    const heads = columns(own);
    const arms = [...new Set(own.map(({ arm }) => arm))].filter((arm) => arm !== baseline);
    const rows = arms.flatMap((arm) => {
      const values = heads.map(({ column, figure }) => {
        const cell: Cell = { section, arm, column, figure };
        return readMedian(own, baseline === undefined ? cell : { ...cell, baseline });
      });
      if (values.every((value) => value === undefined)) return [];
      return [[arm, ...values.map((value) => (value === undefined ? '-' : format(value)))]];
    });
    return rows.length === 0 ? [] : [{ title, head: ['arm', ...heads.map(({ head }) => head)], rows }];
  });
}

/** The floors of which something was measured. */
export function tabulateVerdicts(verdicts: readonly FloorVerdict[]): ComparisonTable {
  return {
    title: 'Floors (a ratio is the median of the rounds; "shown" does not count)',
    head: ['floor', 'limit', 'measured', 'verdict'],
    rows: verdicts.flatMap((verdict) => {
      if (verdict.status === 'not measured') return [];
      const { name, relation, limit, use } = verdict.floor;
      return [
        [
          name,
          `${relation === 'at least' ? '≥' : '≤'} ${formatMicros(limit)}`,
          formatMicros(verdict.value),
          use === 'show' ? `${verdict.status}, shown` : verdict.status,
        ],
      ];
    }),
  };
}

/** The columns in the order in which they were planned. */
function columnsOf(figure: string, isOwn: (column: string) => boolean = () => true, cut = ''): TableShape['columns'] {
  return (records) =>
    [...new Set(records.filter((record) => figure in record.figures).map(({ column }) => column))]
      .filter(isOwn)
      .map((column) => ({ head: column.replace(cut, ''), column, figure }));
}

function formatMicros(value: number): string {
  if (Math.abs(value) < 9.995) return value.toFixed(2);
  return Math.abs(value) < 99.95 ? value.toFixed(1) : formatCount(Math.round(value));
}
