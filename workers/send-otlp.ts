import { setTimeout as delay } from 'node:timers/promises';
import type { IExportTraceServiceResponse } from '@opentelemetry/otlp-transformer';
import type { ExportFailure, ExportOutcome } from '../src/protocol.js';
import type { Deadline } from './deadline.js';
import type { OtlpRequest } from './otlp-lane.js';
import type { OtlpTransport } from './otlp-transport.js';
import { growingWaitMillis } from './retry-wait.js';

/** Of what a receiver says about the spans it rejected, so much is passed on. */
const SERVER_MESSAGE_MAX_LENGTH = 200;

/** The range of `rejected_spans`; the official reader shows a negative count as one past it. */
const INT64_END = 2 ** 63;

/** What became of a request's spans; `too-large` where the receiver wants them in smaller requests. */
export type SendResult = ExportOutcome | { readonly status: 'too-large' };

/**
 * Sends a request, again and again where that may help, until it is answered or the deadline has passed. When it
 * resolves, nothing reads the request's bytes any more. Never rejects.
 */
export async function sendOtlp(
  transport: OtlpTransport,
  request: OtlpRequest,
  deadline: Deadline,
): Promise<SendResult> {
  const { spanCount } = request;
  for (let tryCount = 1; deadline.remainingMillis > 0; tryCount++) {
    const result = await transport.post(request, deadline.remainingMillis);
    switch (result.status) {
      case 'accepted':
        return toOutcome(result.response, spanCount);
      case 'too-large':
        return result;
      case 'failed':
        return fail(spanCount, { reason: 'export_failed', message: result.message });
      case 'retryable':
        await delay(growingWaitMillis(tryCount, deadline.remainingMillis));
        break;
      case 'timed-out':
        return timeOut(spanCount, deadline);
      default:
        return result satisfies never;
    }
  }
  return timeOut(spanCount, deadline);
}

function toOutcome(response: IExportTraceServiceResponse | undefined, spanCount: number): ExportOutcome {
  const { rejectedSpans = 0, errorMessage = '' } = response?.partialSuccess ?? {};
  const failedSpanCount = rejectedSpans > 0 && rejectedSpans < INT64_END ? Math.min(rejectedSpans, spanCount) : 0;
  if (failedSpanCount === 0) return { status: 'success', exportedSpanCount: spanCount };
  const failure: ExportFailure = { reason: 'rejected', message: describeRejection(errorMessage) };
  return failedSpanCount === spanCount
    ? fail(spanCount, failure)
    : { status: 'partial', exportedSpanCount: spanCount - failedSpanCount, failedSpanCount, failure };
}

function timeOut(spanCount: number, { timeoutMillis }: Deadline): ExportOutcome {
  return fail(spanCount, { reason: 'export_timeout', message: `not taken by the receiver within ${timeoutMillis} ms` });
}

function fail(failedSpanCount: number, failure: ExportFailure): ExportOutcome {
  return { status: 'failure', failedSpanCount, failure };
}

/** The receiver's own words, on one line and cut. */
function describeRejection(serverMessage: string): string {
  const line = serverMessage.replace(/[\p{Cc}\s]+/gu, ' ').trim();
  if (line === '') return 'the receiver gave no reason';
  return line.length > SERVER_MESSAGE_MAX_LENGTH ? `${line.slice(0, SERVER_MESSAGE_MAX_LENGTH)}…` : line;
}
