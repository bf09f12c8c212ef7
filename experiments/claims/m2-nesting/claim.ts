import type { Claim, ClaimRow, ClaimTable, FigureOf } from '../claim.js';
import { SHOWN_CHILD_COUNT, TRACED_CASES, type TracedCase, UNTRACED } from './cases.js';
import { addedPerChild, judgeNesting } from './verdict.js';

const rowsOf = (value: (caseName: string) => (figure: FigureOf) => number, document: string | null): ClaimRow[] =>
  TRACED_CASES.map(({ name }) => ({ label: name, document, unit: 'ms', value: value(name) }));

/** What shows is the spans' own business; who takes them adds what falls into the parent's time. */
const gapTable = (title: string, figureName: string): ClaimTable => ({
  title,
  rows: rowsOf((caseName) => (figure) => figure(caseName, figureName), '20 ms'),
});

const addedTable = (
  title: string,
  document: string | null,
  more: string,
  fewer: string,
  count: number,
): ClaimTable => ({
  title,
  rows: rowsOf((caseName) => addedPerChild(caseName, { more, fewer, count }), document),
});

export const m2Nesting: Claim = {
  name: 'm2-nesting',
  title: 'what a nested span adds, and what its parent shows',
  sentence:
    'Each traced child adds 2 to 10 ms, and a traced parent shows 20 ms more than the sum of its children, traced or not.',
  cases: [UNTRACED, ...TRACED_CASES.map(({ name }: TracedCase) => name)],
  measureUrl: new URL('./measure.js', import.meta.url),
  sizes: {
    quick: { blockCount: 6, expectedTrialMillis: 900, settings: { spanCount: 800, parentCount: 100 } },
    standard: { blockCount: 8, expectedTrialMillis: 2_000, settings: { spanCount: 3_000, parentCount: 180 } },
    reference: { blockCount: 10, expectedTrialMillis: 2_000, settings: { spanCount: 3_000, parentCount: 180 } },
  },
  tables: [
    addedTable('A further child beside others, of 100: on the loop', '2 to 10 ms', 'width100', 'width1', 99),
    addedTable('A further child beside others, of 10: on the loop', '2 to 10 ms', 'width10', 'width1', 9),
    addedTable('A further child below others, of 20: on the loop', '2 to 10 ms', 'depth20', 'width1', 19),
    addedTable('A further child below others, of 5: on the loop', '2 to 10 ms', 'depth5', 'width1', 4),
    gapTable(`A parent beyond its ${SHOWN_CHILD_COUNT} children, all traced, p50`, 'tracedGapP50Millis'),
    gapTable(`A parent beyond its ${SHOWN_CHILD_COUNT} children, all traced, p99`, 'tracedGapP99Millis'),
    gapTable(`A parent beyond its ${SHOWN_CHILD_COUNT} untraced children, p50`, 'untracedGapP50Millis'),
    gapTable(`A parent beyond its ${SHOWN_CHILD_COUNT} untraced children, p99`, 'untracedGapP99Millis'),
  ],
  verdict: judgeNesting,
};
