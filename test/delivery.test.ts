import { createTraceState, SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  type SpanExporter,
} from '@opentelemetry/sdk-trace-base';
import { type HandOffName, type OtlpHttpExporterOptions, WorkerSpanProcessor, WorkerTraceExporter } from 'offloop';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReceivedSpan } from '../experiments/sink/otlp-shape.js';
import { Sink } from '../experiments/sink/sink.js';

let officialSink: Sink;
let offloopSink: Sink;

beforeEach(async () => {
  [officialSink, offloopSink] = await Promise.all([listen(), listen()]);
});

afterEach(() => Promise.all([officialSink.close(), offloopSink.close()]));

function listen(): Promise<Sink> {
  return Sink.listen({ port: 0, maxKeptSpanCount: 10_000 });
}

/** Every kind of attribute, event, link and status, in three scopes, so that every field of OTLP is on the way. */
function makeSpans(provider: BasicTracerProvider): void {
  const vietnamese = 'Tất cả mọi người sinh ra đều được tự do và bình đẳng. '.repeat(200);
  const scopes = [
    provider.getTracer('plain'),
    provider.getTracer('versioned', '1.2.3'),
    provider.getTracer('with-schema', '2', { schemaUrl: 'https://opentelemetry.io/schemas/1.37.0' }),
  ];
  for (const tracer of scopes) {
    const remote = {
      traceId: '0123456789abcdef0123456789abcdef',
      spanId: 'fedcba9876543210',
      traceFlags: TraceFlags.SAMPLED,
      isRemote: true,
      traceState: createTraceState('vendor=one,other=two'),
    };
    const span = tracer.startSpan('chat tự do', {
      kind: SpanKind.CLIENT,
      startTime: [1_700_000_000, 123_456_789],
      links: [{ context: remote, attributes: { reason: 'retry', 'retry.count': 2 } }, { context: remote }],
      attributes: {
        text: 'short',
        'gen_ai.prompt': vietnamese,
        ascii: 'a'.repeat(20_000),
        empty: '',
        emoji: 'thumbs 👍🏽 up',
        integer: 42,
        negative: -7,
        large: Number.MAX_SAFE_INTEGER,
        double: 1.5,
        flag: true,
        texts: ['a', 'ế', ''],
        numbers: [1, 2.5, -3],
        flags: [true, false],
        none: [],
      },
    });
    span.addEvent('token', { index: 1, piece: 'Tất' }, [1_700_000_000, 200_000_000]);
    span.addEvent('plain');
    span.recordException(new Error('mất kết nối'));
    span.setStatus({ code: SpanStatusCode.ERROR, message: 'hỏng' });
    span.end([1_700_000_001, 5]);
    tracer.startSpan('bare').end();
  }
}

function byId(spans: ReceivedSpan[]): ReceivedSpan[] {
  return [...spans].sort((a, b) => a.spanId.localeCompare(b.spanId));
}

async function exportBoth(
  official: SpanExporter,
  exporter: OtlpHttpExporterOptions,
  handOff: HandOffName,
): Promise<void> {
  const worker = new WorkerSpanProcessor({ exporter: { url: offloopSink.tracesUrl, ...exporter }, handOff });
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'dịch vụ', 'host.cpu.count': 2 }),
    spanProcessors: [new SimpleSpanProcessor(official), worker],
  });
  makeSpans(provider);
  await provider.forceFlush();
  expect(worker.stats()).toMatchObject({ acceptedSpanCount: 6, exportedSpanCount: 6, pendingSpanCount: 0 });
  await provider.shutdown();
}

describe.each(['transfer', 'shared'] as const)('spans at the sink, handed over by %s', (handOff) => {
  it('equal those of the official OTLP/protobuf exporter, attribute by attribute', async () => {
    await exportBoth(new ProtobufExporter({ url: officialSink.tracesUrl }), {}, handOff);
    const official = byId(await officialSink.spans());
    expect(official).toHaveLength(6);
    expect(byId(await offloopSink.spans())).toEqual(official);
  });

  it('equal those of the official OTLP/JSON exporter, attribute by attribute', async () => {
    await exportBoth(new JsonExporter({ url: officialSink.tracesUrl }), { protocol: 'http/json' }, handOff);
    const official = byId(await officialSink.spans());
    expect(official).toHaveLength(6);
    expect(byId(await offloopSink.spans())).toEqual(official);
  });
});

describe('spans at the sink', () => {
  it('come compressed and with the headers that were asked for', async () => {
    const headers = { 'x-project': 'offloop' };
    const processor = new WorkerSpanProcessor({
      exporter: { url: offloopSink.tracesUrl, headers, compression: 'gzip' },
    });
    makeSpans(new BasicTracerProvider({ spanProcessors: [processor] }));
    await processor.shutdown();
    const [request] = await offloopSink.requests();
    expect(request?.headers).toMatchObject({
      'content-type': 'application/x-protobuf',
      'content-encoding': 'gzip',
      'x-project': 'offloop',
    });
    expect((await offloopSink.report()).spans.receivedCount).toBe(6);
  });

  it('leave in batches of maxExportBatchSize, without waiting for the timer', async () => {
    const processor = new WorkerSpanProcessor({
      exporter: { url: offloopSink.tracesUrl },
      maxExportBatchSize: 10,
      scheduledDelayMillis: 60_000,
    });
    const tracer = new BasicTracerProvider({ spanProcessors: [processor] }).getTracer('batch');
    for (let index = 0; index < 25; index += 1) tracer.startSpan('span').end();
    await expect.poll(async () => (await offloopSink.report()).spans.receivedCount, { timeout: 10_000 }).toBe(20);
    // The sink has them before the main thread has the replies.
    await expect.poll(() => processor.stats().pendingSpanCount, { timeout: 10_000 }).toBe(5);
    await processor.shutdown();
    expect((await offloopSink.report()).requests.countByStatus).toEqual({ 200: 3 });
  });

  it('leave after scheduledDelayMillis', async () => {
    const processor = new WorkerSpanProcessor({ exporter: { url: offloopSink.tracesUrl }, scheduledDelayMillis: 50 });
    new BasicTracerProvider({ spanProcessors: [processor] }).getTracer('delay').startSpan('span').end();
    await expect.poll(() => processor.stats().exportedSpanCount, { timeout: 10_000 }).toBe(1);
    await processor.shutdown();
  });

  it('are left out when they are not sampled', async () => {
    const processor = new WorkerSpanProcessor({ exporter: { url: offloopSink.tracesUrl } });
    const provider = new BasicTracerProvider({ spanProcessors: [processor] });
    const span = provider.getTracer('sampling').startSpan('recorded only');
    const context = { ...span.spanContext(), traceFlags: TraceFlags.NONE };
    Object.defineProperty(span, 'spanContext', { value: () => context });
    span.end();
    await processor.forceFlush();
    expect(processor.stats().acceptedSpanCount).toBe(0);
    await processor.shutdown();
  });

  it('carry resource attributes whose detectors answer after the span has ended', async () => {
    let answer: (value: string) => void = () => {};
    const resource = resourceFromAttributes({
      'service.name': 'early',
      'host.id': new Promise<string>((resolve) => {
        answer = resolve;
      }),
    });
    const processor = new WorkerSpanProcessor({ exporter: { url: offloopSink.tracesUrl } });
    const provider = new BasicTracerProvider({ resource, spanProcessors: [processor] });
    provider.getTracer('async').startSpan('span').end();
    const flushed = processor.forceFlush();
    setTimeout(answer, 100, 'late');
    await flushed;
    const [span] = await offloopSink.spans();
    expect(span?.resource.attributes).toContainEqual({ key: 'host.id', value: { stringValue: 'late' } });
    await processor.shutdown();
  });
});

describe('a resource detector that never answers', () => {
  it('does not keep a flush from delivering, within exportTimeoutMillis', async () => {
    const resource = resourceFromAttributes({ 'service.name': 'early', 'host.id': new Promise<string>(() => {}) });
    const processor = new WorkerSpanProcessor({
      exporter: { url: offloopSink.tracesUrl },
      exportTimeoutMillis: 2_000,
    });
    const provider = new BasicTracerProvider({ resource, spanProcessors: [processor] });
    provider.getTracer('async').startSpan('span').end();
    await processor.shutdown();
    expect(processor.stats()).toMatchObject({ exportedSpanCount: 1, pendingSpanCount: 0 });
  });

  it('holds the spans for half of exportTimeoutMillis; they leave with what is known', async () => {
    const resource = resourceFromAttributes({ 'service.name': 'early', 'host.id': new Promise<string>(() => {}) });
    const processor = new WorkerSpanProcessor({
      exporter: { url: offloopSink.tracesUrl },
      exportTimeoutMillis: 500,
      scheduledDelayMillis: 0,
    });
    const provider = new BasicTracerProvider({ resource, spanProcessors: [processor] });
    provider.getTracer('async').startSpan('span').end();
    await expect.poll(() => processor.stats().exportedSpanCount, { timeout: 10_000 }).toBe(1);
    const [span] = await offloopSink.spans();
    expect(span?.resource.attributes.map(({ key }) => key)).toContain('service.name');
    await processor.shutdown();
  });
});

describe('WorkerTraceExporter', () => {
  it('delivers through a processor that only takes an exporter', async () => {
    const exporter = new WorkerTraceExporter({ exporter: { url: offloopSink.tracesUrl } });
    const provider = new BasicTracerProvider({
      spanProcessors: [
        new SimpleSpanProcessor(new ProtobufExporter({ url: officialSink.tracesUrl })),
        new SimpleSpanProcessor(exporter),
      ],
    });
    makeSpans(provider);
    await provider.forceFlush();
    expect(byId(await offloopSink.spans())).toEqual(byId(await officialSink.spans()));
    expect(exporter.stats().exportedSpanCount).toBe(6);
    await provider.shutdown();
  });

  it('reports a failed export to the processor', async () => {
    await offloopSink.setBehaviour({ fail: { status: 400 } });
    const exporter = new WorkerTraceExporter({ exporter: { url: offloopSink.tracesUrl } });
    const memory = new InMemorySpanExporter();
    const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(memory)] });
    provider.getTracer('failing').startSpan('span').end();
    const exportSpans = (spans: ReadableSpan[]) => new Promise((resolve) => exporter.export(spans, resolve));
    const [refused, empty] = await Promise.all([exportSpans(memory.getFinishedSpans()), exportSpans([])]);
    expect(refused).toMatchObject({ code: 1, error: { code: 'ERR_OFFLOOP_EXPORT_FAILED' } });
    expect(empty).toEqual({ code: 0 });
    expect(exporter.stats()).toMatchObject({ failedSpanCount: 1, pendingSpanCount: 0 });
    await offloopSink.setBehaviour({});
    expect(await exportSpans(memory.getFinishedSpans())).toEqual({ code: 0 });
    await exporter.shutdown();
  });
});
