import { setTimeout as delay } from 'node:timers/promises';
import { WorkerSpanProcessor } from 'offloop';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReceivedSpan } from '../experiments/sink/otlp-shape.js';
import { FileCollector, type FileCollectorOptions } from './file-collector.js';
import { makeSpanPair, sortById, traceTo } from './made-spans.js';
import { RecordingProxy } from './recording-proxy.js';

/** Longer than any of these outages. */
const EXPORT_TIMEOUT_MILLIS = 80_000;
const RESTART_COUNT = 3;

/** Less than a Collector needs that does nothing: it refuses all. */
const NO_MEMORY = { check_interval: '100ms', limit_mib: 1 };
let collector: FileCollector;
let proxy: RecordingProxy;

beforeEach(async () => {
  collector = await FileCollector.start();
  proxy = await RecordingProxy.listen(collector.httpUrl);
});

afterEach(async () => {
  await proxy.close();
  await collector.remove();
});

function startProcessor(): WorkerSpanProcessor {
  return new WorkerSpanProcessor({
    exporter: { url: `${proxy.url}/v1/traces` },
    exportTimeoutMillis: EXPORT_TIMEOUT_MILLIS,
    scheduledDelayMillis: 100,
    maxExportBatchSize: 20,
  });
}

const REFUSALS: readonly [status: number, by: string, options: FileCollectorOptions][] = [
  [503, 'processor', { memoryLimiter: NO_MEMORY }],
  [
    429,
    'extension',
    { extensions: { memory_limiter: NO_MEMORY }, receiver: { middlewares: [{ id: 'memory_limiter' }] } },
  ],
];

async function restartWithoutMemory(options: FileCollectorOptions): Promise<void> {
  await collector.stop();
  await collector.startAgain(options);
  await expect.poll(() => collector.log, { timeout: 30_000 }).toContain('Refusing data');
}

describe('a Collector whose memory limiter refuses spans', () => {
  it.each(REFUSALS)('answers %i as %s, and gets each of them once when it has memory', async (status, _by, options) => {
    await restartWithoutMemory(options);
    const processor = startProcessor();
    const { tracer, listMade } = traceTo(processor);
    for (let index = 0; index < 100; index += 1) makeSpanPair(tracer);
    const flushed = processor.forceFlush();

    await expect.poll(() => proxy.exchanges.length, { timeout: 30_000 }).toBeGreaterThanOrEqual(10);
    // Neither says when to come back.
    for (const exchange of proxy.exchanges) expect(exchange).toMatchObject({ status, retryAfter: undefined });
    await collector.stop();
    expect(await collector.readSpans()).toEqual([]);

    await collector.startAgain();
    await flushed;
    await collector.stop();
    expect(processor.stats()).toMatchObject({ exportedSpanCount: 200, failedSpanCount: 0, pendingSpanCount: 0 });
    await processor.shutdown();
    expect(sortById(await collector.readSpans())).toEqual(sortById(listMade()));
  });
});

describe('spans that leave by the official gRPC exporter', () => {
  // It tries once: what is said here of OTLP over HTTP does not hold for it.
  it.each(REFUSALS)(
    'have failed where the memory limiter refuses them (HTTP %i, as %s)',
    async (_status, _by, options) => {
      await restartWithoutMemory(options);
      const module = '@opentelemetry/exporter-trace-otlp-grpc';
      const processor = new WorkerSpanProcessor({
        exporter: { module, export: 'OTLPTraceExporter', options: { url: collector.grpcUrl } },
      });
      const { tracer } = traceTo(processor);
      for (let index = 0; index < 10; index += 1) makeSpanPair(tracer);
      await expect(processor.forceFlush()).rejects.toThrow();
      expect(processor.stats()).toMatchObject({ exportedSpanCount: 0, failedSpanCount: 20, pendingSpanCount: 0 });
      await processor.shutdown().catch(() => {});
    },
  );
});

describe('a Collector that is restarted', () => {
  it('has every span in the end, though they never stopped coming', async () => {
    const processor = startProcessor();
    const { tracer, listMade } = traceTo(processor);
    let isLoaded = true;
    const load = (async () => {
      while (isLoaded) {
        makeSpanPair(tracer);
        await delay(5);
      }
    })();
    for (let restart = 0; restart < RESTART_COUNT; restart += 1) {
      const before = (await collector.readSpans()).length;
      await expect.poll(async () => (await collector.readSpans()).length, { timeout: 30_000 }).toBeGreaterThan(before);
      await collector.stop();
      const ended = processor.stats().acceptedSpanCount;
      await expect.poll(() => processor.stats().acceptedSpanCount, { timeout: 30_000 }).toBeGreaterThan(ended + 40);
      await collector.startAgain();
    }
    isLoaded = false;
    await load;
    await processor.forceFlush();
    await collector.stop();

    const made = listMade();
    const { acceptedSpanCount, exportedSpanCount } = processor.stats();
    expect({ acceptedSpanCount, exportedSpanCount }).toEqual({
      acceptedSpanCount: made.length,
      exportedSpanCount: made.length,
    });
    await processor.shutdown();
    // A request may be taken and its answer lost with the Collector: it is sent again, and tells by its ids.
    expect(sortById(dropRepeated(await collector.readSpans()))).toEqual(sortById(made));
  });
});

function dropRepeated(spans: readonly ReceivedSpan[]): ReceivedSpan[] {
  return [...new Map(spans.map((span) => [span.spanId, span])).values()];
}
