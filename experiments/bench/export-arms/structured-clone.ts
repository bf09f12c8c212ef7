import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { CloneChannel } from '../encode-arms/clone-channel.js';
import { BATCH_SPAN_COUNT } from '../encode-arms/encode-arm.js';
import { toPlainSpan } from '../encode-arms/plain-span.js';
import type { ExportArm, ExportArmSettings } from './export-arm.js';

/** The SDK's default. */
const SCHEDULED_DELAY_MILLIS = 5_000;

/** Sends batches of plain objects to a worker that only counts: nothing leaves the process. */
export function createArm(settings: ExportArmSettings): ExportArm {
  const processor = new CloneSpanProcessor(settings);
  return { processor, deliveredSpanCount: () => processor.channel.countedSpanCount };
}

class CloneSpanProcessor implements SpanProcessor {
  readonly channel = new CloneChannel();
  readonly #maxExportBatchSize: number;
  readonly #scheduledDelayMillis: number;
  #spans: ReadableSpan[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(settings: ExportArmSettings) {
    this.#maxExportBatchSize = settings.maxExportBatchSize ?? BATCH_SPAN_COUNT;
    this.#scheduledDelayMillis = settings.scheduledDelayMillis ?? SCHEDULED_DELAY_MILLIS;
  }

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    this.#spans.push(span);
    if (this.#spans.length >= this.#maxExportBatchSize) this.#send();
    else this.#timer ??= setTimeout(() => this.#send(), this.#scheduledDelayMillis);
  }

  async forceFlush(): Promise<void> {
    this.#send();
    await this.channel.settle();
  }

  async shutdown(): Promise<void> {
    await this.forceFlush();
    await this.channel.end();
  }

  #send(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#spans.length === 0) return;
    this.channel.send(this.#spans.map(toPlainSpan));
    this.#spans = [];
  }
}
