import type { LoopDelaySnapshotJson } from '../../loop-delay/loop-delay-snapshot.js';
import type { Figures } from '../figures.js';
import type { LoadResult } from '../load/load-protocol.js';
import type { ArmName } from './arm.js';
import type { NoiseFloor } from './noise-floor-process.js';

/** Why a trial may not be counted, and who may have caused it. */
export const FAULT_SOURCES = {
  'failed requests': 'service',
  load: 'service',
  'incomplete window': 'service',
  starvation: 'either',
  lateness: 'machine',
  standstill: 'machine',
  'clock step': 'machine',
} as const;

export type FaultKind = keyof typeof FAULT_SOURCES;

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
  /** Of the process that was measured: within the arm's folder, or absolute; several where several match. */
  readonly script: string;
  /** Whether it was measured from the beginning of the window to its end. */
  readonly isWholeWindow: boolean;
  /** Why the trial must not be counted; empty when it may. */
  readonly faults: readonly string[];
  /** The same in a word each, in the same order. */
  readonly faultKinds: readonly FaultKind[];
}
