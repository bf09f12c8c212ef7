import type { Deadline } from '../deadline.js';
import { limitTime } from '../time-limit.js';
import type { MediaAsset } from './media-asset.js';
import { Bound } from './media-bound.js';
import { isOutage, MediaOutageError, MediaUploadError } from './media-http.js';
import { MediaOutage } from './media-outage.js';
import { isStored, type MediaLink, type MediaRequests } from './media-requests.js';

/** What became of one asset in one place. */
export type MediaOutcome =
  | { readonly status: 'uploaded' }
  /** Langfuse had the asset. */
  | { readonly status: 'already-there' }
  | { readonly status: 'failed'; readonly message: string };

/** The longest of the types that Langfuse takes has 71 characters. */
const CONTENT_TYPE = /^[\w.+-]{1,40}\/[\w.+-]{1,80}$/;

/** The first upload of some content. */
interface FirstUpload {
  readonly contentType: string;
  /** Whether the content is at Langfuse now. */
  readonly isThere: Promise<boolean>;
}

/**
 * Uploads assets, so many at a time. Langfuse is told of an asset in every place where it was found, but of those that
 * are there at the same time only the first is stored: the others wait for it, and Langfuse then wants no bytes of them.
 * Under another type it wants them again, and mixes up two types that come at once.
 */
export class MediaUploads {
  readonly #requests: MediaRequests;
  readonly #slots: Bound;
  readonly #outage = new MediaOutage();
  /** Those under way, by media id. */
  readonly #first = new Map<string, FirstUpload>();

  constructor(requests: MediaRequests, maxConcurrentUploads: number) {
    this.#requests = requests;
    this.#slots = new Bound(maxConcurrentUploads);
  }

  /** Never rejects. */
  async upload(asset: MediaAsset, link: MediaLink, deadline: Deadline): Promise<MediaOutcome> {
    for (;;) {
      const first = this.#first.get(asset.mediaId);
      if (first === undefined) return this.#uploadFirst(asset, link, deadline);
      const isThere = await limitTime(first.isThere, deadline.remainingMillis, () => true);
      const isSame = isThere && first.contentType === asset.contentType;
      if (isSame || deadline.remainingMillis === 0) return this.#uploadInTurn(asset, link, deadline);
    }
  }

  async #uploadFirst(asset: MediaAsset, link: MediaLink, deadline: Deadline): Promise<MediaOutcome> {
    const { mediaId, contentType } = asset;
    const outcome = this.#uploadInTurn(asset, link, deadline);
    const isThere = outcome.then(({ status }) => {
      this.#first.delete(mediaId);
      return status !== 'failed';
    });
    this.#first.set(mediaId, { contentType, isThere });
    return outcome;
  }

  async #uploadInTurn(asset: MediaAsset, link: MediaLink, deadline: Deadline): Promise<MediaOutcome> {
    if (!(await this.#slots.take(1, deadline))) return fail(asset, 'no time was left');
    try {
      if (!this.#outage.mayTry()) return fail(asset, 'not tried, because uploads fail at the moment');
      const outcome = await this.#uploadNow(asset, link, deadline);
      this.#outage.recordSuccess();
      return outcome;
    } catch (error) {
      if (error instanceof MediaOutageError) this.#outage.recordFailure();
      return fail(asset, error instanceof MediaUploadError ? error.message : 'it could not be sent');
    } finally {
      this.#slots.give(1);
    }
  }

  async #uploadNow(asset: MediaAsset, link: MediaLink, deadline: Deadline): Promise<MediaOutcome> {
    if (asset.bytes.byteLength === 0) throw new MediaUploadError('it is empty');
    const url = await this.#requests.announce(asset, link, deadline);
    if (url === undefined) return { status: 'already-there' };
    const startMillis = Date.now();
    const answer = await this.#requests.store(asset, url, deadline);
    await this.#requests.confirm(asset.mediaId, answer, Date.now() - startMillis, deadline);
    if (isStored(answer)) return { status: 'uploaded' };
    const message = `PUT: the storage answered ${answer.status}`;
    if (isOutage(answer)) throw new MediaOutageError(message);
    // Every server did its part: what it refused is this asset.
    return fail(asset, message);
  }
}

function fail({ contentType }: MediaAsset, reason: string): MediaOutcome {
  // What was found as a type may be a stretch of the text, which is not for a log.
  const type = CONTENT_TYPE.test(contentType) ? contentType : 'media of no usual type';
  return { status: 'failed', message: `${type}: ${reason}` };
}
