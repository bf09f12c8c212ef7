import type { Settlement } from './export-pool.js';
import type { Drop, DropReason } from './options.js';
import { type ProcessorStats, SpanCounts } from './span-counts.js';
import { ThrottledDiag } from './throttled-diag.js';

/** Books what becomes of every span, and tells: `onDrop` each drop, the diag log each kind of loss now and then. */
export class SpanLedger {
  readonly #counts = new SpanCounts();
  readonly #drops = new ThrottledDiag('warn');
  readonly #failures = new ThrottledDiag('error');
  readonly #onDrop: (drop: Drop) => void;

  constructor(onDrop: (drop: Drop) => void) {
    this.#onDrop = onDrop;
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
    this.#drops.say(reason, spanCount, (count) => `${count} spans dropped (${reason}): ${message}`);
    try {
      this.#onDrop(drop);
    } catch {
      // A faulty callback must not reach the caller of span.end().
    }
  }

  /** Books how a chunk ended. Never throws. @returns how many of its spans were lost */
  settle(settlement: Settlement, spanCount: number): number {
    switch (settlement.status) {
      case 'exported':
        this.#counts.export(spanCount);
        return 0;
      case 'failed': {
        const { exportedSpanCount, failure } = settlement;
        const failedSpanCount = spanCount - exportedSpanCount;
        this.#counts.export(exportedSpanCount);
        this.#counts.fail(failure.reason, failedSpanCount);
        this.#failures.say(failure.reason, failedSpanCount, (count) => {
          return `${count} spans were not exported (${failure.reason}): ${failure.message}`;
        });
        return failedSpanCount;
      }
      case 'dropped':
        this.drop(settlement.reason, spanCount, settlement.message);
        return spanCount;
      default:
        return settlement satisfies never;
    }
  }

  snapshot(pendingBytes: number, droppedPartCount: number): ProcessorStats {
    return this.#counts.snapshot(pendingBytes, droppedPartCount);
  }
}
