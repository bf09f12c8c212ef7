import { setTimeout as delay } from 'node:timers/promises';
import type { Deadline } from '../deadline.js';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** The first 64 KiB. */
  readonly text: string;
}

/**
 * Why an asset did not reach Langfuse, in one line for people. Never a URL, since that of a storage is a key to it, nor
 * what `fetch` says, which may quote a header.
 */
export class MediaUploadError extends Error {
  override readonly name: string = 'MediaUploadError';
}

/** One that others will share: a connection that broke, seconds without an answer, a server out of order or too busy. */
export class MediaOutageError extends MediaUploadError {}

export interface Tries {
  readonly maxCount: number;
  readonly isFinal: (answer: HttpAnswer) => boolean;
  /** @param tryCount How many tries there have been, from 1. @param answer Unset where none came. */
  readonly waitMillis: (tryCount: number, answer: HttpAnswer | undefined) => number;
}

const MAX_TEXT_BYTES = 64 * 1024;
/** A request that had less time tells nothing of the server: it may have been the end of a long queue. */
const MIN_OUTAGE_TIMEOUT_MILLIS = 5_000;
const HTTP_REQUEST_TIMEOUT = 408;
const HTTP_TOO_MANY_REQUESTS = 429;

/** Whether it is the server that is out of order or too busy: any other refusal is about this one asset. */
export function isOutage({ status }: HttpAnswer): boolean {
  return status === HTTP_REQUEST_TIMEOUT || status === HTTP_TOO_MANY_REQUESTS || status >= 500;
}

/**
 * Sends a request, its answer's text included.
 *
 * @throws {MediaUploadError} when nothing came of it within `timeoutMillis`; {@link MediaOutageError} where these were
 * seconds, or the connection broke.
 */
export async function fetchAnswer(url: URL, init: RequestInit, timeoutMillis: number): Promise<HttpAnswer> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), timeoutMillis);
  try {
    const response = await fetch(url, { ...init, signal: controller.signal });
    return { status: response.status, headers: response.headers, text: await readText(response) };
  } catch (error) {
    if (!controller.signal.aborted) throw new MediaOutageError(`${init.method}: ${nameFailure(error)}`);
    const message = `${init.method}: no answer within ${Math.round(timeoutMillis)} ms`;
    throw timeoutMillis < MIN_OUTAGE_TIMEOUT_MILLIS ? new MediaUploadError(message) : new MediaOutageError(message);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Sends until an answer is final, the tries are used up, or the next wait would end behind the deadline.
 *
 * @returns The last answer.
 * @throws {MediaUploadError} when the last try had none; {@link MediaOutageError} where one of the tries met an outage.
 */
export async function fetchAgain(
  send: () => Promise<HttpAnswer>,
  tries: Tries,
  deadline: Deadline,
): Promise<HttpAnswer> {
  let failure: unknown;
  for (let tryCount = 1; ; tryCount++) {
    let answer: HttpAnswer | undefined;
    try {
      answer = await send();
      if (tries.isFinal(answer)) return answer;
    } catch (error) {
      // The last try may have had too little time to tell.
      if (!(failure instanceof MediaOutageError)) failure = error;
    }
    const waitMillis = tries.waitMillis(tryCount, answer);
    if (tryCount >= tries.maxCount || waitMillis >= deadline.remainingMillis) {
      if (answer !== undefined) return answer;
      throw failure;
    }
    await delay(waitMillis);
  }
}

/** Reads to the end where that is near, so that the connection can be used again; a body without end is given up. */
async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let byteLength = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    byteLength += chunk.byteLength;
    if (byteLength >= MAX_TEXT_BYTES) break;
  }
  return new TextDecoder().decode(Buffer.concat(chunks).subarray(0, MAX_TEXT_BYTES));
}

/** `fetch` hides what happened to the connection behind "fetch failed". */
function nameFailure(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return 'it failed';
  return 'code' in cause ? String(cause.code) : cause.name;
}
