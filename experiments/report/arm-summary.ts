import type { DelayCurve } from 'offloop/loop-delay';

/** What the report says of one arm; of several trials, taken together. */
export interface ArmSummary {
  readonly armName: string;
  /** As a user of `monitorEventLoopDelay` would see it. */
  readonly raw: DelayCurve;
  /** What a request that arrives at a random instant waits. */
  readonly arrivalWeighted: DelayCurve;
  /** Fraction, from 0 to 1. */
  readonly utilization: number;
  /** Null where the system doesn't say. */
  readonly mainThreadCpuMillisPerSecond: number | null;
  readonly latencyP50Millis: number;
  readonly latencyP99Millis: number;
  readonly madeSpanCount: number;
  readonly receivedSpanCount: number;
  readonly droppedSpanCount: number;
}
