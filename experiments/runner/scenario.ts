import type { ArmName } from '../arms/index.js';
import type { InjectedBlocks } from '../service/injected-blocks.js';

/** One experiment, as data: which arms meet which load, for how long. */
export interface Scenario {
  /** What `npm run experiment -- NAME` takes. */
  readonly name: string;
  readonly title: string;
  /** The first is the control: every other arm is compared with it. */
  readonly arms: readonly ScenarioArm[];
  readonly load: ScenarioLoad;
  /** What a plain run, `--quick` and a committed reference run take. */
  readonly sizes: Readonly<Record<SizeName, TrialSize>>;
}

export interface ScenarioArm {
  /** Unique within a scenario; a trial's record names its arm by it. */
  readonly label: string;
  /** The way its spans leave. */
  readonly armName: ArmName;
  readonly role: ArmRole;
  /** What the service blocks its loop with on purpose; null for nothing. */
  readonly injectedBlocks: InjectedBlocks | null;
}

/**
 * `repeat`: the control under another label, so any difference is a false alarm. `injected`: the control with blocks of
 * known length, so no difference is a miss. Both say what the run can be trusted with, and nothing of an exporter.
 */
export type ArmRole = 'control' | 'compared' | 'repeat' | 'injected';

export interface ScenarioLoad {
  readonly requestsPerSecond: number;
  readonly promptCharacters: number;
  readonly completionCharacters: number;
}

export type SizeName = 'standard' | 'quick' | 'reference';

export interface TrialSize {
  /** Each block runs every arm once, in random order. */
  readonly blockCount: number;
  readonly warmUpMillis: number;
  readonly measuredMillis: number;
}
