import { ExportResultCode } from '@opentelemetry/core';
import { BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import type { ExportArm, ExportArmSettings } from './export-arm.js';

/** The SDK's batch processor, before an exporter whose outcomes are counted. */
export function createBatchArm(exporter: SpanExporter, { tracesUrl: _, ...config }: ExportArmSettings): ExportArm {
  let exportedSpanCount = 0;
  const counted: SpanExporter = {
    export(spans, onResult) {
      exporter.export(spans, (result) => {
        if (result.code === ExportResultCode.SUCCESS) exportedSpanCount += spans.length;
        onResult(result);
      });
    },
    shutdown: () => exporter.shutdown(),
  };
  return {
    processor: new BatchSpanProcessor(counted, config),
    deliveredSpanCount: () => exportedSpanCount,
  };
}
