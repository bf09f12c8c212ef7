import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ExportOutcome, FailureReason } from '../src/protocol.js';
import { OutcomeSum } from './outcome-sum.js';

const spanCount = fc.integer({ min: 1, max: 1000 });
const failure = fc.record({
  reason: fc.constantFrom<FailureReason>('rejected', 'export_timeout', 'export_failed', 'span_too_large_for_receiver'),
  message: fc.string(),
});
const part: fc.Arbitrary<ExportOutcome> = fc.oneof(
  fc.record({ status: fc.constant('success' as const), exportedSpanCount: spanCount }),
  fc.record({ status: fc.constant('failure' as const), failedSpanCount: spanCount, failure }),
  fc.record({
    status: fc.constant('partial' as const),
    exportedSpanCount: spanCount,
    failedSpanCount: spanCount,
    failure,
  }),
);

function add(parts: readonly ExportOutcome[]): ExportOutcome {
  const sum = new OutcomeSum();
  for (const outcome of parts) sum.add(outcome);
  return sum.toOutcome();
}

/** Where every span of an outcome is, by reason. */
function count(outcome: ExportOutcome): Map<string, number> {
  const counts = new Map<string, number>();
  const book = (key: string, spans: number) => counts.set(key, (counts.get(key) ?? 0) + spans);
  if (outcome.status !== 'failure') book('exported', outcome.exportedSpanCount);
  if (outcome.status === 'success') return counts;
  let rest = outcome.failedSpanCount;
  for (const other of outcome.otherFailures ?? []) {
    book(other.failure.reason, other.spanCount);
    rest -= other.spanCount;
  }
  book(outcome.failure.reason, rest);
  return counts;
}

test('no span is lost or counted twice, in whatever order and grouping the parts come', () => {
  fc.assert(
    fc.property(fc.array(fc.array(part, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 6 }), (groups) => {
      const expected = new Map<string, number>();
      for (const outcome of groups.flat()) {
        for (const [key, spans] of count(outcome)) expected.set(key, (expected.get(key) ?? 0) + spans);
      }
      const byKey = (a: [string, number], b: [string, number]) => a[0].localeCompare(b[0]);
      // Sums of sums, so that outcomes with several failures are added too.
      expect([...count(add(groups.map(add)))].sort(byKey)).toEqual([...expected].sort(byKey));
    }),
  );
});

test('one part stays as it is, and the reason of most spans comes first', () => {
  const rejected: ExportOutcome = {
    status: 'partial',
    exportedSpanCount: 3,
    failedSpanCount: 2,
    failure: { reason: 'rejected', message: 'too old' },
  };
  expect(add([rejected])).toEqual(rejected);
  const timedOut: ExportOutcome = {
    status: 'failure',
    failedSpanCount: 5,
    failure: { reason: 'export_timeout', message: 'too late' },
  };
  expect(add([rejected, timedOut])).toEqual({
    status: 'partial',
    exportedSpanCount: 3,
    failedSpanCount: 7,
    failure: timedOut.failure,
    otherFailures: [{ spanCount: 2, failure: rejected.failure }],
  });
});

test('nothing at all is a success of no spans', () => {
  expect(add([])).toEqual({ status: 'success', exportedSpanCount: 0 });
});
