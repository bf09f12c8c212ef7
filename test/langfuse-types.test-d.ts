import type { LangfuseSpanProcessorParams, MaskFunction } from '@langfuse/otel';
import type { SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { LangfuseWorkerSpanProcessor, type LangfuseWorkerSpanProcessorOptions } from 'offloop/langfuse';
import { describe, expectTypeOf, it } from 'vitest';

type Shared = Omit<LangfuseSpanProcessorParams, 'exporter' | 'mask'>;

describe('the types of offloop/langfuse', () => {
  it("fit the SDK's own interface", () => {
    expectTypeOf<LangfuseWorkerSpanProcessor>().toExtend<SpanProcessor>();
  });

  it('take every option of the official processor as it does', () => {
    expectTypeOf<Pick<LangfuseWorkerSpanProcessorOptions, keyof Shared>>().toEqualTypeOf<Shared>();
    expectTypeOf<Omit<LangfuseSpanProcessorParams, 'exporter'>>().toExtend<LangfuseWorkerSpanProcessorOptions>();
  });

  it('take a mask as a function or as a module', () => {
    const mask: MaskFunction = ({ data }) => data;
    new LangfuseWorkerSpanProcessor({ mask });
    new LangfuseWorkerSpanProcessor({
      mask: { module: new URL('file:///mask.js'), export: 'mask' },
      maskKeys: ['a.*'],
    });
    // @ts-expect-error a file: URL or a package name
    new LangfuseWorkerSpanProcessor({ mask: { module: mask } });
  });

  it('refuse what can not cross to a worker, and what is misspelt', () => {
    // @ts-expect-error an exporter itself can't cross to a thread
    new LangfuseWorkerSpanProcessor({ exporter: { export: () => {}, shutdown: async () => {} } });
    // @ts-expect-error unknown option
    new LangfuseWorkerSpanProcessor({ flushat: 1 });
    // @ts-expect-error that is flushAt here
    new LangfuseWorkerSpanProcessor({ maxExportBatchSize: 1 });
  });
});
