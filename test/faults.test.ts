import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { type Drop, WorkerSpanProcessor, type WorkerSpanProcessorOptions } from 'offloop';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Sink } from '../experiments/sink/sink.js';

/** Nothing listens on the port: connections are refused at once. */
const CLOSED_PORT_URL = 'http://127.0.0.1:1/v1/traces';
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
      exporter: { module: FAULTY_EXPORTER, export: 'FaultyExporter', options: { countFile, fault, faultCount } },
    },
    read: () => readFileSync(countFile, 'utf8').trim().split('\n'),
  };
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
      maxQueueBytes: 1024 * 1024,
      maxExportBatchSize: 10,
      exportTimeoutMillis: 1_000,
      onDrop: (drop) => {
        drops.push(drop);
        throw new Error('a faulty callback');
      },
    });
    for (let index = 0; index < 500; index += 1) end('span', 'x'.repeat(10_000));
    const { pendingBytes, pendingSpanCount, droppedSpanCount, droppedSpanCountByReason } = processor.stats();
    expect(pendingBytes).toBeGreaterThan(1024 * 1024 * 0.9);
    // One span may go past the bound, since its size is known only once it is encoded.
    expect(pendingBytes).toBeLessThan(1024 * 1024 + 11_000);
    expect(droppedSpanCountByReason).toEqual({ queue_full: droppedSpanCount });
    expect(pendingSpanCount + droppedSpanCount).toBe(500);
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
    expect(read()).toEqual(['export 1', 'export 1', 'kept', 'flush']);
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

  it('asks the hosted exporter to flush and to shut down, once each', async () => {
    const { options, read } = hostFaulty('none', 0);
    const { processor, end } = start(options);
    end('only');
    await processor.forceFlush();
    await processor.shutdown();
    expect(read()).toEqual(['export 1', 'only', 'flush', 'flush', 'shutdown']);
  });

  it.each([
    [
      'a module that is not there',
      { module: 'file:///nowhere/exporter.js' },
      "'file:///nowhere/exporter.js' could not be loaded",
    ],
    ['an export that is not there', { module: FAULTY_EXPORTER, export: 'Missing' }, "expected a class named 'Missing'"],
  ])('that is given %s says so, and the service lives on', async (_, exporter, message) => {
    const { processor, end } = start({ exporter });
    end('unsent');
    await expect(processor.forceFlush()).rejects.toThrow('1 spans were not delivered');
    expect(processor.stats()).toMatchObject({ failedSpanCountByReason: { exporter_unavailable: 1 } });
    expect(log.error).toHaveBeenCalledWith(expect.stringContaining(message));
    await processor.shutdown();
  });

  it("that does not start for lack of memory costs the spans and not the service's life", async () => {
    const { processor, end } = start({ worker: { maxOldGenerationSizeMb: 16 }, exportTimeoutMillis: 500 });
    for (let index = 0; index < 10; index += 1) end('span', 'x'.repeat(2_000_000));
    await processor.forceFlush().catch(() => {});
    await processor.shutdown().catch(() => {});
    const { acceptedSpanCount, failedSpanCount, droppedSpanCount, pendingSpanCount } = processor.stats();
    expect({ acceptedSpanCount, pendingSpanCount }).toEqual({ acceptedSpanCount: 10, pendingSpanCount: 0 });
    expect(failedSpanCount + droppedSpanCount).toBe(10);
  });
});
