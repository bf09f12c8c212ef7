import type { ExportNotes } from '../../src/protocol.js';
import type { DecodedSpan } from '../../src/wire/span-reader.js';
import type { Deadline } from '../deadline.js';

/** Takes media out of spans. */
export interface SpanMedia {
  /** False only when the chunk certainly holds no media. */
  mayBeIn(chunk: Uint8Array): boolean;
  /**
   * Replaces media in the spans' attributes, in place, and uploads it. Waits, up to the deadline, before it holds more
   * than `maxPendingBytes`. Never rejects.
   */
  extract(spans: DecodedSpan[], deadline: Deadline): Promise<ExtractedMedia>;
}

export interface ExtractedMedia {
  /** Resolves when every upload is settled, by the deadline at the latest; never rejects. */
  readonly uploads: Promise<ExportNotes['media']>;
}
