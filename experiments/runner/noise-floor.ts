import { type LoopDelayMonitor, monitorLoopDelay } from 'offloop/loop-delay';
import { watchStolenTime } from './stolen-time.js';

/** What a process that only sleeps saw of the machine while a trial was measured. */
export interface NoiseFloor {
  readonly observedMillis: number;
  /** Its own loop's delay: what a request that arrives at a random instant would have waited in it. */
  readonly arrivalWeightedP99Millis: number;
  readonly longestMillis: number;
  /** Ready to run and without a core; null where the system doesn't say. */
  readonly runnableMillis: number | null;
  /** What it cost itself; null where the system doesn't say. */
  readonly cpuMillis: number | null;
  /** What the hypervisor gave to other machines, all cores together; null where the system doesn't say. */
  readonly stolenMillis: number | null;
}

export type NoiseFloorCommand = { readonly type: 'start' } | { readonly type: 'stop' };

export type NoiseFloorReport =
  | { readonly type: 'ready' }
  | { readonly type: 'noise-floor'; readonly noiseFloor: NoiseFloor };

/** 10 ms sleeps: each wake-up takes some tens of microseconds of the machine that is measured. */
const RESOLUTION_MILLIS = 10;

/** The native monitor beside it is not read; once a second is the least it can be asked for. */
const RAW_RESOLUTION_MILLIS = 1_000;

/** One window on the calling process's own loop. It runs from the constructor to {@link stop}. */
export class NoiseFloorWindow {
  readonly #monitor: LoopDelayMonitor = monitorLoopDelay({
    resolutionMillis: RESOLUTION_MILLIS,
    rawResolutionMillis: RAW_RESOLUTION_MILLIS,
  });
  readonly #readStolenMillis = watchStolenTime();

  stop(): NoiseFloor {
    const { arrivalWeighted, runnableMillis, mainThreadCpuMillis } = this.#monitor.stop();
    return {
      observedMillis: arrivalWeighted.observedMillis,
      arrivalWeightedP99Millis: arrivalWeighted.percentileMillis(99),
      longestMillis: arrivalWeighted.maxMillis,
      runnableMillis,
      cpuMillis: mainThreadCpuMillis,
      stolenMillis: this.#readStolenMillis(),
    };
  }
}
