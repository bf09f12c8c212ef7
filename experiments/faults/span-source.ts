import type { Tracer, TracerProvider } from '@opentelemetry/api';
import { SECRET, type SpanSourceOptions } from './service-options.js';

const TICK_MILLIS = 10;

/** After a block the source makes up for at most so much: the rate is of the service's, not of its recovery. */
const MAX_CATCH_UP_MILLIS = 100;

/** Ends spans at a steady rate. */
export class SpanSource {
  readonly #tracer: Tracer;
  readonly #options: SpanSourceOptions;
  readonly #spanCount: number;
  readonly #text: string;
  readonly #largeText: string;
  readonly finished: Promise<void>;
  #finish: () => void = () => {};
  #timer: NodeJS.Timeout | undefined;
  #lastMillis = 0;
  #owedSpanCount = 0;
  endedSpanCount = 0;
  isFinished = false;

  constructor(tracerProvider: TracerProvider, options: SpanSourceOptions) {
    this.#tracer = tracerProvider.getTracer('faults');
    this.#options = options;
    this.#spanCount = options.spanCount ?? Number.POSITIVE_INFINITY;
    this.#text = writeText(options.textLength ?? 0);
    this.#largeText = writeText(options.large?.textLength ?? 0);
    this.finished = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  start(): void {
    this.#lastMillis = performance.now();
    this.#timer = setInterval(() => this.#tick(), TICK_MILLIS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.isFinished = true;
    this.#finish();
  }

  #tick(): void {
    const nowMillis = performance.now();
    const elapsedMillis = Math.min(nowMillis - this.#lastMillis, MAX_CATCH_UP_MILLIS);
    this.#lastMillis = nowMillis;
    this.#owedSpanCount += (elapsedMillis * this.#options.spansPerSecond) / 1_000;
    while (this.#owedSpanCount >= 1 && this.endedSpanCount < this.#spanCount) {
      this.#owedSpanCount -= 1;
      this.#endSpan();
    }
    if (this.endedSpanCount >= this.#spanCount) this.stop();
  }

  #endSpan(): void {
    const { large } = this.#options;
    const isLarge = large !== undefined && this.endedSpanCount % large.everySpanCount === 0;
    const attributes = { text: isLarge ? this.#largeText : this.#text };
    this.#tracer.startSpan(isLarge ? 'large' : 'small', { attributes }).end();
    this.endedSpanCount += 1;
  }
}

function writeText(length: number): string {
  return SECRET + 'ế'.repeat(length);
}
