import { TraceFlags } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { SpanLosses } from '../arm.js';
import { toPlainSpan } from './plain-span.js';
import type { ExportCommand, ExportReply } from './protocol.js';

/** The way to the thread or process that exports. */
export interface ExportChannel {
  post(command: ExportCommand): void;
  /** @param onEnd called with the reason when the other side is gone, asked to or not. */
  listen(onReply: (reply: ExportReply) => void, onEnd: (reason: string) => void): void;
  /** Ends the other side and resolves when it is gone. */
  close(): Promise<void>;
}

interface Call {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Posts every span as it ends, so that no batch of them is copied in one turn. */
export class RemoteSpanProcessor implements SpanProcessor {
  readonly #channel: ExportChannel;
  readonly #calls = new Map<number, Call>();
  #callCount = 0;
  #resource: Resource | undefined;
  #losses: SpanLosses = { droppedSpanCount: 0, failedSpanCount: 0 };
  #isShutDown = false;

  constructor(channel: ExportChannel, tracesUrl: string) {
    this.#channel = channel;
    channel.listen(
      (reply) => this.#settle(reply),
      (reason) => this.#rejectAll(reason),
    );
    channel.post({ type: 'open', tracesUrl });
  }

  /** As of the last flush. */
  get losses(): SpanLosses {
    return this.#losses;
  }

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    if (this.#isShutDown || (span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0) return;
    if (span.resource !== this.#resource) {
      this.#resource = span.resource;
      this.#channel.post({ type: 'resource', attributes: span.resource.attributes });
    }
    this.#channel.post({ type: 'span', span: toPlainSpan(span) });
  }

  forceFlush(): Promise<void> {
    return this.#isShutDown ? Promise.resolve() : this.#call('flush');
  }

  async shutdown(): Promise<void> {
    if (this.#isShutDown) return;
    this.#isShutDown = true;
    try {
      await this.#call('shut-down');
    } finally {
      await this.#channel.close();
    }
  }

  #call(type: 'flush' | 'shut-down'): Promise<void> {
    this.#callCount += 1;
    const callId = this.#callCount;
    return new Promise((resolve, reject) => {
      this.#calls.set(callId, { resolve, reject });
      this.#channel.post({ type, callId });
    });
  }

  #settle({ callId, error, losses }: ExportReply): void {
    const call = this.#calls.get(callId);
    this.#calls.delete(callId);
    this.#losses = losses;
    if (error === null) call?.resolve();
    else call?.reject(new Error(error));
  }

  #rejectAll(reason: string): void {
    for (const { reject } of this.#calls.values()) reject(new Error(reason));
    this.#calls.clear();
  }
}
