import type { AttributeValue, Span } from '@opentelemetry/api';
import { type JsonSnapshot, takeJsonSnapshot } from '../wire/json-snapshot.js';
import type { ReadableSpan } from '../wire/readable-span.js';

/** What the attribute holds on the span itself, for other processors to see. */
export const SNAPSHOT_PLACEHOLDER = '<captured by offloop>';

/** After snapshots that did not pay, at most so many captures of the same place are not tried. */
const MAX_SKIPPED_COUNT = 63;

type SpanSnapshots = Map<string, JsonSnapshot>;

const snapshotsOfSpans = new WeakMap<object, SpanSnapshots | null>();

/** Tells that the span will go through {@link withSnapshots} when it ends: only then may it hold placeholders. */
export function allowSnapshots(span: object): void {
  // An attribute of limited length is cut by the SDK, which a snapshot would escape. No SDK tells its limit in public.
  const { _attributeValueLengthLimit: limit } = span as { readonly _attributeValueLengthLimit?: unknown };
  if (limit === Number.POSITIVE_INFINITY || limit === 0) snapshotsOfSpans.set(span, null);
}

/** The span with its snapshots in the place of placeholders; the span itself is not changed. */
export function withSnapshots(span: ReadableSpan): ReadableSpan {
  const snapshots = snapshotsOfSpans.get(span);
  if (snapshots === undefined || snapshots === null) return span;
  const attributes: Record<string, unknown> = { ...(span.attributes as Record<string, unknown>) };
  for (const [key, snapshot] of snapshots) {
    // Otherwise the attribute was set again since.
    if (attributes[key] === SNAPSHOT_PLACEHOLDER) attributes[key] = snapshot;
  }
  return Object.create(span as object, { attributes: { value: attributes, enumerable: true } }) as ReadableSpan;
}

/** A place in a program whose values mostly have the same shape. */
export class CapturePlace {
  #skipCount = 0;
  /** Skipped after the last snapshot: none if it paid, else about twice as many as the time before. */
  #lastSkipCount = 0;

  /**
   * What to set as the attribute: the text that `@langfuse/tracing` would set, or a placeholder for it while the span
   * keeps a snapshot. Undefined for what it leaves out.
   */
  capture(span: Span, key: string, value: unknown): AttributeValue | undefined {
    if (typeof value !== 'object' || value === null || !this.#snapshot(span, key, value)) return serialize(value);
    return SNAPSHOT_PLACEHOLDER;
  }

  #snapshot(span: Span, key: string, value: object): boolean {
    const snapshots = snapshotsOfSpans.get(span);
    if (snapshots === undefined) return false;
    if (this.#skipCount > 0) {
      this.#skipCount--;
      return false;
    }
    const snapshot = takeJsonSnapshot(value);
    this.#lastSkipCount = snapshot?.isWorthwhile ? 0 : Math.min(MAX_SKIPPED_COUNT, this.#lastSkipCount * 2 + 1);
    this.#skipCount = this.#lastSkipCount;
    if (snapshot === undefined) return false;
    if (snapshots === null) snapshotsOfSpans.set(span, new Map([[key, snapshot]]));
    else snapshots.set(key, snapshot);
    return true;
  }
}

/** As `@langfuse/tracing` does it, which does not export how. */
function serialize(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  try {
    return value === undefined || value === null ? undefined : JSON.stringify(value);
  } catch {
    return '<failed to serialize>';
  }
}
