import type { SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import {
  type Drop,
  type DropReason,
  type OffloopConfigError,
  type OffloopError,
  type ProcessorStats,
  WorkerSpanProcessor,
  WorkerTraceExporter,
} from 'offloop';
import { type LoopDelayMonitor, monitorLoopDelay } from 'offloop/loop-delay';
import { describe, expectTypeOf, it } from 'vitest';

describe('the public types', () => {
  it("fit the SDK's own interfaces", () => {
    expectTypeOf<WorkerSpanProcessor>().toExtend<SpanProcessor>();
    expectTypeOf<WorkerTraceExporter>().toExtend<SpanExporter>();
  });

  it('take every kind of exporter', () => {
    new WorkerSpanProcessor();
    new WorkerSpanProcessor({ exporter: { protocol: 'http/json', headers: { a: 'b' }, compression: 'gzip' } });
    new WorkerSpanProcessor({ exporter: { module: new URL('file:///a.js'), export: 'A', options: { deep: [1] } } });
    new WorkerTraceExporter({ worker: { threads: 2, maxOldGenerationSizeMb: 64 } });
  });

  it('refuse what is misspelt or of the wrong type', () => {
    // @ts-expect-error unknown option
    new WorkerSpanProcessor({ maxQueueLength: 1 });
    // @ts-expect-error a number, in milliseconds
    new WorkerSpanProcessor({ exportTimeoutMillis: '5s' });
    // @ts-expect-error gRPC has its own exporter module
    new WorkerSpanProcessor({ exporter: { protocol: 'grpc' } });
  });

  it('tell what became of the spans', () => {
    expectTypeOf<WorkerSpanProcessor['stats']>().returns.toEqualTypeOf<ProcessorStats>();
    expectTypeOf<ProcessorStats['droppedSpanCountByReason']>().toEqualTypeOf<
      Readonly<Partial<Record<DropReason, number>>>
    >();
    new WorkerSpanProcessor({ onDrop: (drop) => expectTypeOf(drop).toEqualTypeOf<Drop>() });
  });

  it('give errors a code', () => {
    expectTypeOf<OffloopConfigError>().toExtend<OffloopError>();
    expectTypeOf<OffloopConfigError['option']>().toEqualTypeOf<string>();
    expectTypeOf<OffloopError['code']>().toExtend<string>();
  });

  it('monitor the loop', () => {
    expectTypeOf(monitorLoopDelay()).toEqualTypeOf<LoopDelayMonitor>();
    expectTypeOf(monitorLoopDelay().snapshot().arrivalWeighted.percentileMillis(99)).toEqualTypeOf<number>();
  });
});
