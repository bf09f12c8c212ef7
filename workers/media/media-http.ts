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

/** One that others will share: no answer, or that of a server out of order. */
export class MediaOutageError extends MediaUploadError {}

export interface Tries {
  readonly maxCount: number;
  readonly isFinal: (answer: HttpAnswer) => boolean;
  /** @param tryCount How many tries there have been, from 1. @param answer Unset where none came. */
  readonly waitMillis: (tryCount: number, answer: HttpAnswer | undefined) => number;
}

const MAX_TEXT_BYTES = 64 * 1024;

/**
 * Sends a request, its answer's text included.
 *
 * @throws {MediaOutageError} when nothing came of it within `timeoutMillis`.
 */
export async function fetchAnswer(url: URL, init: RequestInit, timeoutMillis: number): Promise<HttpAnswer> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), timeoutMillis);
  try {
    const response = await fetch(url, { ...init, signal: controller.signal });
    return { status: response.status, headers: response.headers, text: await readText(response) };
  } catch (error) {
    const reason = controller.signal.aborted ? `no answer within ${Math.round(timeoutMillis)} ms` : nameFailure(error);
    throw new MediaOutageError(`${init.method}: ${reason}`);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Sends until an answer is final, the tries are used up, or the next wait would end behind the deadline.
 *
 * @returns The last answer.
 * @throws {MediaOutageError} when the last try had none.
 */
export async function fetchAgain(
  send: () => Promise<HttpAnswer>,
  tries: Tries,
  deadline: Deadline,
): Promise<HttpAnswer> {
  for (let tryCount = 1; ; tryCount++) {
    let answer: HttpAnswer | undefined;
    let failure: unknown;
    try {
      answer = await send();
      if (tries.isFinal(answer)) return answer;
    } catch (error) {
      failure = error;
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
