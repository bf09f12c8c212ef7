import type { SpanProcessor } from '@opentelemetry/sdk-trace-base';

/** One way for ended spans to leave the process. */
export interface ExportArm {
  readonly processor: SpanProcessor;
  /** Spans that are known to have arrived. */
  deliveredSpanCount(): number;
}

/** What is not set stays at the arm's own default. */
export interface ExportArmSettings {
  /** Where an OTLP/HTTP receiver takes spans. */
  readonly tracesUrl: string;
  readonly maxQueueSize?: number;
  readonly maxExportBatchSize?: number;
  readonly scheduledDelayMillis?: number;
}
