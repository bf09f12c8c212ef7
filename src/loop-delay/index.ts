export { ArrivalWeightedDelay } from './arrival-weighted.js';
export type { LongBlock } from './block-log.js';
export type { DelayBucket, DelayCurve } from './delay-curve.js';
export { DelayDistribution } from './delay-distribution.js';
export { observeLoopDelay } from './loop-delay-metrics.js';
export { type LoopDelayMonitor, monitorLoopDelay } from './loop-delay-monitor.js';
export type { LoopDelayOptions } from './loop-delay-options.js';
export {
  LoopDelaySnapshot,
  type LoopDelaySnapshotJson,
  type LoopDelayWindow,
  mergeLoopDelaySnapshots,
  type OverThreshold,
} from './loop-delay-snapshot.js';
export { parseLoopDelaySnapshot } from './parse-loop-delay-snapshot.js';
