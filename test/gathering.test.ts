import type { Tracer } from '@opentelemetry/api';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { WorkerSpanProcessor, type WorkerSpanProcessorOptions } from 'offloop';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Sink } from '../experiments/sink/sink.js';
import { runBuilt } from './fixtures/run-fixture.js';

/** So many with this text fill a chunk and leave none open. */
const SPANS_PER_CHUNK = 8;
const TEXT = 'x'.repeat(100_000);
const LONG_MILLIS = 20_000;

let sink: Sink;

beforeEach(async () => {
  sink = await Sink.listen({ port: 0 });
});

afterEach(() => sink.close());

function startTracing(options: WorkerSpanProcessorOptions = {}): { processor: WorkerSpanProcessor; tracer: Tracer } {
  const processor = new WorkerSpanProcessor({
    exporter: { url: sink.tracesUrl },
    scheduledDelayMillis: LONG_MILLIS,
    ...options,
  });
  return { processor, tracer: new BasicTracerProvider({ spanProcessors: [processor] }).getTracer('gathering') };
}

function endChunks(tracer: Tracer, chunkCount: number): void {
  for (let index = 0; index < chunkCount * SPANS_PER_CHUNK; index++) {
    tracer.startSpan('span', { attributes: { text: TEXT } }).end();
  }
}

test('a full chunk that no other follows leaves all the same, long before the next flush', async () => {
  const { processor, tracer } = startTracing();
  endChunks(tracer, 1);
  expect(processor.stats()).toMatchObject({ pendingSpanCount: SPANS_PER_CHUNK });
  await vi.waitFor(() => expect(processor.stats().exportedSpanCount).toBe(SPANS_PER_CHUNK), LONG_MILLIS / 2);
  await processor.shutdown();
});

test('every span of chunks that leave together arrives once, and counts', async () => {
  const { processor, tracer } = startTracing();
  endChunks(tracer, 11);
  await processor.forceFlush();
  expect(processor.stats()).toMatchObject({ exportedSpanCount: 11 * SPANS_PER_CHUNK, pendingSpanCount: 0 });
  const { requests, spans } = await sink.report();
  expect(spans).toMatchObject({ receivedCount: 11 * SPANS_PER_CHUNK, duplicateCount: 0 });
  // The worker may be awake between two chunks of four, but not between all of them.
  expect(requests.receivedCount).toBeLessThan(11);
  await processor.shutdown();
});

test('no request has more spans than maxExportBatchSize', async () => {
  const { processor, tracer } = startTracing({ maxExportBatchSize: SPANS_PER_CHUNK * 2 });
  endChunks(tracer, 8);
  await processor.forceFlush();
  const { requests, spans } = await sink.report();
  expect(spans.receivedCount).toBe(8 * SPANS_PER_CHUNK);
  expect(requests.receivedCount).toBeGreaterThanOrEqual(4);
  await processor.shutdown();
});

test('a chunk that waits for others when the process exits is delivered', async () => {
  const { exitCode } = await runBuilt('test/fixtures/exit-with-waiting-chunk.js', { args: [sink.tracesUrl] });
  expect(exitCode).toBe(0);
  expect((await sink.report()).spans.receivedCount).toBe(SPANS_PER_CHUNK);
});
