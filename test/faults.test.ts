import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { type Drop, WorkerSpanProcessor, type WorkerSpanProcessorOptions } from 'offloop';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Sink } from '../experiments/sink/sink.js';
import { runBuilt } from './fixtures/run-fixture.js';

/** Nothing listens on the port: connections are refused at once. */
const CLOSED_PORT_URL = 'http://127.0.0.1:1/v1/traces';
const MAX_QUEUE_BYTES = 4 * 1024 * 1024;
const FAULTY_EXPORTER = new URL('../dist/test/fixtures/faulty-exporter.js', import.meta.url);

const log = { error: vi.fn(), warn: vi.fn(), info: vi.fn(), debug: vi.fn(), verbose: vi.fn() };
let folder: string;

beforeEach(() => {
  for (const level of Object.values(log)) level.mockClear();
  diag.setLogger(log, { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: true });
  folder = mkdtempSync(join(tmpdir(), 'offloop-faults-'));
});

afterEach(() => {
  diag.disable();
  rmSync(folder, { recursive: true });
});

function start(options: WorkerSpanProcessorOptions) {
  const processor = new WorkerSpanProcessor(options);
  const tracer = new BasicTracerProvider({ spanProcessors: [processor] }).getTracer('faults');
  return { processor, end: (name: string, text = '') => tracer.startSpan(name, { attributes: { text } }).end() };
}

function hostFaulty(fault: string, faultCount: number): { options: WorkerSpanProcessorOptions; read: () => string[] } {
  const countFile = join(folder, 'count');
  return {
    options: {
      exporter: {
        module: FAULTY_EXPORTER,
        export: 'FaultyExporter',
        options: { countFile, fault, faultCount },
        maxConcurrentExports: 8,
      },
    },
    read: () => readFileSync(countFile, 'utf8').trim().split('\n'),
  };
}

function dropThreadId(line: string): string {
  return line.replace(/^flush \d+$/, 'flush');
}

describe('a sink that is down', () => {
  it('leaves the service alone: spans are counted as failed and the log names the reason once', async () => {
    const { processor, end } = start({ exporter: { url: CLOSED_PORT_URL, timeoutMillis: 200 }, maxExportBatchSize: 1 });
    for (let index = 0; index < 20; index += 1) end('unsent', 'SECRET');
    await expect(processor.forceFlush()).rejects.toMatchObject({ code: 'ERR_OFFLOOP_EXPORT_FAILED' });
    expect(processor.stats()).toMatchObject({
      acceptedSpanCount: 20,
      failedSpanCountByReason: { export_failed: 20 },
      pendingSpanCount: 0,
      pendingBytes: 0,
    });
    expect(log.error).toHaveBeenCalledTimes(1);
    expect(log.error.mock.calls[0]?.[0]).toMatch(
      /^offloop: 1 spans were not exported \(export_failed\): .*ECONNREFUSED/,
    );
    expect(JSON.stringify(Object.values(log).map(({ mock }) => mock.calls))).not.toContain('SECRET');
    await processor.shutdown();
  });

  it('bounds the queue in bytes, drops the newest, counts them and calls onDrop', async () => {
    const sink = await Sink.listen({ port: 0 });
    await sink.setBehaviour({ hang: {} });
    const drops: Drop[] = [];
    const { processor, end } = start({
      exporter: { url: sink.tracesUrl, timeoutMillis: 500 },
      maxQueueBytes: MAX_QUEUE_BYTES,
      maxExportBatchSize: 10,
      exportTimeoutMillis: 1_000,
      onDrop: (drop) => {
        drops.push(drop);
        throw new Error('a faulty callback');
      },
    });
    for (let index = 0; index < 1_000; index += 1) end('span', 'x'.repeat(10_000));
    const { pendingBytes, pendingSpanCount, droppedSpanCount, droppedSpanCountByReason } = processor.stats();
    // A chunk counts with its buffer, and one span may go past the bound, since its size is known only once it is encoded.
    expect(pendingBytes).toBeGreaterThanOrEqual(MAX_QUEUE_BYTES);
    expect(pendingBytes).toBeLessThan(MAX_QUEUE_BYTES + 1024 * 1024 + 11_000);
    expect(droppedSpanCountByReason).toEqual({ queue_full: droppedSpanCount });
    expect(pendingSpanCount + droppedSpanCount).toBe(1_000);
    expect(drops).toHaveLength(droppedSpanCount);
    expect(drops[0]).toEqual({ reason: 'queue_full', spanCount: 1 });
    expect(log.warn.mock.calls.filter(([line]) => String(line).includes('queue_full'))).toHaveLength(1);
    await expect(processor.forceFlush()).rejects.toThrow();
    await processor.shutdown().catch(() => {});
    await sink.close();
  });

  it('bounds the queue in spans where the user asks for it', async () => {
    const { processor, end } = start({ exporter: { url: CLOSED_PORT_URL, timeoutMillis: 200 }, maxQueueSize: 100 });
    for (let index = 0; index < 150; index += 1) end('span');
    expect(processor.stats()).toMatchObject({ pendingSpanCount: 100, droppedSpanCountByReason: { queue_full: 50 } });
    await processor.shutdown().catch(() => {});
  });
});

describe('a span', () => {
  it('larger than maxSpanBytes is dropped and the others go', async () => {
    const sink = await Sink.listen({ port: 0 });
    const { processor, end } = start({ exporter: { url: sink.tracesUrl }, maxSpanBytes: 10_000 });
    end('small', 'x');
    end('large', 'x'.repeat(20_000));
    end('small', 'x');
    await expect(processor.forceFlush()).resolves.toBeUndefined();
    expect(processor.stats()).toMatchObject({ exportedSpanCount: 2, droppedSpanCountByReason: { span_too_large: 1 } });
    await processor.shutdown();
    await sink.close();
  });

  it('larger than a chunk gets a chunk of its own', async () => {
    const sink = await Sink.listen({ port: 0 });
    const { processor, end } = start({ exporter: { url: sink.tracesUrl } });
    end('small', 'x');
    end('large', 'ế'.repeat(3_000_000));
    end('small', 'x');
    await processor.forceFlush();
    expect((await sink.report()).spans.countByName).toEqual({ small: 2, large: 1 });
    await processor.shutdown();
    await sink.close();
  });
});

describe('a worker', () => {
  it.each([
    ['exit', 'transfer'],
    ['exit', 'shared'],
    ['throw-later', 'transfer'],
  ] as const)('that dies (%s, %s) is replaced, and its chunk is sent again', async (fault, handOff) => {
    const { options, read } = hostFaulty(fault, 1);
    const { processor, end } = start({ ...options, handOff });
    end('kept');
    await processor.forceFlush();
    expect(processor.stats()).toMatchObject({ exportedSpanCount: 1, pendingSpanCount: 0 });
    expect(read().map(dropThreadId)).toEqual(['export 1', 'export 1', 'kept', 'flush']);
    await processor.shutdown();
  });

  it('is not brought down by the same chunk a third time', async () => {
    const { options, read } = hostFaulty('exit', 2);
    const { processor, end } = start(options);
    end('poison');
    await expect(processor.forceFlush()).rejects.toThrow('1 spans were not delivered');
    expect(processor.stats()).toMatchObject({ droppedSpanCountByReason: { worker_crashed: 1 }, pendingSpanCount: 0 });
    end('wholesome');
    await processor.forceFlush();
    expect(read()).toContain('wholesome');
    await processor.shutdown();
  });

  it('takes no innocent chunk with it: those under way beside the one to blame are delivered', async () => {
    const { options, read } = hostFaulty('exit-on-poison', 0);
    const { processor, end } = start({ ...options, maxExportBatchSize: 1 });
    for (const name of ['a', 'b', 'c', 'poison', 'd', 'e', 'f']) end(name);
    await expect(processor.forceFlush()).rejects.toThrow('1 spans were not delivered');
    expect(processor.stats()).toMatchObject({ exportedSpanCount: 6, droppedSpanCountByReason: { worker_crashed: 1 } });
    expect(new Set(read().filter((line) => line.length === 1))).toEqual(new Set(['a', 'b', 'c', 'd', 'e', 'f']));
    await processor.shutdown();
  });

  it('stuck in a loop is given up at shutdown, and the process is not held', async () => {
    const { options } = hostFaulty('loop', 1);
    const { processor, end } = start({ ...options, exportTimeoutMillis: 500 });
    end('stuck');
    await expect(processor.shutdown()).rejects.toMatchObject({ code: expect.stringMatching(/^ERR_OFFLOOP_EXPORT/) });
    expect(processor.stats()).toMatchObject({ failedSpanCountByReason: { export_timeout: 1 }, pendingSpanCount: 0 });
  });

  it('stuck in a loop is replaced once its reply is overdue, and its chunk is sent again', async () => {
    const { options, read } = hostFaulty('loop', 1);
    const { processor, end } = start({ ...options, exportTimeoutMillis: 500, maxExportBatchSize: 1 });
    end('stuck');
    await expect.poll(() => processor.stats().pendingSpanCount, { timeout: 15_000 }).toBe(0);
    expect(processor.stats()).toMatchObject({ exportedSpanCount: 1, failedSpanCount: 0, droppedSpanCount: 0 });
    expect(read().filter((line) => line === 'stuck')).toHaveLength(1);
    await processor.shutdown();
  });

  it('stuck with one chunk takes no innocent chunk with it', async () => {
    const { options, read } = hostFaulty('loop-on-poison', 0);
    const { processor, end } = start({ ...options, exportTimeoutMillis: 100, maxExportBatchSize: 1 });
    for (const name of ['poison', 'c', 'd', 'e']) end(name);
    await expect.poll(() => processor.stats().pendingSpanCount, { timeout: 20_000 }).toBe(0);
    expect(processor.stats()).toMatchObject({ failedSpanCount: 0, droppedSpanCountByReason: { worker_crashed: 1 } });
    expect(new Set(read().filter((line) => line.length === 1))).toEqual(new Set(['c', 'd', 'e']));
    await processor.shutdown();
  });

  it('of several is asked to flush even when another is busy', async () => {
    const { options, read } = hostFaulty('exit-on-poison', 0);
    const { processor, end } = start({ ...options, maxExportBatchSize: 1, worker: { threads: 2 } });
    end('a');
    end('b');
    const flushed = processor.forceFlush();
    // Under way when the workers are asked, and not evenly spread.
    for (const name of ['c', 'd', 'e']) end(name);
    await flushed;
    expect(new Set(read().filter((line) => line.startsWith('flush'))).size).toBe(2);
    await processor.shutdown();
  });

  it('asks the hosted exporter to flush and to shut down, once each', async () => {
    const { options, read } = hostFaulty('none', 0);
    const { processor, end } = start(options);
    end('only');
    await processor.forceFlush();
    await processor.shutdown();
    expect(read().map(dropThreadId)).toEqual(['export 1', 'only', 'flush', 'flush', 'shutdown']);
  });

  it('that is given an export that is not there says so, and the service lives on', async () => {
    const { processor, end } = start({ exporter: { module: FAULTY_EXPORTER, export: 'Missing' } });
    end('unsent');
    await expect(processor.forceFlush()).rejects.toThrow('1 spans were not delivered');
    expect(processor.stats()).toMatchObject({ failedSpanCountByReason: { exporter_unavailable: 1 } });
    expect(log.error).toHaveBeenCalledWith(expect.stringContaining("expected a class named 'Missing'"));
    await processor.shutdown();
  });

  it('that can not start costs the spans, not the service: they are dropped as no_worker', async () => {
    const url = pathToFileURL(join(folder, 'offloop-worker.cjs')).href;
    const run = await runBuilt('test/fixtures/no-worker.js', { args: [url] });
    expect(run).toMatchObject({ exitCode: 0, signal: null });
    expect(JSON.parse(run.stdout)).toMatchObject({
      flushed: 'OffloopError: 1 spans were not delivered',
      flushedLater: 'OffloopError: 1 spans were not delivered',
      exportCodes: [1, 1],
      stats: { droppedSpanCountByReason: { no_worker: 2 }, pendingSpanCount: 0 },
    });
    expect(run.stderr).toMatch(
      /1 spans dropped \(no_worker\): .*worker\.url: expected a copy of .*offloop-worker\.cjs/,
    );
    expect(run.stderr).not.toContain('Warning');

    const unlogged = await runBuilt('test/fixtures/no-worker.js', { args: [url, 'unlogged'] });
    const warnings = unlogged.stderr.match(/\[ERR_OFFLOOP_WORKER\] Warning: offloop: worker\.url: expected a copy of/g);
    expect(warnings, unlogged.stderr).toHaveLength(1);
  });
});

it("what the user's own code throws never comes out of span.end()", async () => {
  const fail = () => {
    throw new Error('broken logger');
  };
  diag.setLogger(
    { error: fail, warn: fail, info: fail, debug: fail, verbose: fail },
    { suppressOverrideMessage: true },
  );
  const { processor, end } = start({
    exporter: { url: CLOSED_PORT_URL, timeoutMillis: 100 },
    maxQueueSize: 1,
    maxExportBatchSize: 1,
    onDrop: fail,
  });
  expect(() => {
    for (let index = 0; index < 10; index += 1) end('span');
  }).not.toThrow();
  await expect(processor.forceFlush()).rejects.toThrow('1 spans were not delivered');
  expect(processor.stats()).toMatchObject({ failedSpanCount: 1, droppedSpanCount: 9, pendingSpanCount: 0 });
  await processor.shutdown();
});
