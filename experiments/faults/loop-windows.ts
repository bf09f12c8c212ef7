import type { LoopDelayMonitor } from 'offloop/loop-delay';

export type WindowKind = 'quiet' | 'killed';

/** The event loop's delay in windows of two kinds that take turns, so that the machine's moods meet both alike. */
export class LoopWindows {
  readonly #monitor: LoopDelayMonitor;
  readonly #p99Millis: Record<WindowKind, number[]> = { quiet: [], killed: [] };

  constructor(monitor: LoopDelayMonitor) {
    this.#monitor = monitor;
  }

  async measure(kind: WindowKind, action: () => Promise<unknown>): Promise<void> {
    this.#monitor.reset();
    await action();
    this.#p99Millis[kind].push(this.#monitor.snapshot().arrivalWeighted.percentileMillis(99));
  }

  p99Millis(kind: WindowKind): readonly number[] {
    return this.#p99Millis[kind];
  }
}
