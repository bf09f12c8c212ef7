import { DiagLogLevel, diag } from '@opentelemetry/api';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { WorkerSpanProcessor, type WorkerSpanProcessorOptions } from 'offloop';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SinkBehaviour } from '../experiments/sink/behaviour.js';
import { type SinkProcess, startSinkProcess } from '../experiments/sink/sink-process.js';

const log = { error: vi.fn(), warn: vi.fn(), info: vi.fn(), debug: vi.fn(), verbose: vi.fn() };
const onUnhandledRejection = vi.fn();

beforeEach(() => {
  for (const level of Object.values(log)) level.mockClear();
  onUnhandledRejection.mockClear();
  diag.setLogger(log, { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: true });
  process.on('unhandledRejection', onUnhandledRejection);
});

afterEach(() => {
  diag.disable();
  process.off('unhandledRejection', onUnhandledRejection);
  expect(onUnhandledRejection).not.toHaveBeenCalled();
});

interface Service {
  readonly sink: SinkProcess;
  readonly processor: WorkerSpanProcessor;
  end(name: string, text?: string): void;
}

/** A service and a sink in a process of its own; both end with `use`, whose failure they don't hide. */
async function withSink(
  behaviour: SinkBehaviour,
  options: WorkerSpanProcessorOptions,
  use: (service: Service) => Promise<void>,
): Promise<void> {
  const sink = await startSinkProcess();
  await sink.client.setBehaviour(behaviour);
  const { exporter, ...others } = options;
  const processor = new WorkerSpanProcessor({ exporter: { url: sink.tracesUrl, ...exporter }, ...others });
  const tracer = new BasicTracerProvider({ spanProcessors: [processor] }).getTracer('sink-faults');
  const end = (name: string, text = ''): void => tracer.startSpan(name, { attributes: { text } }).end();
  try {
    await use({ sink, processor, end });
  } finally {
    await processor.shutdown().catch(() => {});
    await sink.stop();
  }
}

/** With the sink in good health again, that what comes next is delivered, after `exportedSpanCount` spans before. */
async function expectDelivery({ sink, processor, end }: Service, exportedSpanCount: number): Promise<void> {
  await sink.client.setBehaviour({});
  for (let index = 0; index < 3; index++) end('after');
  await processor.forceFlush();
  expect(processor.stats()).toMatchObject({ exportedSpanCount: exportedSpanCount + 3, pendingSpanCount: 0 });
  expect((await sink.client.report()).spans.countByName['after']).toBe(3);
}

// Beside each other: they wait longer than the others, for the official transport's five retries and its ten seconds.
describe.concurrent('nothing is lost and nothing comes twice when the sink', () => {
  it('answers 503 more often than the official transport tries', async () => {
    const fail = { status: 503, retryAfterSeconds: 0, fireCount: 6 };
    await withSink({ fail }, {}, async (service) => {
      for (let index = 0; index < 5; index++) service.end('patient');
      await service.processor.forceFlush();
      expect(service.processor.stats()).toMatchObject({ exportedSpanCount: 5, failedSpanCount: 0 });
      const { requests, spans } = await service.sink.client.report();
      expect(requests.countByStatus).toEqual({ 200: 1, 503: 6 });
      expect(spans).toMatchObject({ receivedCount: 5, duplicateCount: 0 });
    });
  });

  it('stalls, then is healthy again; the exports beside the stalled one go on meanwhile', async () => {
    await withSink({ hang: { fireCount: 1 } }, { maxExportBatchSize: 1 }, async (service) => {
      const { sink, processor, end } = service;
      end('stalled');
      await expect.poll(async () => (await sink.client.report()).requests.hungCount, { timeout: 10_000 }).toBe(1);
      for (let index = 0; index < 20; index++) end('beside');
      await expect.poll(() => processor.stats().exportedSpanCount, { timeout: 9_000 }).toBe(20);
      await processor.forceFlush();
      expect(processor.stats()).toMatchObject({ exportedSpanCount: 21, failedSpanCount: 0 });
      const { requests, spans } = await sink.client.report();
      expect(requests).toMatchObject({ hungCount: 1, countByStatus: { 200: 21 } });
      expect(spans).toMatchObject({ countByName: { stalled: 1, beside: 20 }, duplicateCount: 0 });
    });
  });

  it('resets every third connection', async () => {
    const reset = { moment: 'after-reading', everyRequestCount: 3 } as const;
    await withSink({ reset }, { maxExportBatchSize: 2 }, async (service) => {
      for (let index = 0; index < 60; index++) service.end('reset');
      await service.processor.forceFlush();
      expect(service.processor.stats()).toMatchObject({ exportedSpanCount: 60, failedSpanCount: 0 });
      const { requests, spans } = await service.sink.client.report();
      expect(requests.resetCount).toBeGreaterThanOrEqual(14);
      expect(spans).toMatchObject({ receivedCount: 60, duplicateCount: 0 });
    });
  });

  it.each(['seconds', 'http-date'] as const)('asks for a pause, in the form of %s', async (retryAfterForm) => {
    const fail = { status: 429, retryAfterSeconds: 2, retryAfterForm, fireCount: 1 };
    await withSink({ fail }, {}, async (service) => {
      const startMillis = performance.now();
      service.end('paused');
      await service.processor.forceFlush();
      expect(performance.now() - startMillis).toBeGreaterThan(1_900);
      expect(service.processor.stats()).toMatchObject({ exportedSpanCount: 1, failedSpanCount: 0 });
    });
  });

  it('takes small requests only: they are split, also when it resets and fails in between', async () => {
    const behaviour: SinkBehaviour = {
      maxBodyBytes: 6_000,
      reset: { moment: 'before-reading', everyRequestCount: 7 },
      fail: { status: 502, everyRequestCount: 11, fireCount: 3 },
    };
    await withSink(behaviour, { maxExportBatchSize: 40 }, async (service) => {
      for (let index = 0; index < 120; index++) service.end(`span ${index % 4}`, 'ế'.repeat(300));
      await service.processor.forceFlush();
      expect(service.processor.stats()).toMatchObject({ exportedSpanCount: 120, failedSpanCount: 0 });
      const { spans, requests } = await service.sink.client.report();
      expect(spans).toMatchObject({ receivedCount: 120, duplicateCount: 0 });
      expect(spans.countByName).toEqual({ 'span 0': 30, 'span 1': 30, 'span 2': 30, 'span 3': 30 });
      expect(requests.countByStatus['413']).toBeGreaterThan(0);
      expect(requests.resetCount).toBeGreaterThan(0);
    });
  });
});

describe('counts are exact, and what comes later is delivered, when the sink', () => {
  it('takes no span above a size', async () => {
    await withSink({ maxBodyBytes: 30_000 }, { maxExportBatchSize: 32 }, async (service) => {
      const { sink, processor, end } = service;
      for (let index = 0; index < 64; index++) {
        const isLarge = index % 20 === 0;
        end(isLarge ? 'large' : 'small', isLarge ? 'SECRET'.repeat(10_000) : 'SECRET');
      }
      await expect(processor.forceFlush()).rejects.toThrow('4 spans were not delivered');
      expect(processor.stats()).toMatchObject({
        acceptedSpanCount: 64,
        exportedSpanCount: 60,
        failedSpanCountByReason: { span_too_large_for_receiver: 4 },
        pendingSpanCount: 0,
      });
      expect((await sink.client.report()).spans).toMatchObject({ countByName: { small: 60 }, duplicateCount: 0 });
      expect(log.error.mock.calls[0]?.[0]).toMatch(/span_too_large_for_receiver.* 60\d{3} bytes/);
      await expectDelivery(service, 60);
    });
  });

  it('answers 503 until the time is over', async () => {
    const fail = { status: 503, retryAfterSeconds: 0 };
    await withSink({ fail }, { exportTimeoutMillis: 1_000 }, async (service) => {
      service.end('lost');
      await expect(service.processor.forceFlush()).rejects.toThrow();
      await expect.poll(() => service.processor.stats().pendingSpanCount, { timeout: 10_000 }).toBe(0);
      expect(service.processor.stats()).toMatchObject({ exportedSpanCount: 0, failedSpanCount: 1 });
      await expectDelivery(service, 0);
    });
  });

  it('asks for a pause longer than an export may take: that is no reason to wait for the end', async () => {
    await withSink({ fail: { status: 503, retryAfterSeconds: 86_400 } }, {}, async (service) => {
      service.end('lost');
      await expect(service.processor.forceFlush()).rejects.toThrow('1 spans were not delivered');
      expect(service.processor.stats()).toMatchObject({ failedSpanCountByReason: { export_failed: 1 } });
      await expectDelivery(service, 0);
    });
  });

  it.each([302, 400, 401, 500])('answers %i, which is not asked for again', async (status) => {
    const headers = { authorization: 'Bearer TOKEN' };
    await withSink({ fail: { status, message: 'SECRET' } }, { exporter: { headers } }, async (service) => {
      for (let index = 0; index < 4; index++) service.end('refused', 'SECRET');
      await expect(service.processor.forceFlush()).rejects.toThrow('4 spans were not delivered');
      expect(service.processor.stats()).toMatchObject({ failedSpanCountByReason: { export_failed: 4 } });
      expect((await service.sink.client.report()).requests.countByStatus).toEqual({ [status]: 1 });
      await expectDelivery(service, 0);
      const told = JSON.stringify(Object.values(log).map(({ mock }) => mock.calls));
      expect(told).toContain(`HTTP ${status}`);
      expect(told).not.toMatch(/SECRET|TOKEN|authorization/i);
    });
  });

  it('takes some of the spans of a request', async () => {
    const partialSuccess = { rejectedSpans: 3, errorMessage: 'too old', fireCount: 2 };
    await withSink({ partialSuccess }, { maxExportBatchSize: 10 }, async (service) => {
      for (let index = 0; index < 40; index++) service.end('span');
      await expect(service.processor.forceFlush()).rejects.toThrow('6 spans were not delivered');
      expect(service.processor.stats()).toMatchObject({
        exportedSpanCount: 34,
        failedSpanCountByReason: { rejected: 6 },
        pendingSpanCount: 0,
      });
      expect((await service.sink.client.report()).spans).toMatchObject({ receivedCount: 34, rejectedCount: 6 });
      await expectDelivery(service, 34);
    });
  });

  it('answers 200 with garbage', async () => {
    await withSink({ garbageBody: {} }, {}, async (service) => {
      service.end('taken');
      await service.processor.forceFlush();
      expect(service.processor.stats()).toMatchObject({ exportedSpanCount: 1, failedSpanCount: 0 });
      await expectDelivery(service, 1);
    });
  });

  it('answers 200 and does not come to an end: it has taken the spans', async () => {
    const options = { exporter: { timeoutMillis: 500 }, maxExportBatchSize: 1 };
    await withSink({ endlessBody: { fireCount: 8 } }, options, async (service) => {
      for (let index = 0; index < 12; index++) service.end('taken');
      await service.processor.forceFlush();
      expect(service.processor.stats()).toMatchObject({ exportedSpanCount: 12, failedSpanCount: 0 });
      expect((await service.sink.client.report()).spans).toMatchObject({ receivedCount: 12, duplicateCount: 0 });
      await expectDelivery(service, 12);
    });
  });

  it('never answers, all connections taken', async () => {
    const options = { exporter: { timeoutMillis: 500 }, maxExportBatchSize: 1 };
    await withSink({ hang: { fireCount: 8 } }, options, async (service) => {
      for (let index = 0; index < 12; index++) service.end('span');
      await expect(service.processor.forceFlush()).rejects.toThrow('8 spans were not delivered');
      expect(service.processor.stats()).toMatchObject({
        exportedSpanCount: 4,
        failedSpanCountByReason: { export_timeout: 8 },
      });
      await expectDelivery(service, 4);
    });
  });
});

it('there are no more connections than exports under way', async () => {
  await withSink({ delayMillis: 20 }, { maxExportBatchSize: 1 }, async ({ sink, processor, end }) => {
    for (let index = 0; index < 100; index++) end('span');
    await processor.forceFlush();
    const { requests, spans } = await sink.client.report();
    expect(spans.receivedCount).toBe(100);
    expect(requests.connectionCount).toBeGreaterThan(1);
    expect(requests.connectionCount).toBeLessThanOrEqual(8);
  });
});
