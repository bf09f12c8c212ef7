import { createHash } from 'node:crypto';

/** What the SDKs ask with `POST /api/public/media`. */
export interface MediaRequest {
  readonly traceId: string;
  /** Null when the media belongs to the trace itself. */
  readonly observationId: string | null;
  readonly field: string;
  readonly contentType: string;
  readonly contentLength: number;
  /** Base64 with padding: 44 characters. */
  readonly sha256Hash: string;
}

/** What the SDKs say of an upload with `PATCH /api/public/media/{mediaId}`. */
export interface MediaStatus {
  readonly uploadedAt: string;
  readonly uploadHttpStatus: number;
  readonly uploadHttpError: string | null;
  readonly uploadTimeMs: number | null;
}

/** One asset, by its content: the same bytes are the same media wherever they come from. */
export interface Media {
  readonly mediaId: string;
  readonly sha256Hash: string;
  readonly contentType: string;
  readonly contentLength: number;
  /** Uploads that were accepted; more than one where two clients asked before the first had said it was done. */
  readonly uploadCount: number;
  /** The last one said; null before the first. */
  readonly status: MediaStatus | null;
}

/** Where an asset is shown. */
export interface MediaLink {
  readonly mediaId: string;
  readonly traceId: string;
  readonly observationId: string | null;
  readonly field: string;
}

export interface MediaReport {
  readonly mediaCount: number;
  readonly linkCount: number;
  readonly uploadCount: number;
  readonly uploadedBytes: number;
  /** Requests that needed no upload because the asset was there. */
  readonly deduplicatedCount: number;
  /** Assets whose bytes, and links that, were not kept for want of room. */
  readonly notKeptCount: number;
}

export interface UploadHeaders {
  readonly contentType: string | undefined;
  readonly checksumSha256: string | undefined;
}

/** As object storage answers a presigned upload. */
export type UploadResult = 'stored' | 'unknown-media' | 'signature-mismatch' | 'bad-digest';

const MEDIA_ID_CHARACTERS = 22;
const HTTP_OK = 200;
const MAX_LINK_COUNT = 1_000_000;

/** Langfuse's media: asked for, uploaded, confirmed; deduplicated by their SHA-256 as there. */
export class MediaStore {
  readonly #maxKeptBytes: number;
  readonly #media = new Map<string, Media>();
  readonly #bytes = new Map<string, Buffer>();
  readonly #links = new Map<string, MediaLink>();
  #keptBytes = 0;
  #uploadCount = 0;
  #uploadedBytes = 0;
  #deduplicatedCount = 0;
  #notKeptCount = 0;

  constructor(maxKeptBytes: number) {
    this.#maxKeptBytes = maxKeptBytes;
  }

  get media(): Media[] {
    return [...this.#media.values()];
  }

  get links(): MediaLink[] {
    return [...this.#links.values()];
  }

  /** The uploaded content; undefined before the upload, or where it was not kept. */
  bytes(mediaId: string): Buffer | undefined {
    return this.#bytes.get(mediaId);
  }

  /**
   * Links an asset to an observation or a trace. An upload is needed until a client has confirmed one with status 200,
   * and again for another content type.
   */
  request(request: MediaRequest): { readonly mediaId: string; readonly isUploadNeeded: boolean } {
    const { sha256Hash, contentType, contentLength } = request;
    const mediaId = toMediaId(sha256Hash);
    const known = this.#media.get(mediaId);
    this.#link(mediaId, request);
    if (known?.status?.uploadHttpStatus === HTTP_OK && known.contentType === contentType) {
      this.#deduplicatedCount += 1;
      return { mediaId, isUploadNeeded: false };
    }
    const { uploadCount = 0, status = null } = known ?? {};
    this.#media.set(mediaId, { mediaId, sha256Hash, contentType, contentLength, uploadCount, status });
    return { mediaId, isUploadNeeded: true };
  }

  upload(mediaId: string, headers: UploadHeaders, bytes: Buffer): UploadResult {
    const media = this.#media.get(mediaId);
    if (media === undefined) return 'unknown-media';
    const { contentType, contentLength, sha256Hash } = media;
    const isAsSigned =
      headers.contentType === contentType &&
      headers.checksumSha256 === sha256Hash &&
      bytes.byteLength === contentLength;
    if (!isAsSigned) return 'signature-mismatch';
    if (createHash('sha256').update(bytes).digest('base64') !== sha256Hash) return 'bad-digest';
    this.#media.set(mediaId, { ...media, uploadCount: media.uploadCount + 1 });
    this.#uploadCount += 1;
    this.#uploadedBytes += bytes.byteLength;
    this.#keep(mediaId, bytes);
    return 'stored';
  }

  /** @returns false when nobody asked for that asset */
  confirm(mediaId: string, status: MediaStatus): boolean {
    const media = this.#media.get(mediaId);
    if (media === undefined) return false;
    this.#media.set(mediaId, { ...media, status });
    return true;
  }

  report(): MediaReport {
    return {
      mediaCount: this.#media.size,
      linkCount: this.#links.size,
      uploadCount: this.#uploadCount,
      uploadedBytes: this.#uploadedBytes,
      deduplicatedCount: this.#deduplicatedCount,
      notKeptCount: this.#notKeptCount,
    };
  }

  #link(mediaId: string, { traceId, observationId, field }: MediaRequest): void {
    const key = JSON.stringify([mediaId, traceId, observationId, field]);
    if (this.#links.has(key)) return;
    if (this.#links.size < MAX_LINK_COUNT) this.#links.set(key, { mediaId, traceId, observationId, field });
    else this.#notKeptCount += 1;
  }

  #keep(mediaId: string, bytes: Buffer): void {
    if (this.#bytes.has(mediaId)) return;
    if (this.#keptBytes + bytes.byteLength > this.#maxKeptBytes) {
      this.#notKeptCount += 1;
      return;
    }
    this.#keptBytes += bytes.byteLength;
    this.#bytes.set(mediaId, bytes);
  }
}

function toMediaId(sha256Hash: string): string {
  return sha256Hash.replaceAll('+', '-').replaceAll('/', '_').slice(0, MEDIA_ID_CHARACTERS);
}
