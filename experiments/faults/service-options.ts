import type { ProcessorStats } from 'offloop';
import type { DeathName } from './deaths.js';
import type { ProcessorSettings } from './start-processor.js';
import type { Death } from './worker-killer.js';

/** In the text of every span and in the headers of every request; in no line of any log. */
export const SECRET = 'hunter2';

export interface SpanSourceOptions {
  readonly spansPerSecond: number;
  /** No more than these. @default unbounded */
  readonly spanCount?: number;
  /** Vietnamese characters in every span, after {@link SECRET}. @default 0 */
  readonly textLength?: number;
  /** Every k-th span, from the first, has so many instead. */
  readonly large?: { readonly textLength: number; readonly everySpanCount: number };
}

export interface ServiceOptions extends ProcessorSettings, SpanSourceOptions {
  /** Spans are ended so long, or until `spanCount` has been reached; with `kills` until the last is over. */
  readonly durationMillis: number;
  readonly kills?: {
    readonly death: Death;
    readonly count: number;
    /** The loop is measured so long without a death, then ... */
    readonly quietMillis: number;
    /** ... from a death until all is delivered that it hit, at least so long, in turn. */
    readonly killedMillis: number;
    /** Then a thread without offloop dies in this way, in a window as long. */
    readonly bareDeath?: DeathName;
  };
  /** How long the service waits at its end for everything to be delivered or lost. */
  readonly settleTimeoutMillis: number;
}

/** Printed as JSON. */
export interface ServiceReport {
  readonly endedSpanCount: number;
  /** Null for the batch processor. */
  readonly stats: ProcessorStats | null;
  /** Spans that `onDrop` was told of. */
  readonly toldDropCount: number;
  /** Kills after which a worker thread ended. */
  readonly killedWorkerCount: number;
  readonly startedWorkerCount: number;
  /** Arrival-weighted p99 of the event loop's delay, one for each window. */
  readonly quietP99Millis: readonly number[];
  readonly killedP99Millis: readonly number[];
  readonly bareP99Millis: readonly number[];
  /** While spans were ended. */
  readonly samples: readonly {
    readonly atMillis: number;
    readonly rssBytes: number;
    readonly pendingBytes: number;
    readonly droppedSpanCount: number;
  }[];
}
