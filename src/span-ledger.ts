import type { Settlement } from './export-pool.js';
import type { Drop, DropReason } from './options.js';
import type { CountedFailure } from './protocol.js';
import type { SelfMetrics } from './self-metrics.js';
import { type ProcessorStats, SpanCounts } from './span-counts.js';
import { ThrottledDiag } from './throttled-diag.js';

type FailedSettlement = Extract<Settlement, { readonly status: 'failed' }>;

/**
 * Books what becomes of every span, and tells: `onDrop` each drop, the diag log each kind of loss now and then, the
 * self-metrics both.
 */
export class SpanLedger {
  readonly #counts = new SpanCounts();
  readonly #drops = new ThrottledDiag('warn');
  readonly #failures = new ThrottledDiag('error');
  readonly #onDrop: (drop: Drop) => void;
  readonly #metrics: SelfMetrics | undefined;

  constructor(onDrop: (drop: Drop) => void, metrics?: SelfMetrics) {
    this.#onDrop = onDrop;
    this.#metrics = metrics;
  }

  get pendingSpanCount(): number {
    return this.#counts.pendingSpanCount;
  }

  accept(): void {
    this.#counts.accept();
  }

  /** Books a drop and tells. Never throws. */
  drop(reason: DropReason, spanCount: number, message: string): void {
    const drop: Drop = { reason, spanCount };
    this.#counts.drop(drop);
    this.#metrics?.recordDrop(drop);
    this.#drops.say(reason, spanCount, (count) => `${count} spans dropped (${reason}): ${message}`);
    try {
      this.#onDrop(drop);
    } catch {
      // A faulty callback must not reach the caller of span.end().
    }
  }

  /**
   * Books how a chunk ended. Never throws.
   *
   * @param durationMillis from the hand-over to now
   * @returns how many of its spans were lost
   */
  settle(settlement: Settlement, spanCount: number, durationMillis: number): number {
    switch (settlement.status) {
      case 'exported':
        return this.#book(spanCount, [], durationMillis);
      case 'failed':
        return this.#book(settlement.exportedSpanCount, listFailures(settlement, spanCount), durationMillis);
      case 'dropped':
        this.drop(settlement.reason, spanCount, settlement.message);
        return spanCount;
      default:
        return settlement satisfies never;
    }
  }

  #book(exportedSpanCount: number, failures: readonly CountedFailure[], durationMillis: number): number {
    let failedSpanCount = 0;
    this.#counts.export(exportedSpanCount);
    for (const { spanCount, failure } of failures) {
      failedSpanCount += spanCount;
      this.#counts.fail(failure.reason, spanCount);
      this.#failures.say(failure.reason, spanCount, (count) => {
        return `${count} spans were not exported (${failure.reason}): ${failure.message}`;
      });
    }
    this.#metrics?.recordExport({ exportedSpanCount, failures, durationMillis });
    return failedSpanCount;
  }

  snapshot(pendingBytes: number, droppedPartCount: number): ProcessorStats {
    return this.#counts.snapshot(pendingBytes, droppedPartCount);
  }
}

/** The failure of most spans first. */
function listFailures(settlement: FailedSettlement, spanCount: number): CountedFailure[] {
  const { exportedSpanCount, failure, otherFailures = [] } = settlement;
  const otherSpanCount = otherFailures.reduce((sum, other) => sum + other.spanCount, 0);
  return [{ spanCount: spanCount - exportedSpanCount - otherSpanCount, failure }, ...otherFailures];
}
