import type { DelayBucket } from '../../loop-delay/delay-curve.js';
import type { HttpLoad } from '../config/gate-config.js';

export interface LoadPlan extends Omit<HttpLoad, 'type'> {
  /** Requests of this phase are sent and not counted. */
  readonly warmUpMillis: number;
  readonly measuredMillis: number;
  /** Fixes the instants: the same seed, the same ones. */
  readonly seed: number;
}

/** What the load process tells. After `done` it ends by itself. */
export type LoadReport =
  | { readonly type: 'measuring' }
  /** Every request of the measured phase is sent, some are not answered yet. */
  | { readonly type: 'draining' }
  | { readonly type: 'done'; readonly result: LoadResult };

/** Of the measured phase. */
export interface LoadResult {
  readonly dueRequestCount: number;
  readonly sentRequestCount: number;
  /** Answered in full, with a status from 200 to 399. */
  readonly succeededRequestCount: number;
  /** The others: how many by `HTTP 500`, an error's code, or `unsent` where too many were unanswered. */
  readonly failedRequestCounts: Readonly<Record<string, number>>;
  readonly achievedRequestsPerSecond: number;
  /** From the instant a request was due to the end of its answer, or until it failed; of all that were sent. */
  readonly latency: readonly DelayBucket[];
  /** From the instant a request was due to its sending: the generator's own delay. */
  readonly latenessP99Millis: number;
}
