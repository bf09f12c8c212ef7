import { LatencyRecorder } from './latency.js';
import type { LoadPlan, LoadResult } from './protocol.js';

/** What became of one request. */
export type RequestOutcome =
  | { readonly status: 'succeeded' }
  | { readonly status: 'refused'; readonly statusCode: number }
  | { readonly status: 'failed'; readonly errorCode: string };

/** Keeps the books of the measured phase. */
export class Tally {
  #dueRequestCount = 0;
  #sentRequestCount = 0;
  #settledRequestCount = 0;
  #succeededRequestCount = 0;
  #unsentRequestCount = 0;
  #peakInFlightCount = 0;
  readonly #refusedRequestCounts = new Map<string, number>();
  readonly #failedRequestCounts = new Map<string, number>();
  readonly #latency = new LatencyRecorder();
  readonly #lateness = new LatencyRecorder();

  addUnsent(): void {
    this.#dueRequestCount += 1;
    this.#unsentRequestCount += 1;
  }

  addSent(latenessMillis: number, inFlightCount: number): void {
    this.#dueRequestCount += 1;
    this.#sentRequestCount += 1;
    this.#peakInFlightCount = Math.max(this.#peakInFlightCount, inFlightCount);
    this.#lateness.record(latenessMillis);
  }

  /** `latencyMillis` counts from the instant the request was due. */
  addOutcome(outcome: RequestOutcome, latencyMillis: number): void {
    this.#settledRequestCount += 1;
    switch (outcome.status) {
      case 'succeeded':
        this.#succeededRequestCount += 1;
        this.#latency.record(latencyMillis);
        return;
      case 'refused':
        increment(this.#refusedRequestCounts, String(outcome.statusCode));
        return;
      case 'failed':
        increment(this.#failedRequestCounts, outcome.errorCode);
        return;
      default: {
        const unknown: never = outcome;
        throw new Error(`expected an outcome, got ${JSON.stringify(unknown)}`);
      }
    }
  }

  summarize({ measuredMillis }: LoadPlan): LoadResult {
    const measuredSeconds = measuredMillis / 1_000;
    return {
      dueRequestCount: this.#dueRequestCount,
      sentRequestCount: this.#sentRequestCount,
      succeededRequestCount: this.#succeededRequestCount,
      refusedRequestCounts: Object.fromEntries(this.#refusedRequestCounts),
      failedRequestCounts: Object.fromEntries(this.#failedRequestCounts),
      unansweredRequestCount: this.#sentRequestCount - this.#settledRequestCount,
      unsentRequestCount: this.#unsentRequestCount,
      offeredRatePerSecond: this.#dueRequestCount / measuredSeconds,
      achievedRatePerSecond: this.#sentRequestCount / measuredSeconds,
      peakInFlightCount: this.#peakInFlightCount,
      latency: this.#latency.summarize(),
      lateness: this.#lateness.summarize(),
    };
  }
}

function increment(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
