import { type MeterProvider as ApiMeterProvider, diag } from '@opentelemetry/api';
import { DataPointType, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, type BufferConfig, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import type { Arm, SpanLosses } from './arm.js';

/** The SDK takes the meter provider, which its published type of the options leaves out. */
interface ObservedBufferConfig extends BufferConfig {
  readonly selfObsMeterProvider: ApiMeterProvider;
}

const PROCESSED_SPANS_METRIC = 'otel.sdk.processor.span.processed';
const QUEUE_FULL = 'queue_full';

/** A batch processor whose losses are read from its own metrics. @param config @default the SDK's own settings */
export function createBatchArm(exporter: SpanExporter, config: BufferConfig = {}): Arm {
  const reader = new EndReader();
  const observed: ObservedBufferConfig = { ...config, selfObsMeterProvider: new MeterProvider({ readers: [reader] }) };
  return {
    spanProcessors: [new BatchSpanProcessor(exporter, observed)],
    countLosses: () => countLosses(reader),
  };
}

async function countLosses(reader: MetricReader): Promise<SpanLosses> {
  const { resourceMetrics, errors } = await reader.collect();
  for (const error of errors) diag.error('The batch arm could not read its losses', error);
  let droppedSpanCount = 0;
  let failedSpanCount = 0;
  for (const { descriptor, dataPoints, dataPointType } of resourceMetrics.scopeMetrics.flatMap((s) => s.metrics)) {
    if (descriptor.name !== PROCESSED_SPANS_METRIC || dataPointType !== DataPointType.SUM) continue;
    for (const { attributes, value } of dataPoints) {
      const errorType = attributes['error.type'];
      if (errorType === QUEUE_FULL) droppedSpanCount += value;
      else if (errorType !== undefined) failedSpanCount += value;
    }
  }
  return { droppedSpanCount, failedSpanCount };
}

/** Collects when it is asked, and at no other time: a periodic one would be work on the loop that is measured. */
class EndReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}

  protected override async onShutdown(): Promise<void> {}
}
