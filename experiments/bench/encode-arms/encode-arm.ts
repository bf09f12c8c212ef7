import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';

/** One way to turn ended spans into bytes that can leave, on the thread that ended them. */
export interface EncodeArm {
  /** Takes each span as it ends, rather than all spans of an export at once. */
  readonly takesEachSpan: boolean;
  /** Encodes ended spans; synchronous, and all that the thread pays for it. */
  encode(spans: readonly ReadableSpan[]): void;
  /** Waits until another thread is through with what was encoded; not part of the measure. */
  settle?(): Promise<void>;
  end?(): Promise<void>;
}

/** Spans of one export, as in the SDK's batch processor. */
export const BATCH_SPAN_COUNT = 512;

/** The recycled memory of the arms that write into a chunk. Large enough for a span of 1 MB of text. */
export const CHUNK_BYTES = 1024 * 1024;

/** Thrown where an arm needs something that is not installed; its message says how to get it. */
export class ArmUnavailableError extends Error {
  override readonly name = 'ArmUnavailableError';
}
