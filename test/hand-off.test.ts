import { MessagePort } from 'node:worker_threads';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { WorkerSpanProcessor } from 'offloop';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Sink } from '../experiments/sink/sink.js';

let sink: Sink;

beforeEach(async () => {
  sink = await Sink.listen({ port: 0 });
});

afterEach(async () => {
  vi.restoreAllMocks();
  await sink.close();
});

it('transfers the buffer: after the hand-over its byteLength is 0 here', async () => {
  const seen: { before: number[]; after: number[] }[] = [];
  const postMessage = MessagePort.prototype.postMessage;
  vi.spyOn(MessagePort.prototype, 'postMessage').mockImplementation(function (this: MessagePort, value, transfer) {
    const buffers = (Array.isArray(transfer) ? transfer : []).filter((item) => item instanceof ArrayBuffer);
    const before = buffers.map(({ byteLength }) => byteLength);
    postMessage.call(this, value, transfer as never);
    if (buffers.length > 0) seen.push({ before, after: buffers.map(({ byteLength }) => byteLength) });
  });
  const processor = new WorkerSpanProcessor({ exporter: { url: sink.tracesUrl } });
  const tracer = new BasicTracerProvider({ spanProcessors: [processor] }).getTracer('hand-off');
  for (let index = 0; index < 3; index += 1) {
    tracer.startSpan('span', { attributes: { text: 'x'.repeat(10_000) } }).end();
    await processor.forceFlush();
  }
  expect(seen).toHaveLength(3);
  for (const { before, after } of seen) {
    expect(before).toEqual([expect.any(Number)]);
    expect(before[0]).toBeGreaterThan(10_000);
    expect(after).toEqual([0]);
  }
  expect((await sink.report()).spans.receivedCount).toBe(3);
  await processor.shutdown();
});
