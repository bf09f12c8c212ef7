/** A buffer that is needed can't be had; the cause is what the source of buffers threw. */
export class NoMemoryError extends RangeError {}

/**
 * Thrown while a span is written, to unwind to the encoder: the span does not fit. Made once, since a stack trace costs
 * more than the span.
 */
export const chunkFull = new Error('The chunk has no room for the span');
export const spanTooLarge = new Error('The span is larger than a span may be');

/** Tells what the writer throws from what reading an attribute throws, which costs the attribute only. */
export function isOverflow(error: unknown): boolean {
  return error === chunkFull || error === spanTooLarge || error instanceof NoMemoryError;
}
