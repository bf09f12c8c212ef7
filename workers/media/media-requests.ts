import type { MediaSettings } from '../../src/protocol.js';
import type { Deadline } from '../deadline.js';
import type { MediaAsset } from './media-asset.js';
import {
  fetchAgain,
  fetchAnswer,
  type HttpAnswer,
  isOutage,
  MediaOutageError,
  MediaUploadError,
  type Tries,
} from './media-http.js';
import { serverWaitMillis } from './server-wait.js';

/** What an asset belongs to. */
export interface MediaLink {
  readonly traceId: string;
  readonly observationId: string;
  readonly field: 'input' | 'output' | 'metadata';
}

const MEDIA_PATH = 'api/public/media';
const REQUEST_TIMEOUT_MILLIS = 60_000;
const HTTP_OK = 200;
const HTTP_CREATED = 201;
/** Those after which a request goes out again as it was. */
const REDIRECT_STATUSES = [301, 302, 307, 308];
const MAX_REDIRECT_COUNT = 5;

/** Langfuse's SDK tries as often; it takes a connection that breaks for final. */
const API_TRIES: Tries = {
  maxCount: 3,
  isFinal: (answer) => !isOutage(answer),
  waitMillis: (tryCount, answer) =>
    (answer && serverWaitMillis(answer.headers)) ?? 1000 * 2 ** (tryCount - 1) * (0.9 + 0.2 * Math.random()),
};

/** Langfuse's SDK's own figures. */
const STORAGE_TRIES: Tries = {
  maxCount: 4,
  isFinal: isStored,
  waitMillis: (tryCount) => 1000 * 2 ** (tryCount - 1) + 1000 * Math.random(),
};

/** The requests by which an asset gets to Langfuse: each as Langfuse's own SDK makes it. */
export class MediaRequests {
  readonly #baseUrl: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor({ baseUrl, headers }: Pick<MediaSettings, 'baseUrl' | 'headers'>) {
    this.#baseUrl = baseUrl;
    this.#headers = headers;
  }

  /**
   * Tells Langfuse of an asset and where it belongs.
   *
   * @returns Where to put it; undefined when it is there already.
   * @throws {MediaUploadError}
   */
  async announce(asset: MediaAsset, link: MediaLink, deadline: Deadline): Promise<URL | undefined> {
    const { bytes, contentType, sha256Hash, mediaId } = asset;
    const body = { contentLength: bytes.byteLength, ...link, contentType, sha256Hash };
    const { text } = await this.#send('POST', MEDIA_PATH, body, deadline);
    const answer = parseObject(text);
    if (answer === undefined) throw new MediaUploadError('POST: Langfuse answered something else than a JSON object');
    const { uploadUrl } = answer;
    if (uploadUrl === null || uploadUrl === undefined || uploadUrl === '') return undefined;
    if (answer['mediaId'] !== mediaId) {
      throw new MediaUploadError('POST: Langfuse answered another media id than that of the content');
    }
    return parseUrl(String(uploadUrl));
  }

  /**
   * Puts the bytes into the storage.
   *
   * @returns The storage's last answer, which may be a refusal.
   * @throws {MediaUploadError} when there is none.
   */
  store({ bytes, contentType, sha256Hash }: MediaAsset, url: URL, deadline: Deadline): Promise<HttpAnswer> {
    const headers: Record<string, string> = { 'Content-Type': contentType };
    if (!isGoogleStorage(url)) {
      headers['x-amz-checksum-sha256'] = sha256Hash;
      headers['x-ms-blob-type'] = 'BlockBlob';
    }
    checkHeaders(headers);
    const init: RequestInit = { method: 'PUT', body: bytes, headers };
    return fetchAgain(() => fetchAnswer(url, init, timeLimit(deadline.remainingMillis)), STORAGE_TRIES, deadline);
  }

  /**
   * Tells Langfuse what the storage said, good or bad.
   *
   * @throws {MediaUploadError}
   */
  async confirm(mediaId: string, stored: HttpAnswer, uploadTimeMs: number, deadline: Deadline): Promise<void> {
    const body = {
      uploadedAt: new Date().toISOString(),
      uploadHttpStatus: stored.status,
      uploadHttpError: stored.text,
      uploadTimeMs,
    };
    await this.#send('PATCH', `${MEDIA_PATH}/${encodeURIComponent(mediaId)}`, body, deadline);
  }

  async #send(method: 'POST' | 'PATCH', path: string, body: object, deadline: Deadline): Promise<HttpAnswer> {
    const url = joinUrl(this.#baseUrl, path);
    const init: RequestInit = {
      method,
      headers: { 'Content-Type': 'application/json', ...this.#headers },
      body: JSON.stringify(body),
      redirect: 'manual',
    };
    const send = () => followWithinOrigin(url, init, deadline);
    const answer = await fetchAgain(send, API_TRIES, deadline);
    if (answer.status >= 200 && answer.status < 300) return answer;
    const message = `${method}: Langfuse answered ${answer.status}`;
    throw isOutage(answer) ? new MediaOutageError(message) : new MediaUploadError(message);
  }
}

export function isStored({ status }: HttpAnswer): boolean {
  return status === HTTP_OK || status === HTTP_CREATED;
}

/** Follows redirects as long as they stay at the origin: to another one the headers would go along. */
async function followWithinOrigin(url: URL, init: RequestInit, deadline: Deadline): Promise<HttpAnswer> {
  let target = url;
  for (let redirectCount = 0; ; redirectCount++) {
    // Half of what is left at most, so that a connection that hangs leaves time for another.
    const answer = await fetchAnswer(target, init, timeLimit(deadline.remainingMillis / 2));
    const location = REDIRECT_STATUSES.includes(answer.status) ? answer.headers.get('location') : null;
    if (location === null || redirectCount === MAX_REDIRECT_COUNT || !URL.canParse(location, target.href))
      return answer;
    target = new URL(location, target);
    if (target.origin !== url.origin) return answer;
  }
}

function timeLimit(remainingMillis: number): number {
  return Math.min(REQUEST_TIMEOUT_MILLIS, remainingMillis);
}

/** Joins as Langfuse's SDK does: a base URL may have a path and end in a slash. */
function joinUrl(baseUrl: string, path: string): URL {
  const url = parseUrl(baseUrl);
  url.pathname += url.pathname.endsWith('/') ? path : `/${path}`;
  return url;
}

function parseUrl(text: string): URL {
  if (URL.canParse(text)) return new URL(text);
  throw new MediaUploadError('expected a URL to send media to, got something else');
}

/** Fails once, not at every try: a media type found in a text is any text. */
function checkHeaders(headers: Record<string, string>): void {
  try {
    new Headers(headers);
  } catch {
    throw new MediaUploadError('the content type cannot be sent as a header');
  }
}

/** Google's storage refuses headers that were not signed. */
function isGoogleStorage({ hostname }: URL): boolean {
  return hostname === 'storage.googleapis.com' || hostname.endsWith('.storage.googleapis.com');
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
