import { type IntervalHistogram, monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { BlockSampler } from './block-sampler.js';
import { type LoopDelayOptions, type ResolvedLoopDelayOptions, resolveLoopDelayOptions } from './loop-delay-options.js';
import { LoopDelaySnapshot } from './loop-delay-snapshot.js';
import { readNativeHistogram, startPerIterationHistogram } from './native-histogram.js';
import { readThreadTimes, subtractThreadTimes, type ThreadTimes } from './thread-times.js';

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
  readonly #raw: IntervalHistogram;
  readonly #perIteration: IntervalHistogram | null;
  readonly #sampler: BlockSampler;
  #start: WindowStart;
  #last: LoopDelaySnapshot | undefined;

  constructor(options: ResolvedLoopDelayOptions) {
    this.#options = options;
    this.#raw = monitorEventLoopDelay({ resolution: options.rawResolutionMillis });
    this.#raw.enable();
    this.#perIteration = startPerIterationHistogram();
    this.#sampler = new BlockSampler(options.resolutionMillis, options.longestBlockCount);
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
    this.#raw.reset();
    this.#perIteration?.reset();
    this.#sampler.reset();
    this.#start = startWindow();
  }

  stop(): LoopDelaySnapshot {
    this.#last ??= this.snapshot();
    this.#sampler.stop();
    this.#raw.disable();
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
        longestBlocks: this.#sampler.longestBlocks(),
      },
      {
        raw: readNativeHistogram(this.#raw),
        perIteration: this.#perIteration && readNativeHistogram(this.#perIteration),
        arrivalWeighted: this.#sampler.arrivalWeighted(),
      },
    );
  }
}

function startWindow(): WindowStart {
  return {
    unixMillis: performance.timeOrigin + performance.now(),
    monotonicMillis: performance.now(),
    utilization: performance.eventLoopUtilization(),
    threadTimes: readThreadTimes(),
  };
}
