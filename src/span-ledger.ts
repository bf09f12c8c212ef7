import { type Log, logDiag } from './diag-log.js';
import type { Settlement } from './export-pool.js';
import type { Drop, DropReason } from './options.js';
import type { CountedFailure, ExportNotes, MaskFailureKind } from './protocol.js';
import type { SelfMetrics } from './self-metrics.js';
import { type ProcessorStats, SpanCounts } from './span-counts.js';
import { ThrottledDiag } from './throttled-diag.js';

type FailedSettlement = Extract<Settlement, { readonly status: 'failed' }>;

const MASK_FAILURES: Readonly<Record<MaskFailureKind, string>> = {
  threw: 'threw',
  rejected: 'rejected',
  timed_out: 'did not answer in time (maskTimeoutMillis)',
};

/**
 * Books what becomes of every span, and tells: `onDrop` each drop, the log each kind of loss now and then, the
 * self-metrics both.
 */
export class SpanLedger {
  readonly #counts = new SpanCounts();
  readonly #drops: ThrottledDiag;
  readonly #failures: ThrottledDiag;
  readonly #notes: ThrottledDiag;
  readonly #onDrop: (drop: Drop) => void;
  readonly #metrics: SelfMetrics | undefined;

  constructor(onDrop: (drop: Drop) => void, metrics?: SelfMetrics, log: Log = logDiag) {
    this.#onDrop = onDrop;
    this.#metrics = metrics;
    this.#drops = new ThrottledDiag('warn', log);
    this.#failures = new ThrottledDiag('error', log);
    this.#notes = new ThrottledDiag('warn', log);
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
    this.#tell(drop);
  }

  /** Books a drop that was asked for: nothing to warn of, and no failure in the metrics. Never throws. */
  filter(spanCount: number): void {
    const drop: Drop = { reason: 'filtered', spanCount };
    this.#counts.drop(drop);
    this.#metrics?.recordFiltered(spanCount);
    this.#tell(drop);
  }

  /**
   * Books how a chunk ended. Never throws.
   *
   * @param durationMillis from the hand-over to now
   * @returns how many of its spans were lost; those that were filtered are not
   */
  settle(settlement: Settlement, spanCount: number, durationMillis: number): number {
    switch (settlement.status) {
      case 'exported': {
        const exportedSpanCount = spanCount - this.note(settlement.notes);
        return this.#book(exportedSpanCount, [], durationMillis);
      }
      case 'failed': {
        const failures = listFailures(settlement, spanCount - this.note(settlement.notes));
        return this.#book(settlement.exportedSpanCount, failures, durationMillis);
      }
      case 'dropped':
        this.drop(settlement.reason, spanCount, settlement.message);
        return spanCount;
      default:
        return settlement satisfies never;
    }
  }

  /** Books what was done to spans beside. Never throws. @returns how many of them were filtered */
  note(notes: ExportNotes = {}): number {
    const { filteredSpanCount = 0, maskFailureCount = 0, firstMaskFailure = 'threw', media } = notes;
    this.#counts.note(notes);
    if (maskFailureCount > 0) {
      this.#notes.say(`mask ${firstMaskFailure}`, maskFailureCount, (count) => {
        return `${count} values became the placeholder: the mask hook ${MASK_FAILURES[firstMaskFailure]}`;
      });
    }
    if (media !== undefined && media.failedCount > 0) {
      const { failedCount, firstFailure = 'no reason given' } = media;
      this.#notes.say('media', failedCount, (count) => `${count} media items were not uploaded: ${firstFailure}`);
    }
    if (filteredSpanCount > 0) this.filter(filteredSpanCount);
    return filteredSpanCount;
  }

  /** Books captures whose placeholder left in their place. Never throws. */
  loseCaptures(captureCount: number): void {
    this.#counts.note({ droppedPartCount: captureCount });
    this.#notes.say('capture', captureCount, (count) => {
      return (
        `${count} captures were not found again, and their placeholder is sent: a processor in front hands on spans ` +
        "of its own; have their spanContext() return the original's, and keep the attribute's key"
      );
    });
  }

  /** Says what the log's throttle has held back, at the end. Never throws. */
  sayRest(): void {
    for (const log of [this.#drops, this.#failures, this.#notes]) log.sayRest();
  }

  #tell(drop: Drop): void {
    try {
      this.#onDrop(drop);
    } catch {
      // A faulty callback must not reach the caller of span.end().
    }
  }

  #book(exportedSpanCount: number, failures: readonly CountedFailure[], durationMillis: number): number {
    // Every span was filtered: there was no export.
    if (exportedSpanCount === 0 && failures.length === 0) return 0;
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

  snapshot(pendingBytes: number, encoderDroppedPartCount: number): ProcessorStats {
    return this.#counts.snapshot(pendingBytes, encoderDroppedPartCount);
  }
}

/** The failure of most spans first. */
function listFailures(settlement: FailedSettlement, spanCount: number): CountedFailure[] {
  const { exportedSpanCount, failure, otherFailures = [] } = settlement;
  const otherSpanCount = otherFailures.reduce((sum, other) => sum + other.spanCount, 0);
  return [{ spanCount: spanCount - exportedSpanCount - otherSpanCount, failure }, ...otherFailures];
}
