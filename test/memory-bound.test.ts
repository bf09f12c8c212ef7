import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { WorkerSpanProcessor, type WorkerSpanProcessorOptions } from 'offloop';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Sink } from '../experiments/sink/sink.js';

const MEBIBYTE = 1024 * 1024;
const MAX_QUEUE_BYTES = 8 * MEBIBYTE;
/** The open chunk and two spare buffers, and what a chunk may be larger than the room that is left. */
const BESIDE_BYTES = 4 * MEBIBYTE;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

let sink: Sink;
beforeEach(async () => {
  sink = await Sink.listen({ port: 0 });
  await sink.setBehaviour({ hang: {} });
});
afterEach(() => sink.close());

/** A copy of each export under way, of each thread, where chunks are transferred. */
const TRANSFERRED_BYTES = 8 * MEBIBYTE;

function readBufferBytes(): number {
  collectGarbage();
  return process.memoryUsage().arrayBuffers;
}

interface Shape extends WorkerSpanProcessorOptions {
  /** Chunks wait for a detector that never answers. */
  readonly isResourcePending?: boolean;
}

const SHAPES: readonly (readonly [name: string, shape: Shape, textLength: number])[] = [
  ['full chunks', {}, 2_000],
  ['half-empty chunks', { maxExportBatchSize: 512 }, 0],
  ['a span a chunk', { maxExportBatchSize: 1 }, 100],
  ['chunks of 20 kB', { maxExportBatchSize: 1 }, 20_000],
  ['many threads', { maxExportBatchSize: 8, worker: { threads: 4 } }, 100],
  ['spans larger than a chunk', {}, 1_500_000],
  ['a span a chunk, resource pending', { maxExportBatchSize: 1, isResourcePending: true }, 10_000],
  ['half-empty chunks, resource pending', { maxExportBatchSize: 512, isResourcePending: true }, 0],
  ['full chunks, resource pending', { isResourcePending: true }, 2_000],
];

it.each(
  SHAPES.flatMap(([name, shape, textLength]) =>
    (['transfer', 'shared'] as const).map((handOff): [string, Shape, number] => [
      name,
      { ...shape, handOff },
      textLength,
    ]),
  ),
)('a sink that hangs costs no more memory than maxQueueBytes says: %s (%o)', async (_, shape, textLength) => {
  const { isResourcePending = false, ...options } = shape;
  const beforeBytes = readBufferBytes();
  const processor = new WorkerSpanProcessor({
    exporter: { url: sink.tracesUrl },
    maxQueueBytes: MAX_QUEUE_BYTES,
    // Half of it is how long a chunk waits for its resource.
    exportTimeoutMillis: isResourcePending ? 60_000 : 500,
    exitDrainTimeoutMillis: 0,
    ...options,
  });
  let answer = () => {};
  const detected = new Promise<string>((resolve) => {
    answer = () => resolve('late');
  });
  const resource = resourceFromAttributes(isResourcePending ? { 'host.id': detected } : {});
  const tracer = new BasicTracerProvider({ resource, spanProcessors: [processor] }).getTracer('memory');
  const text = 'x'.repeat(textLength);
  while (processor.stats().droppedSpanCount === 0) {
    for (let index = 0; index < 100; index++) tracer.startSpan('span', { attributes: { text } }).end();
  }
  expect(processor.stats().pendingBytes).toBeGreaterThanOrEqual(MAX_QUEUE_BYTES);
  expect(processor.stats().pendingBytes).toBeLessThan(MAX_QUEUE_BYTES + BESIDE_BYTES);
  const transferredBytes = options.handOff === 'transfer' ? TRANSFERRED_BYTES * (options.worker?.threads ?? 1) : 0;
  expect(readBufferBytes() - beforeBytes).toBeLessThan(MAX_QUEUE_BYTES + BESIDE_BYTES + transferredBytes);
  if (isResourcePending) await sink.setBehaviour({});
  answer();
  await processor.shutdown().catch(() => {});
});
