import { ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api';
import type { ExportResult } from '@opentelemetry/core';
import { OTLPTraceExporter as JsonTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { CompressionAlgorithm } from '@opentelemetry/otlp-exporter-base';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  type SpanExporter,
} from '@opentelemetry/sdk-trace-base';

export const SERVICE_NAME = 'sample-service';
export const EXPORTER_KINDS = ['protobuf', 'json'] as const;
export type ExporterKind = (typeof EXPORTER_KINDS)[number];

/** One trace of three spans that use every part of OTLP: a root, a model call, and a failed look-up. */
export function makeSampleSpans(): ReadableSpan[] {
  const finished = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': SERVICE_NAME, 'host.cpu_count': 2 }),
    spanProcessors: [new SimpleSpanProcessor(finished)],
  });
  const tracer = provider.getTracer('sample-tracer', '1.2.3', { schemaUrl: 'https://example.test/schema' });
  const root = tracer.startSpan('chat', { kind: SpanKind.SERVER }, ROOT_CONTEXT);
  const context = trace.setSpan(ROOT_CONTEXT, root);
  const linked = {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    traceFlags: TraceFlags.SAMPLED,
  };
  const model = tracer.startSpan('model', { links: [{ context: linked, attributes: { reason: 'retry' } }] }, context);
  model.setAttributes({
    prompt: 'Tất cả mọi người sinh ra đều được tự do \u2028 人人生而自由 🙂',
    empty: '',
    temperature: 0.7,
    'tiny.negative': -5e-324,
    'tokens.in': 1234,
    'tokens.negative': -1,
    'tokens.large': Number.MAX_SAFE_INTEGER,
    'tokens.beyond.safe': 2 ** 60,
    streamed: true,
    cached: false,
    stops: ['a', 'b'],
    scores: [1, 2.5, -3],
    nothing: [],
  });
  // The API's types leave these out, but the SDK lets them through and OTLP has a place for them.
  Object.assign((model as unknown as ReadableSpan).attributes, {
    image: new Uint8Array([0, 1, 250, 251, 252, 253, 254, 255]),
    usage: { input: 12, nested: { cost: 0.25, currency: 'USD', tags: ['x', null] } },
  });
  model.addEvent('first token', { index: 0, late: false });
  model.addEvent('end');
  model.setStatus({ code: SpanStatusCode.OK });
  model.end();
  const lookUp = tracer.startSpan('look up', { kind: SpanKind.CLIENT }, context);
  lookUp.setStatus({ code: SpanStatusCode.ERROR, message: 'not found' });
  lookUp.end();
  root.end();
  return finished.getFinishedSpans();
}

/** An official exporter; a short time-out bounds how long it retries. */
export function makeExporter(kind: ExporterKind, tracesUrl: string, gzip = false, timeoutMillis = 5000): SpanExporter {
  const compression = gzip ? CompressionAlgorithm.GZIP : CompressionAlgorithm.NONE;
  const config = { url: tracesUrl, compression, timeoutMillis };
  return kind === 'protobuf' ? new ProtobufTraceExporter(config) : new JsonTraceExporter(config);
}

/** Exports, shuts the exporter down and gives its result. */
export async function exportSpans(exporter: SpanExporter, spans: ReadableSpan[]): Promise<ExportResult> {
  const result = await new Promise<ExportResult>((resolve) => exporter.export(spans, resolve));
  await exporter.shutdown();
  return result;
}

/** A request as OTLP/JSON, for what an official exporter would not send. */
export function makeJsonBody(...spans: object[]): string {
  return JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
}

/** The least a span needs; ids are numbered. */
export function makeJsonSpan(spanNumber: number, traceNumber = 1, fields: object = {}): object {
  const toId = (number: number, byteCount: number) => number.toString(16).padStart(byteCount * 2, '0');
  return { traceId: toId(traceNumber, 16), spanId: toId(spanNumber, 8), name: 'span', ...fields };
}

export function postJson(url: string, body: string | Uint8Array<ArrayBuffer>, headers: object = {}): Promise<Response> {
  return fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
}
