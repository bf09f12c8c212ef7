import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { type CreateArm, tracesUrlOf, UNBOUND_EXPORT_COUNT } from './arm.js';
import { createBatchArm } from './batch-arm.js';

/**
 * The SDK's batch processor, flushed at the end of each request, which waits for it, as serverless functions do. The
 * spans of the request itself end later and leave with the next.
 */
export const createArm: CreateArm = (settings) => {
  const exporter = new OTLPTraceExporter({ url: tracesUrlOf(settings), concurrencyLimit: UNBOUND_EXPORT_COUNT });
  const arm = createBatchArm(exporter);
  return {
    ...arm,
    beforeAnswer: async () => {
      // A request must not fail because its spans did; the arm counts them.
      await Promise.allSettled(arm.spanProcessors.map((processor) => processor.forceFlush()));
    },
  };
};
