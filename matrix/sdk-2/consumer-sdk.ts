import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { WorkerSpanProcessor, WorkerTraceExporter } from 'offloop';
import { captureInput, LangfuseWorkerSpanProcessor, type LangfuseWorkerSpanProcessorOptions } from 'offloop/langfuse';
import { observe } from 'offloop/langfuse/observe';

const options: LangfuseWorkerSpanProcessorOptions = { captureIO: 'off-loop', mask: ({ data }) => data };
export const provider = new BasicTracerProvider({
  spanProcessors: [
    new WorkerSpanProcessor(),
    new BatchSpanProcessor(new WorkerTraceExporter()),
    new LangfuseWorkerSpanProcessor(options),
  ],
});
export const work: (question: string) => Promise<number> = observe(async (question: string) => question.length);
export const capture: typeof captureInput = captureInput;
