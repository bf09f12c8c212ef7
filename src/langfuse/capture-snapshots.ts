import { LangfuseOtelSpanAttributes } from '@langfuse/core';
import type { Attributes, AttributeValue, Span } from '@opentelemetry/api';
import { type JsonSnapshot, takeJsonSnapshot } from '../wire/json-snapshot.js';
import type { ReadableSpan } from '../wire/readable-span.js';
import { viewSpan } from './view-span.js';

/** What the attribute holds on the span itself, for other processors to see. */
export const SNAPSHOT_PLACEHOLDER = '<captured by offloop>';

const CAPTURED_KEYS = [LangfuseOtelSpanAttributes.OBSERVATION_INPUT, LangfuseOtelSpanAttributes.OBSERVATION_OUTPUT];

/** After snapshots that did not pay, at most so many captures of the same place are not tried. */
const MAX_SKIPPED_COUNT = 63;

type SpanSnapshots = Map<string, JsonSnapshot>;

/** By span, and by its context as soon as there are any: a copy that a processor hands on mostly has the same context. */
const snapshotsOfSpans = new WeakMap<object, SpanSnapshots | null>();

/** Tells that the span will go through {@link withSnapshots} when it ends: only then may it hold placeholders. */
export function allowSnapshots(span: object): void {
  // An attribute of limited length is cut by the SDK, which a snapshot would escape. No SDK tells its limit in public.
  const { _attributeValueLengthLimit: limit } = span as { readonly _attributeValueLengthLimit?: unknown };
  if (limit === Number.POSITIVE_INFINITY || limit === 0) snapshotsOfSpans.set(span, null);
}

/**
 * The span with its snapshots in the place of placeholders; the span itself is not changed. Never throws.
 *
 * @param onLost Told how many placeholders have stayed, since nothing leads from the span to their snapshots.
 */
export function withSnapshots(span: ReadableSpan, onLost: (captureCount: number) => void): ReadableSpan {
  try {
    const snapshots = snapshotsOfSpans.get(span) ?? snapshotsOfSpans.get(span.spanContext());
    if (snapshots !== undefined && snapshots !== null) return insertSnapshots(span, snapshots, onLost);
    const lostCount = CAPTURED_KEYS.filter((key) => span.attributes[key] === SNAPSHOT_PLACEHOLDER).length;
    if (lostCount > 0) onLost(lostCount);
  } catch {
    // A foreign span that can't be read: it is passed on, to be counted as such.
  }
  return span;
}

function insertSnapshots(
  span: ReadableSpan,
  snapshots: SpanSnapshots,
  onLost: (captureCount: number) => void,
): ReadableSpan {
  const attributes: Record<string, unknown> = { ...span.attributes };
  let lostCount = 0;
  for (const key of Object.keys(attributes)) {
    // Otherwise the attribute was set again since.
    if (attributes[key] !== SNAPSHOT_PLACEHOLDER) continue;
    const snapshot = snapshots.get(key);
    if (snapshot === undefined) lostCount += 1;
    else attributes[key] = snapshot;
  }
  if (lostCount > 0) onLost(lostCount);
  return viewSpan(span, attributes as Attributes);
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
    if (snapshots === null) {
      const first = new Map([[key, snapshot]]);
      snapshotsOfSpans.set(span, first);
      snapshotsOfSpans.set(span.spanContext(), first);
    } else snapshots.set(key, snapshot);
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
