import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { type CreateArm, tracesUrlOf } from './arm.js';
import { createBatchArm } from './batch-arm.js';

/** Small batches, soon: the two settings of the exporter's own example. Its queue of 100 would drop spans. */
export const createArm: CreateArm = (settings) =>
  createBatchArm(new OTLPTraceExporter({ url: tracesUrlOf(settings) }), {
    maxExportBatchSize: 10,
    scheduledDelayMillis: 500,
  });
