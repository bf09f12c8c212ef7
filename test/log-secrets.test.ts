import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTraceState, DiagLogLevel, diag, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { type OtlpHttpExporterOptions, WorkerSpanProcessor, type WorkerSpanProcessorOptions } from 'offloop';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { SinkBehaviour } from '../experiments/sink/behaviour.js';
import { Sink } from '../experiments/sink/sink.js';

const SECRET = 'hunter2';
const CLOSED_PORT_URL = `http://user:${SECRET}@127.0.0.1:1/v1/traces`;
const FAULTY_EXPORTER = new URL('../dist/test/fixtures/faulty-exporter.js', import.meta.url);
const QUOTING_EXPORTER = new URL('../dist/test/fixtures/quoting-exporter.js', import.meta.url);

let sink: Sink;
let folder: string;
const lines: string[] = [];

beforeEach(async () => {
  sink = await Sink.listen({ port: 0 });
  folder = mkdtempSync(join(tmpdir(), 'offloop-secrets-'));
  lines.length = 0;
  const keep = (...values: unknown[]) => lines.push(values.map(String).join(' '));
  diag.setLogger(
    { error: keep, warn: keep, info: keep, debug: keep, verbose: keep },
    { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: true },
  );
  // What the worker writes comes out here as well.
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      lines.push(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString());
      return true;
    });
  }
});

afterEach(async () => {
  vi.restoreAllMocks();
  diag.disable();
  await sink.close();
  rmSync(folder, { recursive: true });
});

/** Ends a span that has the secret in every field that holds text. */
function endSecretSpan(processor: WorkerSpanProcessor, name = SECRET): void {
  const attributes = { [SECRET]: SECRET, [`${SECRET}.list`]: [SECRET] };
  const resource = resourceFromAttributes(attributes);
  const scope = { schemaUrl: `https://${SECRET}` };
  const tracer = new BasicTracerProvider({ resource, spanProcessors: [processor] }).getTracer(SECRET, SECRET, scope);
  const link = {
    traceId: '0123456789abcdef0123456789abcdef',
    spanId: 'fedcba9876543210',
    traceFlags: TraceFlags.SAMPLED,
    traceState: createTraceState(`a=${SECRET}`),
  };
  const span = tracer.startSpan(name, { attributes, links: [{ context: link, attributes }] });
  span.addEvent(SECRET, attributes);
  span.recordException(new Error(SECRET));
  span.setStatus({ code: SpanStatusCode.ERROR, message: SECRET });
  Object.defineProperty(span, 'duration', {
    get: () => {
      if (name === 'unreadable') throw new Error(SECRET);
      return [0, 1];
    },
  });
  span.end();
}

interface Failure {
  /** Of the line the log is to have: a reason, or more of it. */
  readonly logged: string;
  readonly behaviour?: SinkBehaviour;
  readonly exporter?: OtlpHttpExporterOptions;
  readonly options?: (folder: string) => WorkerSpanProcessorOptions;
  readonly spanName?: string;
}

const failures: Failure[] = [
  { logged: '(export_failed)', exporter: { url: CLOSED_PORT_URL } },
  { logged: '(export_failed)', behaviour: { fail: { status: 400, message: SECRET } } },
  {
    logged: '(export_failed)',
    behaviour: { fail: { status: 400, message: SECRET } },
    exporter: { protocol: 'http/json' },
  },
  { logged: '(HTTP 413)', behaviour: { fail: { status: 413, message: SECRET } } },
  { logged: '(export_timeout)', behaviour: { hang: {} } },
  { logged: '(rejected)', behaviour: { partialSuccess: { rejectedSpans: 1 } } },
  {
    logged: '(exporter_unavailable)',
    options: () => ({ exporter: { module: FAULTY_EXPORTER, export: 'Missing', options: { token: SECRET } } }),
  },
  {
    logged: '(worker_crashed)',
    options: (folder) => ({
      exporter: {
        module: FAULTY_EXPORTER,
        export: 'FaultyExporter',
        options: { countFile: join(folder, 'count'), fault: 'exit', faultCount: 2, token: SECRET },
      },
    }),
  },
  {
    logged: '(worker_crashed): RangeError: at ',
    options: () => ({ exporter: { module: QUOTING_EXPORTER, export: 'QuotingExporter' } }),
  },
  { logged: '(span_too_large)', options: () => ({ maxSpanBytes: 1_024 }), spanName: SECRET.repeat(1_000) },
  { logged: '(span_unreadable)', spanName: 'unreadable' },
];

it.each(failures)('a span that ends as $logged leaves no word of it in any log', async (failure) => {
  const { logged, behaviour = {}, exporter, options, spanName } = failure;
  await sink.setBehaviour(behaviour);
  const headers = { authorization: `Bearer ${SECRET}`, [`x-${SECRET}`]: SECRET };
  const processor = new WorkerSpanProcessor({
    exporter: { url: sink.tracesUrl, headers, timeoutMillis: 500, ...exporter },
    onDrop: () => {
      throw new Error(SECRET);
    },
    ...options?.(folder),
  });
  endSecretSpan(processor, spanName);
  const outcome = await processor.shutdown().then(
    () => 'delivered',
    (error: unknown) => String(error),
  );
  endSecretSpan(processor);
  expect(lines.join('\n')).toContain(logged);
  expect(lines.join('\n')).toContain('(shut_down)');
  expect([...lines, outcome].filter((line) => line.includes(SECRET))).toEqual([]);
});

it('a queue that is full says so once, at shutdown how often in all, and nothing of the spans', async () => {
  const processor = new WorkerSpanProcessor({ exporter: { url: sink.tracesUrl }, maxQueueSize: 1 });
  for (let index = 0; index < 50; index += 1) endSecretSpan(processor);
  const countLines = () => lines.filter((line) => line.includes('(queue_full)')).length;
  expect(countLines()).toBe(1);
  await processor.shutdown();
  expect(countLines()).toBe(2);
  expect(lines.filter((line) => line.includes(SECRET))).toEqual([]);
});
