import type { ExportOutcome } from '../src/protocol.js';
import type { Deadline } from './deadline.js';
import type { OtlpTransport } from './otlp-transport.js';
import { OutcomeSum } from './outcome-sum.js';
import { sendOtlp } from './send-otlp.js';
import type { OtlpTranscoder, SpanRange } from './transcode-otlp.js';

interface ChunkDelivery {
  /** Read until the outcome is known: every part of it is rewritten from its bytes. */
  readonly chunk: Uint8Array;
  readonly spanCount: number;
  readonly deadline: Deadline;
  readonly transcoder: OtlpTranscoder;
  readonly transport: OtlpTransport;
}

/**
 * Sends the spans of a chunk, in one request where the receiver takes it. A request that is too large for the receiver
 * goes again in two halves, and so on down to single spans.
 *
 * @throws {OffloopError} `ERR_OFFLOOP_CHUNK_FORMAT` when the bytes are not one whole chunk.
 */
export async function deliverChunk(delivery: ChunkDelivery): Promise<ExportOutcome> {
  const sum = new OutcomeSum();
  const rest: SpanRange[] = [{ start: 0, end: delivery.spanCount }];
  // One part after the other: an export has one connection, and one request in memory.
  for (let range = rest.pop(); range !== undefined; range = rest.pop()) {
    const [first, second] = await deliverPart(delivery, range, sum);
    if (second !== undefined) rest.push(second);
    if (first !== undefined) rest.push(first);
  }
  return sum.toOutcome();
}

/** @returns The halves to send instead, where the receiver does not take the spans of the range in one request. */
async function deliverPart(delivery: ChunkDelivery, range: SpanRange, sum: OutcomeSum): Promise<readonly SpanRange[]> {
  const { chunk, transcoder, transport, deadline } = delivery;
  const spanCount = range.end - range.start;
  const bytes = transcoder.transcode(chunk, range);
  const result = await sendOtlp(transport, { bytes, spanCount }, deadline);
  transcoder.release(bytes);
  if (result.status !== 'too-large') {
    sum.add(result);
    return [];
  }
  if (spanCount > 1) {
    const middle = range.start + (spanCount >>> 1);
    return [
      { start: range.start, end: middle },
      { start: middle, end: range.end },
    ];
  }
  const message = `the receiver takes no request of ${bytes.length} bytes, which is one with a single span (HTTP 413)`;
  sum.add({ status: 'failure', failedSpanCount: 1, failure: { reason: 'span_too_large_for_receiver', message } });
  return [];
}
