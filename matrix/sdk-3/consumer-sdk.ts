import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { WorkerSpanProcessor, WorkerTraceExporter } from 'offloop';

export const provider = new TracerProvider({
  spanProcessors: [new WorkerSpanProcessor(), new BatchSpanProcessor({ exporter: new WorkerTraceExporter() })],
});
