import type { LoopDelayMonitor } from 'offloop/loop-delay';

/** `bare`: a thread without offloop dies. */
export type WindowKind = 'quiet' | 'killed' | 'bare';

/** The event loop's delay in windows of several kinds that take turns, so that the machine's moods meet all alike. */
export class LoopWindows {
  readonly #monitor: LoopDelayMonitor;
  readonly #p99Millis: Record<WindowKind, number[]> = { quiet: [], killed: [], bare: [] };

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
