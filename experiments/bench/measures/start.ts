import type { SpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { Figures, StartArmName, StartTask } from '../trial.js';

const STARTS: Readonly<Record<StartArmName, (tracesUrl: string) => Promise<Started>>> = {
  offloop: async (url) => {
    const { millis, module } = await time(() => import('offloop'));
    return { importMillis: millis, create: async () => new module.WorkerSpanProcessor({ exporter: { url } }) };
  },
  'otlp-json': async (url) => {
    const { millis, module } = await time(() => import('@opentelemetry/exporter-trace-otlp-http'));
    return { importMillis: millis, create: () => createBatch(new module.OTLPTraceExporter({ url })) };
  },
  'otlp-protobuf': async (url) => {
    const { millis, module } = await time(() => import('@opentelemetry/exporter-trace-otlp-proto'));
    return { importMillis: millis, create: () => createBatch(new module.OTLPTraceExporter({ url })) };
  },
};

interface Started {
  readonly importMillis: number;
  readonly create: () => Promise<SpanProcessor>;
}

/** What a service pays once: the import in a process that has loaded nothing, and the first span. */
export async function measureStart(task: StartTask, tracesUrl: string): Promise<Figures> {
  const { importMillis, create } = await STARTS[task.arm](tracesUrl);
  // Loaded only now: they share modules with the exporters.
  const [{ PAYLOADS }, { makeSpans }] = await Promise.all([import('../payloads.js'), import('../sample-spans.js')]);
  await import('@opentelemetry/sdk-trace-base');
  const [span] = makeSpans(PAYLOADS.S, 1);
  if (span === undefined) throw new RangeError('unreachable: one span was made');
  const startMillis = performance.now();
  const processor = await create();
  const createdMillis = performance.now();
  processor.onEnd(span);
  const endedMillis = performance.now();
  await processor.forceFlush();
  const flushedMillis = performance.now();
  await processor.shutdown();
  return {
    importMillis,
    createMillis: createdMillis - startMillis,
    firstSpanMillis: endedMillis - createdMillis,
    firstDeliveryMillis: flushedMillis - endedMillis,
  };
}

async function createBatch(
  exporter: ConstructorParameters<typeof import('@opentelemetry/sdk-trace-base').BatchSpanProcessor>[0],
) {
  const { BatchSpanProcessor } = await import('@opentelemetry/sdk-trace-base');
  return new BatchSpanProcessor(exporter);
}

async function time<Module>(load: () => Promise<Module>) {
  const startMillis = performance.now();
  const module = await load();
  return { millis: performance.now() - startMillis, module };
}
