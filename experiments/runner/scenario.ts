import type { ArmName } from '../arms/index.js';
import type { ImageLoad } from '../load/protocol.js';
import type { Workload } from '../matrix/workload/workload.js';
import type { ApplicationName } from '../service/applications.js';
import type { InjectedBlocks } from '../service/injected-blocks.js';
import type { Language } from '../text/languages.js';

/** One experiment, as data: which arms meet which load, for how long. */
export interface Scenario {
  /** What `npm run experiment -- NAME` takes. */
  readonly name: string;
  readonly title: string;
  /** The first is the control: every other arm is compared with it. */
  readonly arms: readonly ScenarioArm[];
  readonly load: ScenarioLoad;
  /** What answers the requests; `observations` sends to a stand-in for Langfuse. @default 'chat' */
  readonly application?: ApplicationName;
  /** Synchronous work that the service does beside its requests, in every arm alike. @default none */
  readonly otherWork?: InjectedBlocks;
  /**
   * How many cores the service's process has, all of its threads and children included; the lab's other processes are
   * kept off them where there are more. Linux only: elsewhere a caveat says that it has all. @default all
   */
  readonly serviceCoreCount?: 1;
  /** Which of the document's claims a run of it answers. @default none */
  readonly claim?: ScenarioClaim;
  /** Labels of the arms of a `--quick` run, the control's among them. @default all */
  readonly quickArms?: readonly string[];
  /**
   * After which a batch of the span processor leaves though it is not full: OTEL_BSP_SCHEDULE_DELAY of the service.
   * @default 5,000, as OpenTelemetry has it
   */
  readonly flushDelayMillis?: number;
  /** The same of a `--quick` run, so that a batch leaves in its window. @default as other runs have it */
  readonly quickFlushDelayMillis?: number;
  /** What a request of the application `workload` does. @default none: other applications know by themselves */
  readonly workload?: Workload;
  /** What one compared arm may add of what another adds. @default no such target */
  readonly target?: AddedRatioTarget;
  /** An arm may have more to do than a thread can: then it is measured behind its load. @default false */
  readonly mayOverload?: boolean;
  /**
   * Labels of arms that are to be seen dropping spans: their trials count when what is missing is what the arm itself
   * counted as lost. Of any other arm every span must arrive. @default none
   */
  readonly droppingArms?: readonly string[];
  /** The smallest size of a run that finds what the positive control injects. @default unknown */
  readonly powered?: PoweredSize;
  /** What a plain run, `--quick` and a committed reference run take. */
  readonly sizes: Readonly<Record<SizeName, TrialSize>>;
}

export type ScenarioClaim = 'auto-flush';

/** By the arrival-weighted p99, less the control's. */
export interface AddedRatioTarget {
  /** A label. */
  readonly candidate: string;
  /** A label. */
  readonly baseline: string;
  readonly maxRatio: number;
}

export interface PoweredSize extends Pick<TrialSize, 'blockCount' | 'measuredMillis'> {
  readonly injectedBlocks: InjectedBlocks;
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
  /** @default all of the lab's in rotation */
  readonly language?: Language;
  /** @default none */
  readonly images?: ImageLoad;
}

export type SizeName = 'standard' | 'quick' | 'reference';

export interface TrialSize {
  /** Each block runs every arm once, in random order. */
  readonly blockCount: number;
  readonly warmUpMillis: number;
  readonly measuredMillis: number;
}
