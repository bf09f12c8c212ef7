import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createTraceState, SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ReceivedSpan } from '../sink/otlp-shape.js';
import { Sink } from '../sink/sink.js';
import type { Arm } from './arm.js';
import { ARM_NAMES, type ArmName } from './index.js';

// Built, because workers and processes start from files.
const BUILT_INDEX = new URL('../../dist/experiments/arms/index.js', import.meta.url);
const { loadArm }: typeof import('./index.js') = await import(BUILT_INDEX.href);

const SPAN_COUNT = 30;
const EXPORTING = ARM_NAMES.filter((name) => name !== 'control');
const BY_LANGFUSE: readonly string[] = ['langfuse', 'langfuse-every-span', 'offloop-langfuse'];

let sink: Sink;

beforeEach(async () => {
  sink = await Sink.listen({ port: 0, maxKeptSpanCount: 10_000 });
});

afterEach(async () => {
  vi.restoreAllMocks();
  await sink.close();
});

/** Ended spans of a model's client with all that a span can have. */
async function makeSpans(spanCount: number) {
  const memory = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'arms', 'process.pid': 7 }),
    spanProcessors: [new SimpleSpanProcessor(memory)],
  });
  const tracer = provider.getTracer('delivery.test', '1.2.3', { schemaUrl: 'https://opentelemetry.io/schemas/1.37.0' });
  const remote = {
    traceId: '0123456789abcdef0123456789abcdef',
    spanId: 'fedcba9876543210',
    traceFlags: TraceFlags.SAMPLED,
    isRemote: true,
    traceState: createTraceState('vendor=one,other=two'),
  };
  for (let index = 0; index < spanCount; index += 1) {
    const span = tracer.startSpan('chat tự do', {
      kind: SpanKind.CLIENT,
      links: [{ context: remote, attributes: { reason: 'retry' } }],
      attributes: { 'gen_ai.request.model': 'lab', text: 'Tất cả '.repeat(100), index, numbers: [1, 2.5] },
    });
    span.addEvent('token', { piece: 'Tất' });
    span.setStatus({ code: SpanStatusCode.ERROR, message: 'hỏng' });
    span.end();
  }
  return memory.getFinishedSpans();
}

type MadeSpans = Awaited<ReturnType<typeof makeSpans>>;

async function openArm(name: ArmName): Promise<Arm> {
  return (await loadArm(name))({ sinkUrl: sink.url });
}

/** Only shuts down: what that does not deliver is lost. */
async function deliver(arm: Arm, spans: MadeSpans): Promise<ReceivedSpan[]> {
  for (const span of spans) for (const processor of arm.spanProcessors) processor.onEnd(span);
  await Promise.all(arm.spanProcessors.map((processor) => processor.shutdown()));
  return [...(await sink.spans())].sort((a, b) => a.spanId.localeCompare(b.spanId));
}

describe.each(EXPORTING)('arm %s', (name) => {
  it('delivers every span once by the end of its shutdown, and counts no loss', async () => {
    const arm = await openArm(name);
    const received = await deliver(arm, await makeSpans(SPAN_COUNT));
    const { spans } = await sink.report();
    expect([received.length, spans.receivedCount, spans.duplicateCount]).toEqual([SPAN_COUNT, SPAN_COUNT, 0]);
    expect(await arm.countLosses()).toEqual({ droppedSpanCount: 0, failedSpanCount: 0 });
  });
});

describe.each(EXPORTING.filter((name) => !BY_LANGFUSE.includes(name)))('arm %s', (name) => {
  it('delivers what the stock exporter delivers', async () => {
    const spans = await makeSpans(3);
    const received = await deliver(await openArm(name), spans);
    await sink.reset();
    expect(received).toEqual(await deliver(await openArm('batch-otlp-protobuf'), spans));
  });

  it('counts what the sink refused as failed', async () => {
    await sink.setBehaviour({ fail: { status: 400 } });
    const arm = await openArm(name);
    await deliver(arm, await makeSpans(SPAN_COUNT)).catch(() => {});
    // The stock processor's shutdown rejects with the first failure and leaves the exports beside it under way.
    await vi.waitFor(async () => {
      expect(await arm.countLosses()).toEqual({ droppedSpanCount: 0, failedSpanCount: SPAN_COUNT });
    });
  });
});

it('arm batch-awaited delivers before a request is answered', async () => {
  const arm = await openArm('batch-awaited');
  for (const span of await makeSpans(SPAN_COUNT)) arm.spanProcessors[0]?.onEnd(span);
  await arm.beforeAnswer?.();
  expect((await sink.report()).spans.receivedCount).toBe(SPAN_COUNT);
  await arm.spanProcessors[0]?.shutdown();
});

it('arm batch-awaited answers though the sink refuses', async () => {
  await sink.setBehaviour({ fail: { status: 400 } });
  const arm = await openArm('batch-awaited');
  for (const span of await makeSpans(SPAN_COUNT)) arm.spanProcessors[0]?.onEnd(span);
  await expect(arm.beforeAnswer?.()).resolves.toBeUndefined();
  await arm.spanProcessors[0]?.shutdown().catch(() => {});
});

it('arm batch-yielding lets the loop turn between two pieces of a batch, and sends it as one request', async () => {
  let turnCount = 0;
  const turn = () => {
    turnCount += 1;
    immediate = setImmediate(turn);
  };
  let immediate = setImmediate(turn);
  const turns: number[] = [];
  const spanCounts: number[] = [];
  const serializeRequest = ProtobufTraceSerializer.serializeRequest.bind(ProtobufTraceSerializer);
  vi.spyOn(ProtobufTraceSerializer, 'serializeRequest').mockImplementation((spans) => {
    turns.push(turnCount);
    spanCounts.push(spans.length);
    return serializeRequest(spans);
  });
  await deliver(await openArm('batch-yielding'), await makeSpans(SPAN_COUNT));
  clearImmediate(immediate);
  expect(spanCounts).toEqual([8, 8, 8, 6]);
  expect(new Set(turns).size).toBe(turns.length);
  expect((await sink.report()).requests.receivedCount).toBe(1);
});

it.runIf(process.platform === 'linux')(
  'the process of arm child-process ends with a service that is killed',
  async () => {
    const script = `
    const { loadArm } = await import(${JSON.stringify(BUILT_INDEX.href)});
    (await loadArm('child-process'))({ sinkUrl: ${JSON.stringify(sink.url)} });
    console.log('ready');`;
    const service = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(service.stdout, 'data');
    const [exportingPid] = (await readFile(`/proc/${service.pid}/task/${service.pid}/children`, 'utf8'))
      .trim()
      .split(' ');
    expect(exportingPid).toMatch(/^\d+$/);
    service.kill('SIGKILL');
    // Where nobody reaps it, an ended process stays as a zombie.
    const readState = () => readFile(`/proc/${exportingPid}/stat`, 'utf8').catch(() => 'gone');
    await vi.waitFor(async () => expect(await readState()).toMatch(/^gone$|\) Z /), { timeout: 20_000, interval: 50 });
  },
);
