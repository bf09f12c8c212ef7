import { MessagePort } from 'node:worker_threads';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { type HandOffName, WorkerSpanProcessor } from 'offloop';
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

/** What goes through message ports: bytes of each buffer before and after, as this thread sees them. */
function watchPorts() {
  const transferred: { before: number; after: number }[] = [];
  const shared: SharedArrayBuffer[] = [];
  const postMessage = MessagePort.prototype.postMessage;
  vi.spyOn(MessagePort.prototype, 'postMessage').mockImplementation(function (this: MessagePort, value, transfer) {
    const buffers = (Array.isArray(transfer) ? transfer : []).filter((item) => item instanceof ArrayBuffer);
    const before = buffers.map(({ byteLength }) => byteLength);
    postMessage.call(this, value, transfer as never);
    for (const [index, { byteLength }] of buffers.entries()) {
      transferred.push({ before: before[index] ?? 0, after: byteLength });
    }
    const buffer: unknown = Array.isArray(value) ? value[1]?.buffer : undefined;
    if (buffer instanceof SharedArrayBuffer) shared.push(buffer);
  });
  return { transferred, shared };
}

async function exportThrice(handOff: HandOffName): Promise<void> {
  const processor = new WorkerSpanProcessor({ exporter: { url: sink.tracesUrl }, handOff });
  const tracer = new BasicTracerProvider({ spanProcessors: [processor] }).getTracer('hand-off');
  for (let index = 0; index < 3; index += 1) {
    tracer.startSpan('span', { attributes: { text: 'ế'.repeat(300_000) } }).end();
    await processor.forceFlush();
  }
  expect((await sink.report()).spans).toMatchObject({ receivedCount: 3, duplicateCount: 0 });
  await processor.shutdown();
}

it('transfers the buffer: after the hand-over its byteLength is 0 here', async () => {
  const { transferred, shared } = watchPorts();
  await exportThrice('transfer');
  expect(shared).toEqual([]);
  expect(transferred).toHaveLength(3);
  for (const { before, after } of transferred) {
    expect(before).toBeGreaterThan(600_000);
    expect(after).toBe(0);
  }
});

it('shares the chunk and transfers nothing where shared memory is asked for, and uses it again', async () => {
  const { transferred, shared } = watchPorts();
  await exportThrice('shared');
  expect(transferred).toEqual([]);
  expect(shared).toHaveLength(3);
  expect(new Set(shared).size).toBe(1);
});
