import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { WorkerSpanProcessor } from 'offloop';
import { expect, it, onTestFinished } from 'vitest';

const MORE_SPANS = 5;

/** In which a request past the limit would come. */
const PAUSE_MILLIS = 200;

/** Answers nothing before so many requests are open at a time, then all. */
class PatientReceiver {
  readonly #open = new Set<ServerResponse>();
  readonly #server = createServer((request, response) => {
    request.resume();
    this.requestCount += 1;
    this.#open.add(response);
    this.maxOpenCount = Math.max(this.maxOpenCount, this.#open.size);
    if (this.requestCount >= this.#concurrencyLimit) void this.#answerAll();
  });
  requestCount = 0;
  maxOpenCount = 0;
  readonly #concurrencyLimit: number;

  constructor(concurrencyLimit: number) {
    this.#concurrencyLimit = concurrencyLimit;
  }

  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1/traces`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answerAll(): Promise<void> {
    await delay(PAUSE_MILLIS);
    for (const response of this.#open) response.end();
    this.#open.clear();
  }
}

// One: the official exporter fails a second, so offloop must not send it a moment too early.
it.each([
  { protocol: 'http/protobuf', concurrencyLimit: 30 },
  { protocol: 'http/json', concurrencyLimit: 30 },
  { protocol: 'http/protobuf', concurrencyLimit: 1 },
  { protocol: 'http/json', concurrencyLimit: 1 },
] as const)(
  '$protocol has $concurrencyLimit requests under way where concurrencyLimit says so, and no more',
  async ({ protocol, concurrencyLimit }) => {
    const receiver = new PatientReceiver(concurrencyLimit);
    onTestFinished(() => receiver.close());
    const processor = new WorkerSpanProcessor({
      exporter: { protocol, url: await receiver.listen(), concurrencyLimit },
      maxExportBatchSize: 1,
      exportTimeoutMillis: 10_000,
    });
    onTestFinished(() => processor.shutdown().catch(() => {}));
    const spanCount = concurrencyLimit + MORE_SPANS;
    const tracer = new BasicTracerProvider({ spanProcessors: [processor] }).getTracer('test');
    for (let index = 0; index < spanCount; index += 1) tracer.startSpan(`span ${index}`).end();

    await processor.forceFlush();
    expect(receiver.maxOpenCount).toBe(concurrencyLimit);
    expect(receiver.requestCount).toBe(spanCount);
    expect(processor.stats()).toMatchObject({ exportedSpanCount: spanCount });
  },
);
