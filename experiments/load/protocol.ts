import type { Language } from '../text/languages.js';

/** What the runner tells the load generator. Closing the channel ends it at once. */
export interface LoadCommand {
  readonly type: 'run';
  readonly plan: LoadPlan;
}

/** What the load generator answers. After `done` or `failed` it ends by itself. */
export type LoadReport =
  | { readonly type: 'ready' }
  | { readonly type: 'phase'; readonly phase: LoadPhase }
  | { readonly type: 'done'; readonly result: LoadResult }
  /** The plan can't be run; the message says which value. */
  | { readonly type: 'failed'; readonly message: string };

/** `draining`: every request is sent, some are not answered yet. */
export type LoadPhase = 'warming-up' | 'measuring' | 'draining';

export interface ImageLoad {
  readonly byteLength: number;
  readonly requestsPerImage: number;
}

export interface LoadPlan {
  /** The service, without a path. */
  readonly url: string;
  /** Requests a second. 0.1 to 100,000. */
  readonly ratePerSecond: number;
  /** `poisson`: at random instants, as from many users who know nothing of each other; `even`: one interval apart. */
  readonly arrivals: 'poisson' | 'even';
  /** Fixes the arrivals and the bodies: the same seed, the same requests at the same instants. */
  readonly seed: number;
  /** Requests of this phase are sent and not counted. 0 to 3,600,000. */
  readonly warmUpMillis: number;
  /** 1 to 3,600,000. */
  readonly measuredMillis: number;
  readonly promptCharacters: number;
  readonly completionCharacters: number;
  /** Of every request. @default all languages in rotation */
  readonly language?: Language;
  /** Every so many requests have an image of so many bytes. @default none */
  readonly images?: ImageLoad;
  /** A request that takes longer counts as failed. Checked about once a second. 1,000 to 600,000. */
  readonly requestTimeoutMillis: number;
  /** A request that is due while so many are unanswered is not sent, and counted. 1 to 65,536. */
  readonly maxInFlightCount: number;
}

/** Of the measured phase only. A trial counts if every request that was due succeeded and lateness was small. */
export interface LoadResult {
  readonly dueRequestCount: number;
  readonly sentRequestCount: number;
  /** Answered with a 2xx. */
  readonly succeededRequestCount: number;
  /** Answered with another status, by status. */
  readonly refusedRequestCounts: Readonly<Record<string, number>>;
  /** Not answered in full, by the code of the error. */
  readonly failedRequestCounts: Readonly<Record<string, number>>;
  /** Still under way when the generator gave up on them, a time-out after the last was sent. */
  readonly unansweredRequestCount: number;
  /** Due while `maxInFlightCount` were unanswered. */
  readonly unsentRequestCount: number;
  readonly offeredRatePerSecond: number;
  /** Sent requests over the measured phase. */
  readonly achievedRatePerSecond: number;
  /** The most requests that were unanswered at one time. */
  readonly peakInFlightCount: number;
  /** From the instant a request was due to the end of its answer; of succeeded requests. */
  readonly latency: LatencySummary;
  /** From the instant a request was due to its sending: the generator's own delay, which is part of `latency`. */
  readonly lateness: LatencySummary;
}

export interface LatencySummary {
  readonly count: number;
  readonly meanMillis: number;
  readonly p50Millis: number;
  readonly p90Millis: number;
  readonly p99Millis: number;
  readonly p999Millis: number;
  readonly maxMillis: number;
  /** Every value, to three significant digits: `count` of them are at most `upToMillis` and above the bucket before. */
  readonly buckets: readonly { readonly upToMillis: number; readonly count: number }[];
}

/** Those parts of a plan that a scenario seldom says. */
export const PLAN_DEFAULTS = {
  arrivals: 'poisson',
  seed: 1,
  requestTimeoutMillis: 30_000,
  maxInFlightCount: 4_096,
} as const satisfies Partial<LoadPlan>;
