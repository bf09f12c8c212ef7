import type { ExportOutcome } from '../src/protocol.js';
import type { Deadline } from './deadline.js';
import type { OtlpTransport } from './otlp-transport.js';
import { sendOtlp } from './send-otlp.js';
import type { OtlpTranscoder } from './transcode-otlp.js';

/** A chunk on its way. */
export interface DueChunk {
  /** Read until the outcome is known. */
  readonly chunk: Uint8Array;
  readonly spanCount: number;
  readonly deadline: Deadline;
}

/**
 * Sends the spans of several chunks in one request, within the shortest of their deadlines. Never rejects.
 *
 * @returns What became of each chunk; undefined where they have to go apart: together they are too large for the receiver,
 * or one of them is no chunk.
 */
export async function deliverTogether(
  chunks: readonly DueChunk[],
  transcoder: OtlpTranscoder,
  transport: OtlpTransport,
): Promise<readonly ExportOutcome[] | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = transcoder.transcodeTogether(chunks.map(({ chunk }) => chunk));
  } catch {
    return undefined;
  }
  const spanCounts = chunks.map(({ spanCount }) => spanCount);
  const spanCount = spanCounts.reduce((sum, count) => sum + count, 0);
  const deadline = chunks
    .map((chunk) => chunk.deadline)
    .reduce((first, other) => (other.remainingMillis < first.remainingMillis ? other : first));
  const result = await sendOtlp(transport, { bytes, spanCount }, deadline);
  transcoder.release(bytes);
  return result.status === 'too-large' ? undefined : splitOutcome(result, spanCounts);
}

/** The receiver does not say which spans it rejected, only how many: the first chunks are taken to have them. */
export function splitOutcome(outcome: ExportOutcome, spanCounts: readonly number[]): readonly ExportOutcome[] {
  if (outcome.status === 'success') {
    return spanCounts.map((exportedSpanCount) => ({ status: 'success', exportedSpanCount }));
  }
  const { failure } = outcome;
  let restSpanCount = outcome.failedSpanCount;
  return spanCounts.map((spanCount) => {
    const failedSpanCount = Math.min(restSpanCount, spanCount);
    restSpanCount -= failedSpanCount;
    const exportedSpanCount = spanCount - failedSpanCount;
    if (failedSpanCount === 0) return { status: 'success', exportedSpanCount };
    return exportedSpanCount === 0
      ? { status: 'failure', failedSpanCount, failure }
      : { status: 'partial', exportedSpanCount, failedSpanCount, failure };
  });
}
