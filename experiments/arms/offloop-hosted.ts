import { type CreateArm, tracesUrlOf } from './arm.js';
import { createOffloopArm } from './offloop-arm.js';

/** This package's processor with the stock exporter in the worker: chunks become spans again there. */
export const createArm: CreateArm = (settings) =>
  createOffloopArm({
    exporter: {
      module: '@opentelemetry/exporter-trace-otlp-proto',
      export: 'OTLPTraceExporter',
      options: { url: tracesUrlOf(settings) },
      // It takes 30 by itself.
      maxConcurrentExports: 8,
    },
  });
