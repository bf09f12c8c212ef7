import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { CompressionAlgorithm } from '@opentelemetry/otlp-exporter-base';
import { type CreateArm, tracesUrlOf } from './arm.js';
import { createBatchArm } from './batch-arm.js';

/** The SDK's batch processor and its OTLP/protobuf exporter, which compresses what it sends in Node's thread pool. */
export const createArm: CreateArm = (settings) =>
  createBatchArm(new OTLPTraceExporter({ url: tracesUrlOf(settings), compression: CompressionAlgorithm.GZIP }));
