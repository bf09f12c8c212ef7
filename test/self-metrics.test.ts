import { createRequire } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { MeterProvider } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { BasicTracerProvider, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { WorkerSpanProcessor, type WorkerSpanProcessorOptions } from 'offloop';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Sink } from '../experiments/sink/sink.js';
import { byError, keepMetricsInMemory, type MetricsInMemory } from './fixtures/metrics-in-memory.js';

const PROCESSED = 'otel.sdk.processor.span.processed';
const QUEUE_SIZE = 'otel.sdk.processor.span.queue.size';
const QUEUE_CAPACITY = 'otel.sdk.processor.span.queue.capacity';
const INFLIGHT = 'otel.sdk.exporter.span.inflight';
const EXPORTED = 'otel.sdk.exporter.span.exported';
const DURATION = 'otel.sdk.exporter.operation.duration';

/** What is known in the worker only. */
const WORKER_ATTRIBUTES = ['server.address', 'server.port', 'http.response.status_code'];

let sink: Sink;
let metrics: MetricsInMemory;

beforeEach(async () => {
  sink = await Sink.listen({ port: 0 });
  metrics = keepMetricsInMemory();
});

afterEach(() => Promise.all([sink.close(), metrics.shutdown()]));

function start(options: WorkerSpanProcessorOptions = {}) {
  const processor = new WorkerSpanProcessor({
    exporter: { url: sink.tracesUrl, timeoutMillis: 1_000 },
    scheduledDelayMillis: 60_000,
    selfObsMeterProvider: metrics.provider,
    ...options,
  });
  const end = startTracing(processor);
  return { processor, end };
}

function startTracing(processor: SpanProcessor): (spanCount: number) => void {
  const tracer = new BasicTracerProvider({ spanProcessors: [processor] }).getTracer('self-metrics');
  return (spanCount) => {
    for (let index = 0; index < spanCount; index += 1) tracer.startSpan('span').end();
  };
}

/** The same metrics from the SDK itself. Its processor is no dependency of this project, so it is found through one. */
async function readOfficialMetrics() {
  const official = keepMetricsInMemory();
  const selfObsMeterProvider = official.provider;
  const load = createRequire(createRequire(import.meta.url).resolve('@opentelemetry/sdk-trace-base'));
  const { BatchSpanProcessor } = load('@opentelemetry/sdk-trace') as {
    BatchSpanProcessor: new (options: {
      exporter: OTLPTraceExporter;
      maxQueueSize: number;
      selfObsMeterProvider: MeterProvider;
    }) => SpanProcessor;
  };
  const exporter = new OTLPTraceExporter({ url: sink.tracesUrl, selfObsMeterProvider });
  const processor = new BatchSpanProcessor({ exporter, maxQueueSize: 1_000, selfObsMeterProvider });
  startTracing(processor)(3);
  await processor.forceFlush();
  const read = await official.read();
  await processor.shutdown();
  await official.shutdown();
  return read;
}

describe('the metrics', () => {
  it("have the names, units, kinds and attributes of the SDK's own", async () => {
    const { processor, end } = start({ maxQueueSize: 1_000 });
    end(3);
    await processor.forceFlush();
    const [official, own] = [await readOfficialMetrics(), await metrics.read()];
    expect(Object.keys(own).sort()).toEqual(Object.keys(official).sort());
    for (const [name, { unit, kind, points }] of Object.entries(official)) {
      expect(own[name], name).toMatchObject({ scope: 'offloop', unit, kind });
      const keys = Object.keys(points[0]?.attributes ?? {}).filter((key) => !WORKER_ATTRIBUTES.includes(key));
      expect(Object.keys(own[name]?.points[0]?.attributes ?? {}).sort(), name).toEqual(keys.sort());
      if (kind !== 'histogram') expect(own[name]?.points[0]?.value, name).toBe(points[0]?.value);
    }
    await processor.shutdown();
  });

  it('name each processor apart', async () => {
    const processors = [start(), start()];
    for (const { end } of processors) end(1);
    const { points = [] } = (await metrics.read())[QUEUE_SIZE] ?? {};
    const names = points.map(({ attributes }) => String(attributes['otel.component.name']));
    expect(new Set(names).size).toBe(2);
    for (const name of names) expect(name).toMatch(/^WorkerSpanProcessor\/\d+$/);
    await Promise.all(processors.map(({ processor }) => processor.shutdown()));
  });

  it('have a queue capacity only where the queue is bounded in spans', async () => {
    const unbounded = start();
    const read = await metrics.read();
    expect(read[QUEUE_CAPACITY]?.points ?? []).toEqual([]);
    expect(read[QUEUE_SIZE]?.points).toHaveLength(1);
    const bounded = start({ maxQueueSize: 10 });
    expect((await metrics.read())[QUEUE_CAPACITY]?.points.map(({ value }) => value)).toEqual([10]);
    await Promise.all([unbounded.processor.shutdown(), bounded.processor.shutdown()]);
  });
});

describe('a span', () => {
  it('is in the queue until its export has ended, in flight once its chunk is full, and then failed or exported', async () => {
    await sink.setBehaviour({ hang: { fireCount: 2 } });
    const { processor, end } = start({ maxExportBatchSize: 2 });
    end(5);
    const before = await metrics.read();
    expect(before[QUEUE_SIZE]?.points).toMatchObject([{ value: 5 }]);
    expect(before[INFLIGHT]?.points).toMatchObject([{ value: 4 }]);
    await expect.poll(() => processor.stats().pendingSpanCount, { timeout: 20_000 }).toBe(1);
    await processor.forceFlush();
    const after = await metrics.read();
    expect(after[QUEUE_SIZE]?.points).toMatchObject([{ value: 0 }]);
    expect(after[INFLIGHT]?.points).toMatchObject([{ value: 0 }]);
    expect(byError(after[EXPORTED])).toEqual({ none: 1, export_timeout: 4 });
    // Handed to the exporter, all of them: that the export failed is not the processor's failure.
    expect(byError(after[PROCESSED])).toEqual({ none: 5 });
    const { none, export_timeout } = byError(after[DURATION]) as Record<string, { count: number; min: number }>;
    expect(none?.count).toBe(1);
    expect(export_timeout?.count).toBe(2);
    // Seconds.
    expect(export_timeout?.min).toBeGreaterThan(0.99);
    expect(export_timeout?.min).toBeLessThan(60);
    await processor.shutdown();
  });

  it('takes up the capacity while it is in flight: the queue is full at its capacity, and nothing is processed yet', async () => {
    await sink.setBehaviour({ hang: { fireCount: 2 } });
    const { processor, end } = start({ maxExportBatchSize: 2, maxQueueSize: 5 });
    end(6);
    const read = await metrics.read();
    expect(read[QUEUE_SIZE]?.points).toMatchObject([{ value: 5 }]);
    expect(read[QUEUE_CAPACITY]?.points).toMatchObject([{ value: 5 }]);
    // Part of the queue, not beside it.
    expect(read[INFLIGHT]?.points).toMatchObject([{ value: 4 }]);
    expect(byError(read[PROCESSED])).toEqual({ queue_full: 1 });
    await expect(processor.shutdown()).rejects.toThrow('4 spans were not delivered');
    const after = await metrics.read();
    expect(byError(after[PROCESSED])).toEqual({ none: 5, queue_full: 1 });
  });

  it('that the receiver rejects is failed, the others of its batch are exported', async () => {
    await sink.setBehaviour({ partialSuccess: { rejectedSpans: 2 } });
    const { processor, end } = start();
    end(5);
    await expect(processor.forceFlush()).rejects.toThrow('2 spans were not delivered');
    const read = await metrics.read();
    expect(byError(read[EXPORTED])).toEqual({ none: 3, rejected: 2 });
    expect(byError(read[DURATION])).toMatchObject({ rejected: { count: 1 } });
    await processor.shutdown();
  });

  it('that is dropped is processed with the reason, under the names of semantic conventions', async () => {
    const { processor, end } = start({ maxQueueSize: 3 });
    end(10);
    await processor.shutdown();
    end(2);
    const read = await metrics.read();
    expect(byError(read[PROCESSED])).toEqual({ none: 3, queue_full: 7, already_shutdown: 2 });
    expect(byError(read[EXPORTED])).toEqual({ none: 3 });
  });
});

describe('a meter provider', () => {
  it('gets the last counts at shutdown, and lets go of the processor', async () => {
    const weak = await runToShutdown();
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const isGone = () => {
      collectGarbage();
      return weak.deref() === undefined;
    };
    await expect.poll(isGone, { timeout: 10_000 }).toBe(true);
    const read = await metrics.read();
    expect(byError(read[EXPORTED])).toEqual({ none: 4 });
    expect(read[QUEUE_SIZE]?.points ?? []).toEqual([]);
    expect(read[INFLIGHT]?.points ?? []).toEqual([]);
  });

  it.each(['getMeter', 'create', 'addCallback', 'add', 'removeCallback'])(
    'that throws in %s costs metrics, and no span',
    async (faulty) => {
      const selfObsMeterProvider = breakProvider(metrics.provider, faulty);
      const { processor, end } = start({ selfObsMeterProvider, maxQueueSize: 2 });
      expect(() => end(3)).not.toThrow();
      await processor.shutdown();
      expect(processor.stats()).toMatchObject({ exportedSpanCount: 2, droppedSpanCountByReason: { queue_full: 1 } });
    },
  );
});

/** In a function of its own, so that the test's frame holds nothing. */
async function runToShutdown(): Promise<WeakRef<object>> {
  // Held by the processor for as long as it lives, and by nothing else.
  const onDrop = () => {};
  const { processor, end } = start({ onDrop });
  end(4);
  await processor.shutdown();
  return new WeakRef(onDrop);
}

/** Everything the provider gives away throws where a method's name starts with `faulty`. */
function breakProvider<T extends object>(target: T, faulty: string): T {
  return new Proxy(target, {
    get: (_, key) => {
      const value: unknown = Reflect.get(target, key);
      if (typeof value !== 'function') return value;
      return (...values: unknown[]) => {
        if (String(key).startsWith(faulty)) throw new Error(`${String(key)} is broken`);
        const result: unknown = value.apply(target, values);
        return typeof result === 'object' && result !== null ? breakProvider(result, faulty) : result;
      };
    },
  });
}
