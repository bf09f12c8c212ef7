import { type IntervalHistogram, monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { BlockLog } from './block-log.js';
import type { BlockSampler } from './block-sampler.js';
import { DelayDistribution } from './delay-distribution.js';
import { type LoopDelayOptions, type ResolvedLoopDelayOptions, resolveLoopDelayOptions } from './loop-delay-options.js';
import { LoopDelaySnapshot } from './loop-delay-snapshot.js';
import { readNativeHistogram, startPerIterationHistogram } from './native-histogram.js';
import { readThreadTimes, subtractThreadTimes, type ThreadTimes } from './thread-times.js';
import { TickSampler } from './tick-sampler.js';
import { TurnSampler } from './turn-sampler.js';

/** Measures the event loop of the thread that made it. Keeps no process alive. */
export interface LoopDelayMonitor {
  /** What was measured since the start or the last {@link reset}. Blocks the loop for some milliseconds. */
  snapshot(): LoopDelaySnapshot;
  /** Begins a new window. Does nothing after {@link stop}. */
  reset(): void;
  /** Ends the measurement and returns its last snapshot, as does every later {@link snapshot} and {@link stop}. */
  stop(): LoopDelaySnapshot;
}

/**
 * Starts measuring how long the event loop of the calling thread keeps its requests waiting.
 *
 * @throws {OffloopConfigError} for an unknown option, or a value out of its range.
 */
export function monitorLoopDelay(options: LoopDelayOptions = {}): LoopDelayMonitor {
  return new ThreadLoopDelayMonitor(resolveLoopDelayOptions(options));
}

interface WindowStart {
  readonly unixMillis: number;
  readonly monotonicMillis: number;
  readonly utilization: ReturnType<typeof performance.eventLoopUtilization>;
  readonly threadTimes: ThreadTimes;
}

class ThreadLoopDelayMonitor implements LoopDelayMonitor {
  readonly #options: ResolvedLoopDelayOptions;
  readonly #raw: IntervalHistogram | null;
  readonly #perIteration: IntervalHistogram | null;
  readonly #log: BlockLog;
  readonly #sampler: BlockSampler;
  #start: WindowStart;
  #last: LoopDelaySnapshot | undefined;

  constructor(options: ResolvedLoopDelayOptions) {
    this.#options = options;
    this.#raw = startRawHistogram(options.rawResolutionMillis);
    this.#perIteration = startPerIterationHistogram();
    this.#log = new BlockLog(options.longestBlockCount);
    this.#sampler =
      options.resolutionMillis > 0
        ? new TickSampler(this.#log, options.resolutionMillis)
        : new TurnSampler(this.#log, options.rawResolutionMillis);
    this.#start = startWindow();
  }

  snapshot(): LoopDelaySnapshot {
    if (this.#last) return this.#last;
    this.#sampler.sample();
    const snapshot = this.#read();
    this.#sampler.mark();
    return snapshot;
  }

  reset(): void {
    if (this.#last) return;
    this.#raw?.reset();
    this.#perIteration?.reset();
    this.#log.reset();
    this.#sampler.mark();
    this.#start = startWindow();
  }

  stop(): LoopDelaySnapshot {
    this.#last ??= this.snapshot();
    this.#sampler.stop();
    this.#raw?.disable();
    this.#perIteration?.disable();
    return this.#last;
  }

  #read(): LoopDelaySnapshot {
    const start = this.#start;
    const threadTimes = subtractThreadTimes(readThreadTimes(), start.threadTimes);
    const { utilization } = performance.eventLoopUtilization(start.utilization);
    const durationMillis = performance.now() - start.monotonicMillis;
    return new LoopDelaySnapshot(
      {
        startedAtUnixMillis: start.unixMillis,
        durationMillis,
        resolutionMillis: this.#options.resolutionMillis,
        rawResolutionMillis: this.#options.rawResolutionMillis,
        utilization,
        mainThreadCpuMillis: threadTimes.cpuMillis,
        runnableMillis: threadTimes.runnableMillis,
        thresholdsMillis: this.#options.thresholdsMillis,
        longestBlocks: this.#log.longestBlocks(),
        longestBlockCount: this.#options.longestBlockCount,
      },
      {
        raw: this.#raw ? readNativeHistogram(this.#raw) : new DelayDistribution([]),
        perIteration: this.#perIteration && readNativeHistogram(this.#perIteration),
        arrivalWeighted: this.#log.arrivalWeighted(),
      },
    );
  }
}

function startRawHistogram(resolutionMillis: number): IntervalHistogram | null {
  if (resolutionMillis === 0) return null;
  const histogram = monitorEventLoopDelay({ resolution: resolutionMillis });
  histogram.enable();
  return histogram;
}

function startWindow(): WindowStart {
  return {
    unixMillis: performance.timeOrigin + performance.now(),
    monotonicMillis: performance.now(),
    utilization: performance.eventLoopUtilization(),
    threadTimes: readThreadTimes(),
  };
}
