import type { ReadableSpan } from './wire/readable-span.js';

/** `TraceFlags.SAMPLED` of `@opentelemetry/api`, which is loaded later. */
const SAMPLED_FLAG = 1;

/** A span that does not even say is passed on, to be counted as unreadable. */
export function isSampled(span: ReadableSpan): boolean {
  try {
    return (span.spanContext().traceFlags & SAMPLED_FLAG) !== 0;
  } catch {
    return true;
  }
}
