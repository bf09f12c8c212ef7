import { LangfuseSpanProcessor } from '@langfuse/otel';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { LangfuseWorkerSpanProcessor } from 'offloop/langfuse';
import mask from './mask.mjs';

/** Keys, address and environment come from LANGFUSE_*, for both. */
const PROCESSORS = {
  langfuse: () => new LangfuseSpanProcessor({ mask }),
  // The one line: the mask is named instead of handed over, so that the worker can load it.
  offloop: () => new LangfuseWorkerSpanProcessor({ mask: { module: new URL('./mask.mjs', import.meta.url) } }),
};

/** Registers tracing; the caller shuts the provider down before the process ends. */
export function startTracing(processorName) {
  const provider = new NodeTracerProvider({ spanProcessors: [PROCESSORS[processorName]()] });
  provider.register();
  return provider;
}
