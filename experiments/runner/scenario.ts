import type { ArmName } from '../arms/index.js';

/** One experiment, as data: which arms meet which load, for how long. */
export interface Scenario {
  /** What `npm run experiment -- NAME` takes. */
  readonly name: string;
  readonly title: string;
  /** The first is the control. */
  readonly arms: readonly ArmName[];
  readonly load: ScenarioLoad;
  /** What a plain run, `--quick` and a committed reference run take. */
  readonly sizes: Readonly<Record<SizeName, TrialSize>>;
}

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
