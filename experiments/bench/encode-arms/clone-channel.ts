import { Worker } from 'node:worker_threads';
import type { toPlainSpan } from './plain-span.js';

type PlainSpan = ReturnType<typeof toPlainSpan>;

/** Sends batches to a worker that only counts, by structured clone: the least that this way to leave can cost. */
export class CloneChannel {
  readonly #worker = new Worker(new URL('./counting-worker.js', import.meta.url));
  #sentSpanCount = 0;
  #countedSpanCount = 0;
  #onCounted = () => {};

  constructor() {
    this.#worker.on('message', (spanCount: number) => {
      this.#countedSpanCount += spanCount;
      if (this.pendingSpanCount === 0) this.#onCounted();
    });
  }

  get pendingSpanCount(): number {
    return this.#sentSpanCount - this.#countedSpanCount;
  }

  get countedSpanCount(): number {
    return this.#countedSpanCount;
  }

  send(spans: readonly PlainSpan[]): void {
    this.#sentSpanCount += spans.length;
    this.#worker.postMessage(spans);
  }

  async settle(): Promise<void> {
    if (this.pendingSpanCount === 0) return;
    await new Promise<void>((resolve) => {
      this.#onCounted = resolve;
    });
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}
