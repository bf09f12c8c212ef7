import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DiagLogLevel, diag, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { OTLPTraceExporter as GrpcExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { ZipkinExporter } from '@opentelemetry/exporter-zipkin';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, SimpleSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import { type ExporterOptions, WorkerSpanProcessor } from 'offloop';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Sink } from '../experiments/sink/sink.js';
import { GrpcTraceReceiver } from './fixtures/grpc-trace-receiver.js';
import { ProgramFolder } from './fixtures/program-folder.js';

const JSON_LINES_EXPORTER = new URL('../examples/exporters/json-lines-exporter.mjs', import.meta.url);
const TOKEN_HEADERS = new URL('../examples/exporters/token-headers.mjs', import.meta.url);
const OWN_EXPORTER = new URL('./fixtures/own-exporter.mjs', import.meta.url);
const HEADERS = new URL('./fixtures/headers.mjs', import.meta.url);

let sink: Sink;
let folder: string;

beforeEach(async () => {
  sink = await Sink.listen({ port: 0, maxKeptSpanCount: 100 });
  folder = mkdtempSync(join(tmpdir(), 'offloop-exporters-'));
});

afterEach(async () => {
  await sink.close();
  rmSync(folder, { recursive: true });
});

/** Ends two spans that both processors get, and waits until they have left. */
async function exportBoth(exporter: ExporterOptions, official?: SpanExporter): Promise<WorkerSpanProcessor> {
  const processor = new WorkerSpanProcessor({ exporter });
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'shop' }),
    spanProcessors: [processor, ...(official === undefined ? [] : [new SimpleSpanProcessor(official)])],
  });
  const tracer = provider.getTracer('exporters', '1.0.0');
  const span = tracer.startSpan('pay', { kind: SpanKind.CLIENT, attributes: { 'cart.size': 3, note: 'thử' } });
  span.addEvent('retry', { after: 1.5 });
  span.setStatus({ code: SpanStatusCode.ERROR, message: 'declined' });
  span.end();
  tracer.startSpan('ship').end();
  await provider.forceFlush();
  await provider.shutdown();
  return processor;
}

function bySpanId<T extends { readonly spanId?: string; readonly id?: string }>(spans: readonly T[]): T[] {
  const id = (span: T) => span.spanId ?? span.id ?? '';
  return [...spans].sort((a, b) => id(a).localeCompare(id(b)));
}

describe('gRPC', () => {
  let receivers: GrpcTraceReceiver[];
  let officialSink: Sink;

  beforeEach(async () => {
    officialSink = await Sink.listen({ port: 0, maxKeptSpanCount: 100 });
    receivers = await Promise.all([
      GrpcTraceReceiver.listen(sink.tracesUrl),
      GrpcTraceReceiver.listen(officialSink.tracesUrl),
    ]);
  });

  afterEach(async () => {
    for (const receiver of receivers) receiver.close();
    await officialSink.close();
  });

  it('sends from the worker what the official exporter sends', async () => {
    const [ours, theirs] = receivers;
    const url = ours?.url ?? '';
    const module = '@opentelemetry/exporter-trace-otlp-grpc';
    const processor = await exportBoth(
      { module, export: 'OTLPTraceExporter', options: { url } },
      new GrpcExporter({ url: theirs?.url ?? '' }),
    );
    expect(processor.stats()).toMatchObject({ exportedSpanCount: 2, pendingSpanCount: 0 });
    const official = bySpanId(await officialSink.spans());
    expect(official).toHaveLength(2);
    expect(bySpanId(await sink.spans())).toEqual(official);
  });

  it('is what OTEL_EXPORTER_OTLP_PROTOCOL=grpc means, whose variables it reads', async () => {
    const program = new ProgramFolder([
      '@opentelemetry/api',
      '@opentelemetry/sdk-trace-base',
      '@opentelemetry/exporter-trace-otlp-grpc',
    ]).write({ 'app.mjs': APP });
    const run = await program.run('app.mjs', {
      env: {
        OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
        OTEL_EXPORTER_OTLP_ENDPOINT: receivers[0]?.url,
        OTEL_EXPORTER_OTLP_HEADERS: 'x-team=checkout',
      },
    });
    program.remove();
    expect(run).toEqual({ exitCode: 0, signal: null, stdout: '', stderr: '' });
    expect((await sink.report()).spans.countByName).toEqual({ work: 1 });
    expect(receivers[0]?.metadata).toMatchObject([{ 'x-team': 'checkout' }]);
  });
});

/** Ends a span and is done: what it has is delivered on its way out. */
const APP = `
  import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
  import { WorkerSpanProcessor } from 'offloop';
  const exporter = process.argv[2] === undefined ? undefined : JSON.parse(process.argv[2]);
  const processor = new WorkerSpanProcessor({ ...(exporter && { exporter }) });
  const tracer = new BasicTracerProvider({ spanProcessors: [processor] }).getTracer('app');
  for (let count = Number(process.argv[3] ?? 1); count > 0; count -= 1) {
    tracer.startSpan('work', { attributes: { text: 'x'.repeat(9_000) } }).end();
  }`;

describe('Zipkin', () => {
  const bodies: Record<'/ours' | '/theirs', ZipkinSpan[]> = { '/ours': [], '/theirs': [] };
  let server: Server;
  let url: string;

  interface ZipkinSpan {
    readonly id: string;
    readonly name: string;
  }

  beforeEach(async () => {
    server = createServer(async (request, response) => {
      let body = '';
      for await (const part of request) body += String(part);
      bodies[request.url as keyof typeof bodies].push(...(JSON.parse(body) as ZipkinSpan[]));
      response.writeHead(202).end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  it('sends from the worker what the official exporter sends', async () => {
    const processor = await exportBoth(
      { module: '@opentelemetry/exporter-zipkin', export: 'ZipkinExporter', options: { url: `${url}/ours` } },
      new ZipkinExporter({ url: `${url}/theirs` }),
    );
    expect(processor.stats()).toMatchObject({ exportedSpanCount: 2, pendingSpanCount: 0 });
    const official = bySpanId(bodies['/theirs']);
    expect(official.map(({ name }) => name).sort()).toEqual(['pay', 'ship']);
    expect(bySpanId(bodies['/ours'])).toEqual(official);
  });
});

describe('the console', () => {
  const exporter = JSON.stringify({ module: '@opentelemetry/sdk-trace-base', export: 'ConsoleSpanExporter' });
  let program: ProgramFolder;

  beforeEach(() => {
    program = new ProgramFolder(['@opentelemetry/api', '@opentelemetry/sdk-trace-base']).write({ 'app.mjs': APP });
  });

  afterEach(() => program.remove());

  it('shows spans of a process that exits, in whole', async () => {
    // More than a pipe holds.
    const run = await program.run('app.mjs', { args: [exporter, '100'] });
    expect(run).toMatchObject({ exitCode: 0, stderr: '' });
    expect(run.stdout.match(/x{9000}/g)).toHaveLength(100);
    expect(run.stdout).toMatch(/links: \[\]\n\}\n$/);
  });

  it('that nobody reads any more ends nothing', async () => {
    const run = await program.run('app.mjs', { args: [exporter, '100'], closeStdout: true });
    expect(run).toMatchObject({ exitCode: 0, signal: null, stderr: '' });
  });
});

describe("a user's own module", () => {
  it('appends spans to a file, a line each', async () => {
    const path = join(folder, 'spans.jsonl');
    await exportBoth({ module: JSON_LINES_EXPORTER, export: 'JsonLinesExporter', options: { path } });
    const lines = readFileSync(path, 'utf8').trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { name: 'pay', attributes: { 'cart.size': 3, note: 'thử' }, resource: { 'service.name': 'shop' } },
      { name: 'ship', attributes: {} },
    ]);
  });

  it('makes an exporter with what can not cross to a worker thread', async () => {
    const processor = await exportBoth({ module: OWN_EXPORTER, options: { url: sink.tracesUrl } });
    expect(processor.stats()).toMatchObject({ exportedSpanCount: 2 });
    expect((await sink.requests())[0]?.headers).toMatchObject({ authorization: 'Bearer made in the worker' });
  });
});

it("runs under Node's flags of sockets, certificates and names, and without the preloads of the process", async () => {
  const program = new ProgramFolder(['@opentelemetry/api', '@opentelemetry/sdk-trace-base']).write({
    'app.mjs': APP,
    'preload.cjs': 'globalThis.isPreloaded = true;',
    'exporter.mjs': `
      import { getDefaultResultOrder } from 'node:dns';
      import { DEFAULT_MIN_VERSION } from 'node:tls';
      export default class {
        export(spans, done) {
          const { isPreloaded = false } = globalThis;
          console.log(JSON.stringify({ order: getDefaultResultOrder(), version: DEFAULT_MIN_VERSION, isPreloaded }));
          done({ code: 0 });
        }
        async shutdown() {}
      }`,
  });
  const exporter = JSON.stringify({ module: pathToFileURL(join(program.path, 'exporter.mjs')) });
  const run = await program.run('app.mjs', {
    // The last is one of the whole process: Node refuses to start a thread with it.
    execArgv: ['--require', './preload.cjs', '--tls-min-v1.3', '--use-openssl-ca'],
    args: [exporter],
    env: { NODE_OPTIONS: '--dns-result-order=ipv4first --require "./preload.cjs"' },
  });
  program.remove();
  expect(run).toMatchObject({ exitCode: 0, stderr: '' });
  expect(JSON.parse(run.stdout)).toEqual({ order: 'ipv4first', version: 'TLSv1.3', isPreloaded: false });
});

describe.each(['http/protobuf', 'http/json'] as const)('headers from a module, over %s', (protocol) => {
  function start(exportName?: string) {
    const headersModule = { module: HEADERS, ...(exportName !== undefined && { export: exportName }) };
    const headers = { 'x-team': 'of the options', 'x-project': 'offloop' };
    const processor = new WorkerSpanProcessor({
      exporter: { protocol, url: sink.tracesUrl, headers, headersModule },
    });
    return { processor, tracer: new BasicTracerProvider({ spanProcessors: [processor] }).getTracer('headers') };
  }

  it('are asked for anew with each request, and win over those of the options', async () => {
    const { processor, tracer } = start();
    for (const name of ['first', 'second']) {
      tracer.startSpan(name).end();
      await processor.forceFlush();
    }
    await processor.shutdown();
    expect((await sink.requests()).map(({ headers }) => headers)).toMatchObject([
      { authorization: 'Bearer 1', 'x-team': 'of the module', 'x-project': 'offloop' },
      { authorization: 'Bearer 2', 'x-team': 'of the module', 'x-project': 'offloop' },
    ]);
  });

  it('may be promised', async () => {
    const { processor, tracer } = start('readSoon');
    tracer.startSpan('span').end();
    await processor.shutdown();
    expect((await sink.requests())[0]?.headers).toMatchObject({ authorization: 'Bearer soon' });
  });

  it.each([
    ['quote', 'export_failed', /its function threw \(RangeError\)/],
    ['answerText', 'export_failed', /expected its function to answer an object/],
    ['neverAnswer', 'export_failed', /did not answer within 4000 ms/],
    ['token', 'exporter_unavailable', /expected a function named 'token'/],
    ['missing', 'exporter_unavailable', /expected a function named 'missing'/],
  ])('that can not be had (%s) fail the spans, and the log quotes nothing', async (exportName, reason, said) => {
    const lines: string[] = [];
    const keep = (...values: unknown[]) => void lines.push(values.map(String).join(' '));
    diag.setLogger(
      { error: keep, warn: keep, info: keep, debug: keep, verbose: keep },
      { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: true },
    );
    const { processor, tracer } = start(exportName);
    tracer.startSpan('span').end();
    await processor.shutdown().catch(() => {});
    diag.disable();
    expect(processor.stats()).toMatchObject({ failedSpanCountByReason: { [reason]: 1 }, pendingSpanCount: 0 });
    expect(lines.join('\n')).toMatch(said);
    expect(lines.join('\n')).not.toContain('hunter2');
    expect((await sink.report()).requests.receivedCount).toBe(0);
  });
});

it('the example reads its token again when the file changes', async () => {
  const path = join(folder, 'token');
  writeFileSync(path, 'one\n');
  process.env['TRACES_TOKEN_FILE'] = path;
  const exporter = { url: sink.tracesUrl, headersModule: { module: TOKEN_HEADERS } };
  const processor = new WorkerSpanProcessor({ exporter });
  delete process.env['TRACES_TOKEN_FILE'];
  const tracer = new BasicTracerProvider({ spanProcessors: [processor] }).getTracer('token');
  for (const token of ['one', 'one', 'two']) {
    writeFileSync(path, `${token}\n`);
    // A clock of files can be too coarse to tell two writes apart.
    utimesSync(path, 0, token === 'one' ? 1 : 2);
    tracer.startSpan('span').end();
    await processor.forceFlush();
  }
  await processor.shutdown();
  expect((await sink.requests()).map(({ headers }) => headers['authorization'])).toEqual([
    'Bearer one',
    'Bearer one',
    'Bearer two',
  ]);
});
