import { ExportResultCode } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { SimpleSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import { type CreateArm, tracesUrlOf, UNBOUND_EXPORT_COUNT } from './arm.js';

/** The SDK's simple processor: every span is a request of its own, written and sent when it ends. */
export const createArm: CreateArm = (settings) => {
  const exporter = new OTLPTraceExporter({ url: tracesUrlOf(settings), concurrencyLimit: UNBOUND_EXPORT_COUNT });
  let failedSpanCount = 0;
  const counted: SpanExporter = {
    export(spans, onResult) {
      exporter.export(spans, (result) => {
        if (result.code !== ExportResultCode.SUCCESS) failedSpanCount += spans.length;
        onResult(result);
      });
    },
    forceFlush: () => exporter.forceFlush(),
    shutdown: () => exporter.shutdown(),
  };
  return {
    spanProcessors: [new SimpleSpanProcessor(counted)],
    countLosses: async () => ({ droppedSpanCount: 0, failedSpanCount }),
  };
};
