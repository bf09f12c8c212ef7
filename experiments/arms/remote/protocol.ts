import type { Attributes } from '@opentelemetry/api';
import type { SpanLosses } from '../arm.js';
import type { PlainSpan } from './plain-span.js';

/** What the service tells the thread or process that exports for it. `open` is the first. */
export type ExportCommand =
  | { readonly type: 'open'; readonly tracesUrl: string }
  /** Of the spans that follow. */
  | { readonly type: 'resource'; readonly attributes: Attributes }
  | { readonly type: 'span'; readonly span: PlainSpan }
  | { readonly type: 'flush'; readonly callId: number }
  | { readonly type: 'shut-down'; readonly callId: number };

/** The answer to `flush` and `shut-down`. */
export interface ExportReply {
  readonly callId: number;
  /** Why it failed; null where it did not. */
  readonly error: string | null;
  readonly losses: SpanLosses;
}
