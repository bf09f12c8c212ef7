// The service that every bundler is given: makes spans, delivers them, and prints how many it made.
import { DiagConsoleLogger, DiagLogLevel, diag } from '@opentelemetry/api';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { WorkerSpanProcessor } from 'offloop';

const SPAN_COUNT = 1000;

diag.setLogger(new DiagConsoleLogger(), DiagLogLevel.WARN);

/** @param options For the processor. */
export async function runService(options) {
  const processor = new WorkerSpanProcessor(options);
  const tracer = new BasicTracerProvider({ spanProcessors: [processor] }).getTracer('bundlers');
  for (let index = 0; index < SPAN_COUNT; index++) tracer.startSpan('work', { attributes: { index } }).end();
  await processor.forceFlush().catch((error) => console.error(error.message));
  console.log(JSON.stringify({ madeSpanCount: SPAN_COUNT, stats: processor.stats() }));
  await processor.shutdown().catch((error) => console.error(error.message));
}
