import type { SpanProcessor } from '@opentelemetry/sdk-trace-base';

/** One way for ended spans to leave the service. */
export interface Arm {
  readonly spanProcessors: readonly SpanProcessor[];
  /** The spans it lost so far; final once the processors are shut down. */
  countLosses(): Promise<SpanLosses>;
  /** Awaited in every request before it is answered. @default nothing to wait for */
  readonly beforeAnswer?: () => Promise<void>;
}

export interface SpanLosses {
  /** Never handed to an exporter. */
  readonly droppedSpanCount: number;
  /** Handed to an exporter that could not deliver them. */
  readonly failedSpanCount: number;
}

export interface ArmSettings {
  /** The OTLP/HTTP receiver, or Langfuse, without a path. */
  readonly sinkUrl: string;
}

export type CreateArm = (settings: ArmSettings) => Arm;

/** What the stand-in for Langfuse takes: any pair. */
export const LANGFUSE_KEYS = { publicKey: 'pk-lf-lab', secretKey: 'sk-lf-lab' } as const;

/** Exports under way at a time: past the exporter's default of 30, spans are lost. */
export const UNBOUND_EXPORT_COUNT = 10_000;

/** Where an OTLP/HTTP receiver takes spans. */
export function tracesUrlOf({ sinkUrl }: ArmSettings): string {
  return `${sinkUrl}/v1/traces`;
}
