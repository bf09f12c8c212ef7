import { ExportResultCode } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import type { SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { createBatchArm } from '../../arms/batch-arm.js';
import type { ServiceSettings } from '../protocol.js';
import type { SoakArm } from './soak-arm.js';

/** The SDK's batch processor and its OTLP/protobuf exporter, as they come. */
export function createArm({ tracesUrl }: ServiceSettings): SoakArm {
  let accepted = 0;
  let exported = 0;
  const exporter = countExported(new OTLPTraceExporter({ url: tracesUrl }), (spanCount) => {
    exported += spanCount;
  });
  const { spanProcessors, countLosses } = createBatchArm(exporter);
  const counter: SpanProcessor = {
    onStart: (...args) => {
      for (const processor of spanProcessors) processor.onStart(...args);
    },
    onEnd: (span) => {
      accepted += 1;
      for (const processor of spanProcessors) processor.onEnd(span);
    },
    forceFlush: async () => void (await Promise.all(spanProcessors.map((processor) => processor.forceFlush()))),
    shutdown: async () => void (await Promise.all(spanProcessors.map((processor) => processor.shutdown()))),
  };
  return {
    processor: counter,
    readTally: async () => {
      const { droppedSpanCount: dropped, failedSpanCount: failed } = await countLosses();
      return { accepted, exported, failed, dropped, pending: accepted - exported - failed - dropped };
    },
    readPendingBytes: () => 0,
  };
}

function countExported(exporter: SpanExporter, onExported: (spanCount: number) => void): SpanExporter {
  return {
    export(spans, onResult) {
      exporter.export(spans, (result) => {
        if (result.code === ExportResultCode.SUCCESS) onExported(spans.length);
        onResult(result);
      });
    },
    shutdown: () => exporter.shutdown(),
  };
}
