import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { createBatchArm } from './batch.js';
import type { ExportArm, ExportArmSettings } from './export-arm.js';

export function createArm(settings: ExportArmSettings): ExportArm {
  return createBatchArm(new OTLPTraceExporter({ url: settings.tracesUrl }), settings);
}
