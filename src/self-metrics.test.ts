import { DiagLogLevel, diag, type MeterProvider } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { byError, keepMetricsInMemory, type MetricsInMemory } from '../test/fixtures/metrics-in-memory.js';
import { type PipelineFace, SelfMetrics } from './self-metrics.js';
import { SpanLedger } from './span-ledger.js';

const warn = vi.fn();
let metrics: MetricsInMemory;

beforeEach(() => {
  metrics = keepMetricsInMemory();
  warn.mockClear();
  diag.setLogger(
    { error: vi.fn(), warn, info: vi.fn(), debug: vi.fn(), verbose: vi.fn() },
    { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: true },
  );
});

afterEach(async () => {
  diag.disable();
  await metrics.shutdown();
});

function createSelfMetrics(
  provider: MeterProvider,
  getPendingSpanCount = () => 0,
  face: PipelineFace = 'exporter',
): SelfMetrics {
  return new SelfMetrics(provider, {
    face,
    exporter: { type: 'otlp-protobuf', options: {}, maxConcurrentExports: 8 },
    maxQueueSize: 10,
    getPendingSpanCount,
    getExportingSpanCount: () => -1,
  });
}

describe('behind the exporter interface', () => {
  it('all that is held is in flight, a drop is a failed export, and the processor metrics are left to the processor', async () => {
    let pendingSpanCount = 0;
    const ledger = new SpanLedger(
      () => {},
      createSelfMetrics(metrics.provider, () => pendingSpanCount),
    );
    for (let index = 0; index < 9; index += 1) ledger.accept();
    ledger.drop('queue_full', 2, '');
    ledger.settle({ status: 'exported' }, 3, 1_500);
    ledger.settle({ status: 'dropped', reason: 'worker_crashed', message: '' }, 1, 1);
    pendingSpanCount = ledger.pendingSpanCount;
    const read = await metrics.read();
    expect(Object.keys(read).sort()).toEqual([
      'otel.sdk.exporter.operation.duration',
      'otel.sdk.exporter.span.exported',
      'otel.sdk.exporter.span.inflight',
    ]);
    expect(byError(read['otel.sdk.exporter.span.inflight'])).toEqual({ none: 3 });
    expect(byError(read['otel.sdk.exporter.span.exported'])).toEqual({ none: 3, queue_full: 2, worker_crashed: 1 });
    expect(byError(read['otel.sdk.exporter.operation.duration'])).toMatchObject({ none: { count: 1, sum: 1.5 } });
  });
});

it('spans of one chunk that failed for several reasons count under each, and the export under the first', async () => {
  createSelfMetrics(metrics.provider).recordExport({
    exportedSpanCount: 1,
    failures: [
      { spanCount: 3, failure: { reason: 'export_failed', message: '' } },
      { spanCount: 2, failure: { reason: 'rejected', message: '' } },
    ],
    durationMillis: 1,
  });
  const read = await metrics.read();
  expect(byError(read['otel.sdk.exporter.span.exported'])).toEqual({ none: 1, export_failed: 3, rejected: 2 });
  expect(byError(read['otel.sdk.exporter.operation.duration'])).toMatchObject({ export_failed: { count: 1 } });
});

it.each<[PipelineFace, object]>([
  ['processor', { none: 3 }],
  ['exporter', {}],
])('spans that were filtered are processed without an error, and were not exported (%s)', async (face, processed) => {
  const ledger = new SpanLedger(
    () => {},
    createSelfMetrics(metrics.provider, () => 0, face),
  );
  for (let index = 0; index < 3; index += 1) ledger.accept();
  ledger.settle({ status: 'exported', notes: { filteredSpanCount: 1 } }, 2, 1);
  ledger.settle({ status: 'exported', notes: { filteredSpanCount: 1 } }, 1, 1);
  const read = await metrics.read();
  expect(byError(read['otel.sdk.processor.span.processed'])).toEqual(processed);
  expect(byError(read['otel.sdk.exporter.span.exported'])).toEqual({ none: 1 });
  expect(byError(read['otel.sdk.exporter.operation.duration'])).toMatchObject({ none: { count: 1 } });
});

it('a provider that fails is named in the log once, and the counts go on', () => {
  const selfMetrics = createSelfMetrics({
    getMeter: () => {
      throw new Error('no meter today');
    },
  });
  const ledger = new SpanLedger(() => {}, selfMetrics);
  ledger.accept();
  ledger.drop('queue_full', 1, 'full');
  selfMetrics.close();
  const lines = warn.mock.calls.map(([line]) => String(line)).filter((line) => line.includes('selfObsMeterProvider'));
  expect(lines).toEqual(['offloop: selfObsMeterProvider failed, metrics are incomplete: Error: no meter today']);
  expect(ledger.snapshot(0, 0)).toMatchObject({ droppedSpanCount: 1, pendingSpanCount: 0 });
});
