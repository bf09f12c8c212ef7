import type { LoadResult } from '../load/protocol.js';
import type { Measured } from '../service/measurement.js';
import type { ServiceFinished } from '../service/protocol.js';
import type { NoiseFloor } from './noise-floor.js';

/** What one trial printed, as a line of raw.jsonl. Fields that may be null are so in files of older runs. */
export interface TrialRecord {
  /** The label of one of the scenario's arms. */
  readonly arm: string;
  /** From 0. */
  readonly block: number;
  /** Of the load: the same in every arm of a block. */
  readonly seed: number;
  readonly startedAt: string;
  readonly measured: Measured;
  readonly load: LoadResult;
  readonly finished: ServiceFinished;
  readonly receivedSpanCount: number;
  readonly duplicateSpanCount: number;
  /** Uploads that were stored; null where the receiver takes none. */
  readonly receivedMediaCount: number | null;
  /** Of the measuring window, the machine's own doing. */
  readonly noiseFloor: NoiseFloor | null;
  /** How far the wall clock moved against the monotonic one during the trial. */
  readonly clockStepMillis: number | null;
  /** Every request of the trial that reached the sink, in order; warm-up and the last flush included. */
  readonly exports: readonly ExportMoment[] | null;
  /** Why the trial must not be counted; empty when it may. */
  readonly faults: readonly string[];
}

/** A trial that came to no figures because a process ended or kept silent, as a line of raw.jsonl. */
export type FailedTrial = Pick<TrialRecord, 'arm' | 'block' | 'seed' | 'startedAt' | 'faults'>;

export interface ExportMoment {
  /** By the sink's clock, when its head came in. */
  readonly receivedAtUnixMillis: number;
  /** As sent, compressed or not. */
  readonly wireByteLength: number;
}
