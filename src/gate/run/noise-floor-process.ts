// Sleeps, and measures how late it wakes up: what the machine does to a loop that nobody uses.
import { type LoopDelayMonitor, monitorLoopDelay } from '../../loop-delay/loop-delay-monitor.js';

/** What a process that only sleeps saw of the machine while a trial was measured. */
export interface NoiseFloor {
  /** Its own loop's delay: what a request that arrives at a random instant would have waited in it. */
  readonly arrivalWeightedP99Millis: number;
  readonly longestMillis: number;
}

export type NoiseFloorCommand = { readonly type: 'start' } | { readonly type: 'stop' };

/** Each wake-up takes some tens of microseconds of the machine that is measured. */
const RESOLUTION_MILLIS = 10;
/** The native monitor beside it is not read; once a second is the least it can be asked for. */
const RAW_RESOLUTION_MILLIS = 1_000;

let monitor: LoopDelayMonitor | undefined;

process.once('disconnect', () => process.exit());
process.on('message', ({ type }: NoiseFloorCommand) => {
  const snapshot = monitor?.stop();
  monitor =
    type === 'start'
      ? monitorLoopDelay({ resolutionMillis: RESOLUTION_MILLIS, rawResolutionMillis: RAW_RESOLUTION_MILLIS })
      : undefined;
  if (type === 'stop' && snapshot !== undefined) {
    const { arrivalWeighted } = snapshot;
    const noiseFloor: NoiseFloor = {
      arrivalWeightedP99Millis: arrivalWeighted.percentileMillis(99),
      longestMillis: arrivalWeighted.maxMillis,
    };
    process.send?.(noiseFloor);
  }
});
