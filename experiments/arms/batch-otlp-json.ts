import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { type CreateArm, tracesUrlOf } from './arm.js';
import { createBatchArm } from './batch-arm.js';

/** The SDK's batch processor and its OTLP/JSON exporter, as they come. */
export const createArm: CreateArm = (settings) => createBatchArm(new OTLPTraceExporter({ url: tracesUrlOf(settings) }));
