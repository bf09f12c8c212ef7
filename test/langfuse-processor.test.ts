import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { configureGlobalLogger, LogLevel, resetGlobalLogger } from '@langfuse/core';
import { LangfuseSpanProcessor } from '@langfuse/otel';
import {
  observe,
  type PropagateAttributesParams,
  propagateAttributes,
  setLangfuseTracerProvider,
  startActiveObservation,
  startObservation,
} from '@langfuse/tracing';
import { type Attributes, context, DiagLogLevel, diag, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import {
  AlwaysOffSampler,
  BasicTracerProvider,
  SamplingDecision,
  type Span,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { LangfuseWorkerSpanProcessor, type LangfuseWorkerSpanProcessorOptions } from 'offloop/langfuse';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { LangfuseServerClient } from '../experiments/langfuse-server/client.js';
import { LangfuseServer } from '../experiments/langfuse-server/langfuse-server.js';
import type { ReceivedSpan } from '../experiments/sink/otlp-shape.js';
import { runBuilt } from './fixtures/run-fixture.js';

const KEYS = { publicKey: 'pk-lf-test', secretKey: 'sk-lf-test' };
const INPUT = 'langfuse.observation.input';
const PLACEHOLDER = '<fully masked due to failed mask function>';
const PICTURE = 'data:image/png;base64,iVBORw0KGgo+/w==';

const log = { error: vi.fn(), warn: vi.fn(), info: vi.fn(), debug: vi.fn(), verbose: vi.fn() };
/** Through Langfuse's logger. */
const printed: string[] = [];
let server: LangfuseServer;
let client: LangfuseServerClient;

beforeEach(async () => {
  for (const level of Object.values(log)) level.mockClear();
  diag.setLogger(log, { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: true });
  configureGlobalLogger({ level: LogLevel.WARN, enableTimestamp: false });
  printed.length = 0;
  for (const level of ['warn', 'error'] as const) {
    vi.spyOn(console, level).mockImplementation((line) => void printed.push(String(line)));
  }
  // After the processor's shutdown, which says what was held back.
  onTestFinished(() => {
    vi.restoreAllMocks();
    resetGlobalLogger();
  });
  server = await LangfuseServer.listen();
  client = new LangfuseServerClient(server.controlUrl);
});

afterEach(async () => {
  diag.disable();
  await server.close();
});

function start(options: LangfuseWorkerSpanProcessorOptions = {}) {
  const processor = new LangfuseWorkerSpanProcessor({ ...KEYS, baseUrl: server.url, ...options });
  onTestFinished(() => processor.shutdown().catch(() => {}));
  const tracer = new BasicTracerProvider({ spanProcessors: [processor] }).getTracer('langfuse-sdk');
  return { processor, end: (input: string) => tracer.startSpan('span', { attributes: { [INPUT]: input } }).end() };
}

async function receivedInputs(): Promise<unknown[]> {
  const spans = await client.spansWith(INPUT);
  return spans.map(({ attributes }) => {
    const value = attributes.find(({ key }) => key === INPUT)?.value;
    return value !== undefined && 'stringValue' in value ? value.stringValue : value;
  });
}

async function makeMaskModule(source: string): Promise<URL> {
  const folder = await mkdtemp(join(tmpdir(), 'offloop-mask-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'mask.mjs');
  await writeFile(path, source);
  return pathToFileURL(path);
}

describe('beside the official processor', () => {
  it('delivers equal spans of a trace, with their media', async () => {
    const theirServer = await LangfuseServer.listen();
    onTestFinished(() => theirServer.close());
    const common = { ...KEYS, environment: 'staging', release: 'r1', additionalHeaders: { 'x-team': 'a' } };
    const ours = new LangfuseWorkerSpanProcessor({ ...common, baseUrl: server.url });
    const theirs = new LangfuseSpanProcessor({ ...common, baseUrl: theirServer.url });
    // Ours first: theirs changes the spans.
    const provider = new NodeTracerProvider({ spanProcessors: [ours, theirs] });
    provider.register();
    setLangfuseTracerProvider(provider);
    onTestFinished(() => {
      setLangfuseTracerProvider(null);
      for (const api of [trace, context, propagation]) api.disable();
    });

    const answer = observe(async (question: string) => `answer to ${question}`, {
      name: 'answer',
      asType: 'generation',
    });
    await propagateAttributes({ userId: 'u1', sessionId: 's1', tags: ['a', 'b'], metadata: { tier: 'gold' } }, () =>
      startActiveObservation('conversation', async (root) => {
        root.update({ input: { question: 'Xin chào', image: PICTURE }, metadata: { intent: 'greeting' } });
        await answer('Xin chào');
        const late = root.startObservation('late', { input: 'a' }, { asType: 'tool' });
        root.update({ output: 'done' });
        late.update({ output: [1, 2] }).end();
      }),
    );
    const httpSpan = provider.getTracer('http').startSpan('GET /');
    startObservation('below http', { input: 'x' }, { parentSpanContext: httpSpan.spanContext() }).end();
    httpSpan.end();
    await Promise.all([ours.forceFlush(), theirs.forceFlush()]);

    const theirClient = new LangfuseServerClient(theirServer.controlUrl);
    const spans = byId(await client.traces.spans());
    expect(spans.map(({ name }) => name).sort()).toEqual(['answer', 'below http', 'conversation', 'late']);
    expect(spans).toEqual(byId(await theirClient.traces.spans()));
    const roots = spans.filter(({ attributes }) =>
      attributes.some(({ key }) => key === 'langfuse.internal.is_app_root'),
    );
    expect(roots.map(({ name }) => name).sort()).toEqual(['below http', 'conversation']);
    expect(await summarizeMedia(client)).toEqual(await summarizeMedia(theirClient));
    expect((await client.media()).media).toHaveLength(1);

    const [ourRequest, theirRequest] = await Promise.all([client.traces.requests(), theirClient.traces.requests()]);
    expect(langfuseHeaders(ourRequest)).toEqual(langfuseHeaders(theirRequest));
    expect(ours.stats()).toMatchObject({
      acceptedSpanCount: 5,
      exportedSpanCount: 4,
      droppedSpanCountByReason: { filtered: 1 },
      media: { uploadedCount: 1 },
    });
    await Promise.all([ours.shutdown(), theirs.shutdown()]);
    const lines = Object.values(log).flatMap(({ mock }) =>
      mock.calls.flat().filter((word) => typeof word === 'string'),
    );
    expect([...lines, ...printed].filter((line) => line.includes('sk-lf-test'))).toEqual([]);
  });
});

function byId(spans: readonly ReceivedSpan[]): ReceivedSpan[] {
  return [...spans].sort((a, b) => (a.spanId < b.spanId ? -1 : 1));
}

describe('at its start a span gets', () => {
  const keys = { environment: 'staging', release: 'r1' };
  const started: readonly [string, Attributes][] = [
    ['nothing of its own', {}],
    [
      'what it has already',
      { 'langfuse.environment': 'mine', 'user.id': 'mine', other: 1, 'langfuse.release': 'mine' },
    ],
    ['a prompt of its own', { 'langfuse.observation.prompt.name': 'mine', 'gen_ai.system': 'x' }],
  ];
  const propagated: readonly [string, PropagateAttributesParams | undefined][] = [
    ['nothing', undefined],
    [
      'all there is',
      { userId: 'u1', sessionId: 's1', version: '1', traceName: 't', tags: ['a'], metadata: { tier: 'x' } },
    ],
    ['baggage', { userId: 'u1', tags: ['a', 'b'], metadata: { tier: 'x' }, asBaggage: true }],
  ];

  it.each(started.flatMap((own) => propagated.map((from) => ({ own, from }))))(
    'what it gets from the official processor, in the same order: $own.0, $from.0 propagated',
    ({ own: [, attributes], from: [, params] }) => {
      const provider = new NodeTracerProvider();
      provider.register();
      onTestFinished(() => {
        for (const api of [trace, context, propagation]) api.disable();
      });
      const official = new LangfuseSpanProcessor({ ...KEYS, ...keys, baseUrl: server.url });
      const { processor: ours } = start(keys);
      const startIn = (scope: string, processor: SpanProcessor) => {
        const run = () => {
          // Two of them, as the second one's parent is known.
          const parent = provider.getTracer(scope).startSpan('parent', { attributes }) as Span;
          processor.onStart(parent, context.active());
          const inside = trace.setSpan(context.active(), parent);
          const child = provider.getTracer(scope).startSpan('child', { attributes }, inside) as Span;
          processor.onStart(child, inside);
          return [parent, child].map((span) => Object.entries(span.attributes));
        };
        return params === undefined ? run() : propagateAttributes(params, run);
      };
      for (const scope of ['langfuse-sdk', 'http']) expect(startIn(scope, ours)).toEqual(startIn(scope, official));
    },
  );
});

/** All but the times of the uploads. */
async function summarizeMedia(asked: LangfuseServerClient) {
  const { media, links } = await asked.media();
  return { links, media: media.map(({ status, ...others }) => ({ ...others, httpStatus: status?.uploadHttpStatus })) };
}

function langfuseHeaders(requests: readonly { readonly headers: object }[]) {
  const names = /^(authorization|x-.*)$/;
  return Object.fromEntries(Object.entries(requests[0]?.headers ?? {}).filter(([name]) => names.test(name)));
}

describe('a mask', () => {
  it('in a module masks in the worker', async () => {
    const module = await makeMaskModule("export const hide = async ({ data }) => data.replace('CANARY', '***');");
    const { processor, end } = start({ mask: { module, export: 'hide' } });
    end('a CANARY');
    await processor.forceFlush();
    expect(await receivedInputs()).toEqual(['a ***']);
  });

  it('that a module does not export fails its spans, unsent', async () => {
    const { processor, end } = start({ mask: { module: await makeMaskModule('export const a = 1;'), export: 'a' } });
    end('CANARY');
    await expect(processor.forceFlush()).rejects.toThrow('1 spans were not delivered');
    expect(processor.stats().failedSpanCountByReason).toEqual({ hooks_unavailable: 1 });
    expect(await client.traces.spans()).toEqual([]);
  });

  it('as a function masks here, and a flush waits for its promises', async () => {
    let answer: (masked: string) => void = () => {};
    const { processor, end } = start({
      mask: ({ data }) => (data === 'now' ? 'sync' : new Promise((resolve) => (answer = resolve))),
    });
    end('now');
    end('later');
    const flushed = processor.forceFlush();
    expect(processor.stats()).toMatchObject({ acceptedSpanCount: 2, pendingSpanCount: 2 });
    await expect.poll(() => processor.stats().pendingSpanCount).toBe(1);
    expect(processor.stats().pendingBytes).toBeGreaterThan(0);
    answer('async');
    await flushed;
    expect(await receivedInputs()).toEqual(['sync', 'async']);
    expect(processor.stats()).toMatchObject({ exportedSpanCount: 2, pendingSpanCount: 0, pendingBytes: 0 });
  });

  it('that never answers costs its time and the value', async () => {
    const { processor, end } = start({ mask: () => new Promise(() => {}), maskTimeoutMillis: 20 });
    end('CANARY');
    await processor.forceFlush();
    expect(await receivedInputs()).toEqual([PLACEHOLDER]);
    expect(processor.stats()).toMatchObject({ exportedSpanCount: 1, maskFailureCount: 1 });
    expect(printed).toContainEqual(
      expect.stringMatching(/\[WARN\] offloop: 1 values became the placeholder.*did not answer/),
    );
  });

  it('that throws is counted, and its error is not logged', async () => {
    const { processor, end } = start({
      mask: ({ data }) => {
        throw new Error(`can't mask ${data}`);
      },
    });
    end('CANARY');
    await processor.forceFlush();
    expect(await receivedInputs()).toEqual([PLACEHOLDER]);
    expect(processor.stats().maskFailureCount).toBe(1);
    expect(printed.join()).toMatch(/offloop: 1 values became the placeholder: the mask hook threw/);
    expect(printed.join()).not.toMatch(/CANARY/);
  });

  it('that is slower than the service makes spans drop, not wait without bound', async () => {
    const onDrop = vi.fn();
    const mask = vi.fn(() => new Promise(() => {}));
    const { processor, end } = start({ mask, maskTimeoutMillis: 20, maxQueueSize: 2, onDrop });
    for (let index = 0; index < 5; index++) end(`CANARY ${index}`);
    expect(mask).toHaveBeenCalledTimes(2);
    expect(onDrop.mock.calls).toEqual([1, 2, 3].map(() => [{ reason: 'queue_full', spanCount: 1 }]));
    expect(printed.filter((line) => line.includes('queue_full'))).toEqual([
      '[Langfuse SDK] [WARN] offloop: 1 spans dropped (queue_full): the queue is full; the sink is slower than the service',
    ]);
    await processor.forceFlush();
    expect(await receivedInputs()).toEqual([PLACEHOLDER, PLACEHOLDER]);
  });

  it('has no more than 2,048 spans waiting where no bound is set', async () => {
    const { processor, end } = start({ mask: () => new Promise(() => {}), maskTimeoutMillis: 20 });
    for (let index = 0; index < 2_050; index++) end('CANARY');
    expect(processor.stats()).toMatchObject({ pendingSpanCount: 2_048, droppedSpanCountByReason: { queue_full: 2 } });
    await processor.forceFlush();
  });

  it('that has not answered when the processor is shut down costs the span', async () => {
    const { processor, end } = start({ mask: () => new Promise(() => {}), exportTimeoutMillis: 500 });
    end('CANARY');
    await expect(processor.shutdown()).rejects.toMatchObject({ code: 'ERR_OFFLOOP_EXPORT_TIMEOUT' });
    expect(processor.stats()).toMatchObject({
      droppedSpanCountByReason: { shut_down: 1 },
      pendingSpanCount: 0,
      pendingBytes: 0,
    });
    expect(await client.traces.spans()).toEqual([]);
  });

  it('that has not answered when the process exits leaves the placeholder', async () => {
    const run = await runBuilt('test/fixtures/langfuse-exit.js', { args: [server.url] });
    expect(run).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(run.stdout)).toMatchObject({ exportedSpanCount: 2, pendingSpanCount: 0, maskFailureCount: 1 });
    expect(await receivedInputs()).toEqual(['masked', PLACEHOLDER]);
  });
});

describe('the filter', () => {
  it('drops what it refuses or throws at, counts it, and lets pass any other answer', async () => {
    const answers: Record<string, () => unknown> = {
      yes: () => true,
      no: () => false,
      undefined: () => undefined,
      promise: () => Promise.resolve(false),
      throws: () => {
        throw new TypeError('it quotes CANARY');
      },
    };
    const { processor } = start({ shouldExportSpan: ({ otelSpan }) => answers[otelSpan.name]?.() as boolean });
    const tracer = new BasicTracerProvider({ spanProcessors: [processor] }).getTracer('any');
    for (const name of [...Object.keys(answers), 'throws']) tracer.startSpan(name).end();
    await processor.forceFlush();
    expect((await client.traces.spans()).map(({ name }) => name)).toEqual(['yes', 'undefined', 'promise']);
    expect(processor.stats()).toMatchObject({ acceptedSpanCount: 6, droppedSpanCountByReason: { filtered: 3 } });
    await processor.shutdown();
    const line = '[Langfuse SDK] [ERROR] offloop: 1 spans dropped (filtered): shouldExportSpan threw TypeError';
    expect(printed, 'at once, and what was held back at the end').toEqual([line, line]);
  });

  it('is not asked at the end of a span that is not sampled', async () => {
    const shouldExportSpan = vi.fn(() => true);
    const mask = vi.fn();
    const { processor } = start({ shouldExportSpan, mask });
    const sampler = { shouldSample: () => ({ decision: SamplingDecision.RECORD }) };
    const attributes = { [INPUT]: 'CANARY' };
    for (const each of [sampler, new AlwaysOffSampler()]) {
      const provider = new BasicTracerProvider({ spanProcessors: [processor], sampler: each });
      provider.getTracer('any').startSpan('unsampled', { attributes }, ROOT_CONTEXT).end();
    }
    expect(shouldExportSpan).toHaveBeenCalledTimes(1);
    expect(mask).not.toHaveBeenCalled();
    expect(processor.stats()).toMatchObject({ acceptedSpanCount: 0 });
  });

  it('costs little for a span it drops', () => {
    const { processor } = start();
    const spans = Array.from({ length: 2_000 }, () => {
      const attributes = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`http.attribute.${index}`, 'x']));
      return new BasicTracerProvider().getTracer('http').startSpan('GET /', { attributes });
    });
    let bestMicros = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 20; round++) {
      const startMillis = performance.now();
      for (const span of spans) processor.onEnd(span as never);
      bestMicros = Math.min(bestMicros, ((performance.now() - startMillis) * 1000) / spans.length);
    }
    // 0.06 µs where it was written; the least that encodes one takes 1.
    expect(bestMicros).toBeLessThan(1);
  });
});

it('sends one request a span in immediate mode', async () => {
  const { processor, end } = start({ exportMode: 'immediate', flushAt: 100 });
  for (let index = 0; index < 3; index++) end(`${index}`);
  await processor.forceFlush();
  expect((await client.report()).traces.requests).toMatchObject({ receivedCount: 3 });
});
