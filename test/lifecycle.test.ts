import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { context } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { WorkerSpanProcessor } from 'offloop';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Sink } from '../experiments/sink/sink.js';
import { runBuilt } from './fixtures/run-fixture.js';

let sink: Sink;

beforeEach(async () => {
  sink = await Sink.listen({ port: 0 });
});

afterEach(() => sink.close());

function start(options: ConstructorParameters<typeof WorkerSpanProcessor>[0] = {}) {
  const processor = new WorkerSpanProcessor({ exporter: { url: sink.tracesUrl }, ...options });
  const tracer = new BasicTracerProvider({ spanProcessors: [processor] }).getTracer('lifecycle');
  return { processor, tracer };
}

describe('forceFlush', () => {
  it('waits for an export that was under way before the call', async () => {
    await sink.setBehaviour({ delayMillis: 500 });
    const { processor, tracer } = start({ maxExportBatchSize: 2 });
    tracer.startSpan('first').end();
    tracer.startSpan('second').end();
    await expect.poll(async () => (await sink.report()).requests.inFlightCount, { timeout: 10_000 }).toBe(1);
    tracer.startSpan('third').end();
    await processor.forceFlush();
    expect(processor.stats()).toMatchObject({ exportedSpanCount: 3, pendingSpanCount: 0 });
    expect((await sink.report()).spans.receivedCount).toBe(3);
    await processor.shutdown();
  });

  it('resolves at once when there is nothing to flush', async () => {
    const { processor } = start();
    await processor.forceFlush();
    expect((await sink.report()).requests.receivedCount).toBe(0);
    await processor.shutdown();
  });

  it('rejects with the count when spans were not delivered', async () => {
    await sink.setBehaviour({ fail: { status: 400 } });
    const { processor, tracer } = start();
    tracer.startSpan('refused').end();
    await expect(processor.forceFlush()).rejects.toMatchObject({
      code: 'ERR_OFFLOOP_EXPORT_FAILED',
      message: '1 spans were not delivered',
    });
    expect(processor.stats()).toMatchObject({ failedSpanCountByReason: { export_failed: 1 }, pendingSpanCount: 0 });
    await processor.shutdown();
  });

  it('rejects after exportTimeoutMillis when the sink never answers', async () => {
    await sink.setBehaviour({ hang: {} });
    const exporter = { url: sink.tracesUrl, protocol: 'http/json' as const };
    const { processor, tracer } = start({ exportTimeoutMillis: 300, exporter });
    tracer.startSpan('stuck').end();
    await expect(processor.forceFlush()).rejects.toThrow(/1 spans (are still pending|were not delivered)/);
    await expect.poll(() => processor.stats().failedSpanCount, { timeout: 10_000 }).toBe(1);
    // The hosted exporter has a longer time-out of its own: either it can't flush yet, or it was given up by now.
    await processor.shutdown().catch(() => {});
  });
});

describe('shutdown', () => {
  it('may be called twice and delivers once', async () => {
    const { processor, tracer } = start();
    tracer.startSpan('last').end();
    const [first, second] = [processor.shutdown(), processor.shutdown()];
    expect(second).toBe(first);
    await first;
    await processor.shutdown();
    await processor.forceFlush();
    expect((await sink.report()).spans.receivedCount).toBe(1);
  });

  it('drops and counts what ends afterwards', async () => {
    const { processor, tracer } = start();
    await processor.shutdown();
    tracer.startSpan('late').end();
    expect(processor.stats()).toMatchObject({
      acceptedSpanCount: 1,
      droppedSpanCountByReason: { shut_down: 1 },
      pendingSpanCount: 0,
    });
  });

  it('leaves no thread behind', async () => {
    const run = await runBuilt('test/fixtures/threads.js', { args: [sink.tracesUrl] });
    expect(run).toMatchObject({ exitCode: 0, stderr: '' });
    const { before, during, after } = JSON.parse(run.stdout);
    expect(during).toBeGreaterThanOrEqual(before + 3);
    expect(after).toBe(before);
  });

  it('does not count a span that ends meanwhile as lost by it', async () => {
    const { processor, tracer } = start();
    tracer.startSpan('in time').end();
    const done = processor.shutdown();
    tracer.startSpan('late').end();
    await expect(done).resolves.toBeUndefined();
    expect(processor.stats()).toMatchObject({ exportedSpanCount: 1, droppedSpanCountByReason: { shut_down: 1 } });
  });

  it('takes no longer than exportTimeoutMillis when the sink hangs, and settles every span', async () => {
    await sink.setBehaviour({ hang: {} });
    const { processor, tracer } = start({ exportTimeoutMillis: 1_000, maxExportBatchSize: 1 });
    for (let index = 0; index < 20; index += 1) tracer.startSpan('stuck').end();
    const startMillis = performance.now();
    await expect(processor.shutdown()).rejects.toMatchObject({ code: expect.stringMatching(/^ERR_OFFLOOP_EXPORT/) });
    expect(performance.now() - startMillis).toBeLessThan(1_900);
    const { failedSpanCount, droppedSpanCountByReason, pendingSpanCount } = processor.stats();
    expect(pendingSpanCount).toBe(0);
    expect(Object.keys(droppedSpanCountByReason).filter((reason) => reason !== 'shut_down')).toEqual([]);
    expect(failedSpanCount + (droppedSpanCountByReason.shut_down ?? 0)).toBe(20);
  });
});

describe('the process', () => {
  it('ends by itself when the processor is idle', async () => {
    const { exitCode, signal, stderr } = await runBuilt('test/fixtures/idle.js', { args: [sink.tracesUrl] });
    expect({ exitCode, signal, stderr }).toEqual({ exitCode: 0, signal: null, stderr: '' });
  });

  it('ends by itself after a flush, with every span delivered', async () => {
    const run = await runBuilt('test/fixtures/idle.js', { args: [sink.tracesUrl, '1000', 'flush'] });
    expect(run).toMatchObject({ exitCode: 0, signal: null, stderr: '' });
    expect(JSON.parse(run.stdout)).toMatchObject({ exportedSpanCount: 1000, pendingSpanCount: 0 });
    expect((await sink.report()).spans.receivedCount).toBe(1000);
  });

  it.each(['execArgv', 'NODE_OPTIONS'])('does not run a preload (%s) in the worker', async (way) => {
    const folder = mkdtempSync(join(tmpdir(), 'offloop-preload-'));
    const log = join(folder, 'log');
    const preload = new URL('../dist/test/fixtures/preload.js', import.meta.url).href;
    const run = await runBuilt('test/fixtures/idle.js', {
      args: [sink.tracesUrl, '3', 'flush'],
      execArgv: way === 'execArgv' ? ['--import', preload] : [],
      env: { PRELOAD_LOG: log, ...(way === 'NODE_OPTIONS' ? { NODE_OPTIONS: `--import ${preload}` } : {}) },
    });
    expect(run).toMatchObject({ exitCode: 0, signal: null });
    expect((await sink.report()).spans.receivedCount).toBe(3);
    expect(readFileSync(log, 'utf8')).toBe('thread 0\n');
    rmSync(folder, { recursive: true });
  });
});

describe('tracing', () => {
  it("makes no spans of the exporter's own HTTP calls", async () => {
    const page = createServer((_request, response) => response.end('page'));
    await new Promise<void>((resolve) => page.listen(0, '127.0.0.1', resolve));
    const { port } = page.address() as AddressInfo;
    const run = await runBuilt('test/fixtures/traced-http.js', {
      args: [sink.tracesUrl, `http://127.0.0.1:${port}/`],
    });
    page.close();
    expect(run).toMatchObject({ exitCode: 0, signal: null });
    // The page's request shows that the instrumentation was at work.
    expect((await sink.report()).spans.countByName).toEqual({ GET: 1 });
  });

  it('that is suppressed reaches the processor as nothing', async () => {
    const { processor, tracer } = start();
    tracer.startSpan('suppressed', {}, suppressTracing(context.active())).end();
    await processor.forceFlush();
    expect(processor.stats().acceptedSpanCount).toBe(0);
    await processor.shutdown();
  });
});
