import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ExportOutcome } from '../src/protocol.js';
import { splitOutcome } from './deliver-together.js';
import { OutcomeSum } from './outcome-sum.js';

const failure = { reason: 'rejected', message: 'the receiver gave no reason' } as const;

function makeOutcome(spanCount: number, failedSpanCount: number): ExportOutcome {
  const exportedSpanCount = spanCount - failedSpanCount;
  if (failedSpanCount === 0) return { status: 'success', exportedSpanCount };
  return exportedSpanCount === 0
    ? { status: 'failure', failedSpanCount, failure }
    : { status: 'partial', exportedSpanCount, failedSpanCount, failure };
}

test('the outcomes of the chunks of a request add up to its own, and each tells of all its spans', () => {
  const spanCounts = fc.array(fc.integer({ min: 1, max: 600 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(spanCounts, fc.integer({ min: 0, max: 10 }), (counts, failedTenths) => {
      const spanCount = counts.reduce((sum, count) => sum + count, 0);
      const outcome = makeOutcome(spanCount, Math.round((spanCount * failedTenths) / 10));
      const parts = splitOutcome(outcome, counts);
      const sum = new OutcomeSum();
      for (const part of parts) sum.add(part);
      expect(sum.toOutcome()).toEqual(outcome);
      for (const [index, part] of parts.entries()) {
        const exportedSpanCount = part.status === 'failure' ? 0 : part.exportedSpanCount;
        const failedSpanCount = part.status === 'success' ? 0 : part.failedSpanCount;
        expect(part).toEqual(makeOutcome(counts[index] ?? 0, failedSpanCount));
        expect(exportedSpanCount + failedSpanCount).toBe(counts[index]);
      }
    }),
  );
});
