import type { Drop, DropReason } from './options.js';
import type { ExportNotes, FailureReason } from './protocol.js';

/** Media items that workers took out of spans, by what became of them. All 0 where media stays in the spans. */
export interface MediaCounts {
  readonly uploadedCount: number;
  /** Known to the receiver, and not sent again. */
  readonly alreadyThereCount: number;
  readonly failedCount: number;
}

/** A snapshot of what became of the spans a processor was given. */
export interface ProcessorStats {
  /** Sampled spans that ended; at any time `exported + failed + dropped + pending`. */
  readonly acceptedSpanCount: number;
  /** Spans the exporter confirmed. */
  readonly exportedSpanCount: number;
  /** Spans that left for an exporter and were not confirmed. */
  readonly failedSpanCount: number;
  readonly failedSpanCountByReason: Readonly<Partial<Record<FailureReason, number>>>;
  /** Spans that never reached an exporter. */
  readonly droppedSpanCount: number;
  readonly droppedSpanCountByReason: Readonly<Partial<Record<DropReason, number>>>;
  /** Spans waiting or under way. */
  readonly pendingSpanCount: number;
  /** Encoded bytes of the pending spans held on the main thread. */
  readonly pendingBytes: number;
  /**
   * Attributes, events and links left out of spans because reading them throws, or because they nest too deep; on the
   * main thread or, with hooks and media, in the worker. Captures off the loop that were not found again count as well.
   */
  readonly droppedPartCount: number;
  /** Values that became the placeholder because their mask failed; 0 without hooks. */
  readonly maskFailureCount: number;
  readonly media: MediaCounts;
}

/** Counts every accepted span into exactly one of exported, failed, dropped or pending. */
export class SpanCounts {
  #accepted = 0;
  #exported = 0;
  #pending = 0;
  readonly #failedByReason = new Map<FailureReason, number>();
  readonly #droppedByReason = new Map<DropReason, number>();
  #droppedPartCount = 0;
  #maskFailureCount = 0;
  #media: MediaCounts = { uploadedCount: 0, alreadyThereCount: 0, failedCount: 0 };

  get pendingSpanCount(): number {
    return this.#pending;
  }

  get failedSpanCount(): number {
    return sum(this.#failedByReason);
  }

  get droppedSpanCount(): number {
    return sum(this.#droppedByReason);
  }

  accept(): void {
    this.#accepted += 1;
    this.#pending += 1;
  }

  export(spanCount: number): void {
    this.#pending -= spanCount;
    this.#exported += spanCount;
  }

  fail(reason: FailureReason, spanCount: number): void {
    this.#pending -= spanCount;
    add(this.#failedByReason, reason, spanCount);
  }

  drop({ reason, spanCount }: Drop): void {
    this.#pending -= spanCount;
    add(this.#droppedByReason, reason, spanCount);
  }

  /** What was done to spans beside. The filtered ones are a {@link drop}. */
  note({ droppedPartCount = 0, maskFailureCount = 0, media }: ExportNotes): void {
    this.#droppedPartCount += droppedPartCount;
    this.#maskFailureCount += maskFailureCount;
    if (media === undefined) return;
    this.#media = {
      uploadedCount: this.#media.uploadedCount + media.uploadedCount,
      alreadyThereCount: this.#media.alreadyThereCount + media.alreadyThereCount,
      failedCount: this.#media.failedCount + media.failedCount,
    };
  }

  /** @param encoderDroppedPartCount The parts that the main thread's encoder has left out. */
  snapshot(pendingBytes: number, encoderDroppedPartCount: number): ProcessorStats {
    return {
      acceptedSpanCount: this.#accepted,
      exportedSpanCount: this.#exported,
      failedSpanCount: this.failedSpanCount,
      failedSpanCountByReason: Object.fromEntries(this.#failedByReason),
      droppedSpanCount: this.droppedSpanCount,
      droppedSpanCountByReason: Object.fromEntries(this.#droppedByReason),
      pendingSpanCount: this.#pending,
      pendingBytes,
      droppedPartCount: encoderDroppedPartCount + this.#droppedPartCount,
      maskFailureCount: this.#maskFailureCount,
      media: this.#media,
    };
  }
}

function add<Reason>(counts: Map<Reason, number>, reason: Reason, spanCount: number): void {
  counts.set(reason, (counts.get(reason) ?? 0) + spanCount);
}

function sum<Reason>(counts: ReadonlyMap<Reason, number>): number {
  let total = 0;
  for (const count of counts.values()) total += count;
  return total;
}
