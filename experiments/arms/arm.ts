import type { SpanProcessor } from '@opentelemetry/sdk-trace-base';

/** One way for ended spans to leave the service. */
export interface Arm {
  readonly spanProcessors: readonly SpanProcessor[];
  /** The spans it lost so far; final once the processors are shut down. */
  countLosses(): Promise<SpanLosses>;
}

export interface SpanLosses {
  /** Never handed to an exporter. */
  readonly droppedSpanCount: number;
  /** Handed to an exporter that could not deliver them. */
  readonly failedSpanCount: number;
}

export interface ArmSettings {
  /** The OTLP/HTTP receiver, without a path. */
  readonly sinkUrl: string;
}

export type CreateArm = (settings: ArmSettings) => Arm;

/** Where an OTLP/HTTP receiver takes spans. */
export function tracesUrlOf({ sinkUrl }: ArmSettings): string {
  return `${sinkUrl}/v1/traces`;
}
