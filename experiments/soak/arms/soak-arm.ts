import type { SpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { SpanTally } from '../protocol.js';

/** One way for the spans of a soak to leave the process. */
export interface SoakArm {
  readonly processor: SpanProcessor;
  readTally(): Promise<SpanTally>;
  /** Encoded bytes of the pending spans; 0 for an arm that does not tell. */
  readPendingBytes(): number;
}
