import type { Measured } from '../../service/measurement.js';
import type { GarbageFigures } from './garbage-log.js';

/**
 * How a service's observations leave: by an arm of the lab, by offloop with as many exports under way as it takes, by
 * Langfuse's processor without a mask, or by the `langfuse` client of version 3, which is no OpenTelemetry.
 */
export const EXCHANGE_ARMS = [
  'control',
  'batch-otlp-json',
  'batch-otlp-protobuf',
  'offloop',
  'offloop-30-exports',
  'langfuse-v5',
  'langfuse-v3',
] as const;

export type ExchangeArm = (typeof EXCHANGE_ARMS)[number];

/** The one argument of the service's process, as JSON. */
export interface ExchangeServiceSettings {
  readonly arm: ExchangeArm;
  /** Of a stand-in for Langfuse, without a path; or one where nothing listens. */
  readonly langfuseUrl: string;
  /** CPUs the process may run on; null leaves it where it is. */
  readonly cpus: readonly number[] | null;
  /** `worker.niceIncrement` of the arm `offloop`; 0 for any other. */
  readonly workerNice: number;
}

export type ExchangeServiceCommand =
  | { readonly type: 'start-measuring' }
  | { readonly type: 'stop-measuring' }
  /** Counts the spans that are in memory, which collects all garbage first. */
  | { readonly type: 'count-live-spans' }
  /** Close the server and deliver what is left, for at most so long. */
  | { readonly type: 'finish'; readonly settleTimeoutMillis: number };

export type ExchangeServiceReport =
  | { readonly type: 'ready'; readonly url: string }
  | ({ readonly type: 'measured' } & ExchangeMeasured)
  | { readonly type: 'live-spans'; readonly spanCount: number }
  | ({ readonly type: 'finished' } & ExchangeFinished);

export interface ExchangeMeasured {
  readonly measured: Measured;
  readonly garbage: GarbageFigures;
  readonly residentSetBytesAtStart: number;
}

export interface ExchangeFinished {
  readonly madeCount: number;
  readonly settleMillis: number;
  readonly isSettled: boolean;
}
