import { DiagLogLevel, diag } from '@opentelemetry/api';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { WorkerSpanProcessor, type WorkerSpanProcessorOptions, WorkerTraceExporter } from 'offloop';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Sink } from '../experiments/sink/sink.js';

const log = { error: vi.fn(), warn: vi.fn(), info: vi.fn(), debug: vi.fn(), verbose: vi.fn() };
let sink: Sink;

beforeEach(async () => {
  for (const level of Object.values(log)) level.mockClear();
  diag.setLogger(log, { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: true });
  sink = await Sink.listen({ port: 0 });
});

afterEach(async () => {
  diag.disable();
  await sink.close();
});

function start(options: WorkerSpanProcessorOptions = {}) {
  const processor = new WorkerSpanProcessor({ exporter: { url: sink.tracesUrl }, ...options });
  const tracer = new BasicTracerProvider({ spanProcessors: [processor] }).getTracer('transcode');
  return { processor, end: (name: string, text = '') => tracer.startSpan(name, { attributes: { text } }).end() };
}

describe('a partial success', () => {
  it('counts what the receiver rejected as failed, and the rest as exported', async () => {
    await sink.setBehaviour({ partialSuccess: { rejectedSpans: 2, errorMessage: 'attribute too long', fireCount: 1 } });
    const { processor, end } = start();
    for (let index = 0; index < 5; index++) end('span', 'SECRET');
    await expect(processor.forceFlush()).rejects.toMatchObject({
      code: 'ERR_OFFLOOP_EXPORT_FAILED',
      message: '2 spans were not delivered',
    });
    expect(processor.stats()).toMatchObject({
      acceptedSpanCount: 5,
      exportedSpanCount: 3,
      failedSpanCountByReason: { rejected: 2 },
      pendingSpanCount: 0,
      pendingBytes: 0,
    });
    expect((await sink.report()).spans).toMatchObject({ receivedCount: 3, rejectedCount: 2 });
    expect(log.error.mock.calls).toEqual([['offloop: 2 spans were not exported (rejected): attribute too long']]);
    end('next');
    await processor.forceFlush();
    expect(processor.stats()).toMatchObject({ exportedSpanCount: 4, failedSpanCount: 2 });
    await processor.shutdown();
  });

  it('fails the export of a batch, which has no partial result', async () => {
    await sink.setBehaviour({ partialSuccess: { rejectedSpans: 1 } });
    const memory = new InMemorySpanExporter();
    const tracer = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(memory)] }).getTracer('batch');
    for (let index = 0; index < 3; index++) tracer.startSpan('span').end();
    const exporter = new WorkerTraceExporter({ exporter: { url: sink.tracesUrl } });
    const result = await new Promise((resolve) => exporter.export(memory.getFinishedSpans(), resolve));
    expect(result).toMatchObject({ code: 1, error: { message: '1 spans were not delivered' } });
    expect(exporter.stats()).toMatchObject({ exportedSpanCount: 2, failedSpanCount: 1 });
    await exporter.shutdown();
  });
});

describe('a receiver that', () => {
  it('refuses a request costs its spans, with the status in the log and not what it said', async () => {
    await sink.setBehaviour({ fail: { status: 400, message: 'SECRET', fireCount: 1 } });
    const { processor, end } = start();
    end('refused', 'SECRET');
    await expect(processor.forceFlush()).rejects.toThrow('1 spans were not delivered');
    expect(log.error.mock.calls).toEqual([
      ['offloop: 1 spans were not exported (export_failed): Bad Request (HTTP 400)'],
    ]);
    end('taken');
    await processor.forceFlush();
    expect((await sink.report()).spans.countByName).toEqual({ taken: 1 });
    await processor.shutdown();
  });

  it('is overloaded gets the same spans again once it said it would take them', async () => {
    await sink.setBehaviour({ fail: { status: 503, retryAfterSeconds: 1, fireCount: 1 } });
    const { processor, end } = start();
    end('patient', 'ế'.repeat(5000));
    await processor.forceFlush();
    const { requests, spans } = await sink.report();
    expect(requests.countByStatus).toEqual({ 200: 1, 503: 1 });
    expect(spans.countByName).toEqual({ patient: 1 });
    expect(processor.stats()).toMatchObject({ exportedSpanCount: 1, failedSpanCount: 0 });
    await processor.shutdown();
  });

  it('never answers holds up neither the count nor the shutdown', async () => {
    await sink.setBehaviour({ hang: {} });
    const { processor, end } = start({ exportTimeoutMillis: 300 });
    end('stuck');
    await expect(processor.forceFlush()).rejects.toThrow();
    await expect.poll(() => processor.stats().pendingSpanCount, { timeout: 10_000 }).toBe(0);
    expect(processor.stats()).toMatchObject({ failedSpanCountByReason: { export_timeout: 1 } });
    await processor.shutdown();
  });

  it('takes requests at a time gets each as it is, from buffers that are used again', async () => {
    await sink.setBehaviour({ delayMillis: 20 });
    const { processor, end } = start({
      maxExportBatchSize: 10,
      exporter: { url: sink.tracesUrl, compression: 'gzip' },
    });
    for (let index = 0; index < 300; index++) end(`span ${index % 30}`, 'tự do '.repeat(500));
    await processor.forceFlush();
    const { requests, spans } = await sink.report();
    expect(requests.countByStatus).toEqual({ 200: 30 });
    expect(spans).toMatchObject({ receivedCount: 300, duplicateCount: 0 });
    expect(Object.values(spans.countByName)).toEqual(new Array(30).fill(10));
    await processor.shutdown();
  });
});

it('OTLP/JSON still goes through spans and the official exporter', async () => {
  const { processor, end } = start({ exporter: { url: sink.tracesUrl, protocol: 'http/json' } });
  end('json');
  await processor.forceFlush();
  expect((await sink.requests())[0]?.headers).toMatchObject({ 'content-type': 'application/json' });
  await processor.shutdown();
});
