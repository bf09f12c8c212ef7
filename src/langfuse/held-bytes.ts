import type { ReadableSpan } from '../wire/readable-span.js';

/** Of a span without its text, and of a value that is no text: an order of magnitude. */
const SPAN_BYTES = 1_024;
const VALUE_BYTES = 16;

/** Deeper, values count as small. */
const MAX_DEPTH = 8;

/** About as much memory as a span and some values beside it hold: two bytes a character. */
export function estimateHeldBytes({ attributes, events }: ReadableSpan, values: readonly unknown[]): number {
  return SPAN_BYTES + sumHeldBytes(attributes, 0) + sumHeldBytes(events, 0) + sumHeldBytes(values, 0);
}

function sumHeldBytes(value: unknown, depth: number): number {
  if (typeof value === 'string') return value.length * 2;
  if (typeof value !== 'object' || value === null || depth === MAX_DEPTH) return VALUE_BYTES;
  if (ArrayBuffer.isView(value)) return value.byteLength;
  let byteLength = VALUE_BYTES;
  for (const item of Object.values(value)) byteLength += sumHeldBytes(item, depth + 1);
  return byteLength;
}
