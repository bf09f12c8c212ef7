import type { LoopDelaySnapshotJson } from '../../loop-delay/loop-delay-snapshot.js';
import type { Figures } from '../figures.js';
import type { LoadResult } from '../load/load-protocol.js';
import type { ArmName } from './arm.js';
import type { NoiseFloor } from './noise-floor-process.js';

/** What one trial gave. */
export interface TrialRecord {
  readonly arm: ArmName;
  /** From 0. */
  readonly block: number;
  readonly startedAt: string;
  readonly figures: Figures;
  readonly loopDelay: LoopDelaySnapshotJson;
  /** Null where the load is the user's own. */
  readonly load: LoadResult | null;
  readonly noiseFloor: NoiseFloor;
  /** How far the wall clock moved against the monotonic one. */
  readonly clockStepMillis: number;
  /** Why the trial must not be counted; empty when it may. */
  readonly faults: readonly string[];
}
