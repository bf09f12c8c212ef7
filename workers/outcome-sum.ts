import type { CountedFailure, ExportFailure, ExportOutcome, FailedSpans, FailureReason } from '../src/protocol.js';

/** Adds up what became of the parts of a chunk. */
export class OutcomeSum {
  #exportedSpanCount = 0;
  readonly #failures = new Map<FailureReason, CountedFailure>();

  add(outcome: ExportOutcome): void {
    if (outcome.status !== 'failure') this.#exportedSpanCount += outcome.exportedSpanCount;
    if (outcome.status === 'success') return;
    const { failedSpanCount, failure, otherFailures = [] } = outcome;
    const otherSpanCount = otherFailures.reduce((total, { spanCount }) => total + spanCount, 0);
    this.#fail(failedSpanCount - otherSpanCount, failure);
    for (const other of otherFailures) this.#fail(other.spanCount, other.failure);
  }

  toOutcome(): ExportOutcome {
    const exportedSpanCount = this.#exportedSpanCount;
    const [most, ...others] = [...this.#failures.values()].sort((a, b) => b.spanCount - a.spanCount);
    if (most === undefined) return { status: 'success', exportedSpanCount };
    const failed: FailedSpans = {
      failedSpanCount: others.reduce((total, { spanCount }) => total + spanCount, most.spanCount),
      failure: most.failure,
      ...(others.length > 0 && { otherFailures: others }),
    };
    return exportedSpanCount > 0
      ? { status: 'partial', exportedSpanCount, ...failed }
      : { status: 'failure', ...failed };
  }

  /** Of several failures for one reason the first is told. */
  #fail(spanCount: number, failure: ExportFailure): void {
    const counted = this.#failures.get(failure.reason);
    this.#failures.set(failure.reason, {
      spanCount: (counted?.spanCount ?? 0) + spanCount,
      failure: counted?.failure ?? failure,
    });
  }
}
