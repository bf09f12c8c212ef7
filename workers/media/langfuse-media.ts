import type { ExportNotes, MediaSettings } from '../../src/protocol.js';
import type { DecodedSpan } from '../../src/wire/span-reader.js';
import { Deadline } from '../deadline.js';
import { type MediaSource, toTag } from './media-asset.js';
import { isAiSdkScope, MESSAGE_ATTRIBUTES, type MessageAttribute } from './media-messages.js';
import { mayHoldMedia } from './media-presence.js';
import { replaceText, replaceUris } from './media-replace.js';
import { type MediaLink, MediaRequests } from './media-requests.js';
import { findDataUris, parseDataUri } from './media-scan.js';
import { MediaStore } from './media-store.js';
import { type MediaOutcome, MediaUploads } from './media-uploads.js';
import type { ExtractedMedia, SpanMedia } from './span-media.js';

type MediaField = MediaLink['field'];

const LANGFUSE_PREFIX = 'langfuse.';

/** Attributes whose key starts with one of these are searched for data URIs. */
const SEARCHED_PREFIXES: readonly (readonly [prefix: string, field: MediaField])[] = [
  ['langfuse.observation.input', 'input'],
  ['langfuse.trace.input', 'input'],
  ['langfuse.observation.output', 'output'],
  ['langfuse.trace.output', 'output'],
  ['langfuse.observation.metadata', 'metadata'],
  ['langfuse.trace.metadata', 'metadata'],
];

/** The AI SDK's parts of one attribute are searched for in so many characters altogether: a second. */
const MAX_SEARCHED_LENGTH = 2 ** 31;

/** Media as Langfuse's own SDK finds it, replaces it and uploads it. */
export function createSpanMedia(settings: MediaSettings): SpanMedia {
  const store = new MediaStore(settings.maxPendingBytes);
  const uploads = new MediaUploads(new MediaRequests(settings), settings.maxConcurrentUploads);
  return {
    mayBeIn: mayHoldMedia,
    async extract(spans: DecodedSpan[], deadline: Deadline): Promise<ExtractedMedia> {
      const extraction = new Extraction(store, uploads, deadline);
      for (const span of spans) await extraction.extractFrom(span);
      return { uploads: extraction.settled() };
    },
  };
}

/** The media of one chunk. Uploads start as soon as something is found. */
class Extraction {
  readonly #store: MediaStore;
  readonly #uploads: MediaUploads;
  readonly #deadline: Deadline;
  /** Half the time for making room: the other half is the spans', which leave with what media had no room in their text. */
  readonly #roomDeadline: Deadline;
  readonly #outcomes: (MediaOutcome | Promise<MediaOutcome>)[] = [];

  constructor(store: MediaStore, uploads: MediaUploads, deadline: Deadline) {
    this.#store = store;
    this.#uploads = uploads;
    this.#deadline = deadline;
    this.#roomDeadline = new Deadline(deadline.remainingMillis / 2);
  }

  async extractFrom(span: DecodedSpan): Promise<void> {
    const attributes = span.attributes ?? {};
    for (const key of Object.keys(attributes)) {
      const text = attributes[key];
      const field = searchedField(key);
      if (field === undefined || typeof text !== 'string') continue;
      attributes[key] = await this.#replaceUris(text, toLink(span, field));
    }
    if (!isAiSdkScope(span.instrumentationScope.name)) return;
    for (const attribute of MESSAGE_ATTRIBUTES) {
      const text = attributes[attribute.key];
      if (typeof text !== 'string' || text === '') continue;
      attributes[attribute.key] = await this.#replaceMessageMedia(text, attribute, toLink(span, attribute.field));
    }
  }

  /** Never rejects. */
  async settled(): Promise<ExportNotes['media']> {
    const outcomes = await Promise.all(this.#outcomes);
    if (outcomes.length === 0) return undefined;
    const countOf = (status: MediaOutcome['status']) => outcomes.filter((outcome) => outcome.status === status).length;
    const counts = {
      uploadedCount: countOf('uploaded'),
      alreadyThereCount: countOf('already-there'),
      failedCount: countOf('failed'),
    };
    const firstFailed = outcomes.find((outcome) => outcome.status === 'failed');
    return firstFailed === undefined ? counts : { ...counts, firstFailure: firstFailed.message };
  }

  async #replaceUris(text: string, link: MediaLink): Promise<string> {
    const found = findDataUris(text);
    const tags = new Map<string, string>();
    for (const uri of new Set(found.map(({ uri }) => uri))) {
      const parsed = parseDataUri(uri);
      if (parsed === undefined) continue;
      const tag = await this.#upload(parsed.base64, parsed.contentType, 'base64_data_uri', link);
      if (tag !== undefined) tags.set(uri, tag);
    }
    return replaceUris(text, found, tags);
  }

  /** The text as it is where a part of it can't be read; media found up to there is uploaded nevertheless. */
  async #replaceMessageMedia(text: string, { findMedia }: MessageAttribute, link: MediaLink): Promise<string> {
    let replaced: string | undefined = text;
    let searchedLength = 0;
    try {
      const messages: unknown = JSON.parse(text);
      if (!Array.isArray(messages)) return text;
      for (const { base64, contentType, replaced: searched } of findMedia(messages)) {
        searchedLength += replaced.length;
        if (searchedLength > MAX_SEARCHED_LENGTH) return text;
        const tag = await this.#upload(base64, contentType, 'bytes', link);
        if (tag === undefined) return text;
        if (tag === '') continue;
        replaced = replaceText(replaced, searched, tag);
        if (replaced === undefined) return text;
      }
    } catch {
      return text;
    }
    return replaced;
  }

  /**
   * Starts an upload.
   *
   * @returns The tag that takes the place of the base64; undefined when it is none, or there is no room. Empty, and
   * nothing is uploaded, where there is no type.
   */
  async #upload(
    base64: string,
    contentType: string,
    source: MediaSource,
    link: MediaLink,
  ): Promise<string | undefined> {
    const asset = await this.#store.hold(base64, contentType, this.#roomDeadline);
    if (asset === 'not-base64') return undefined;
    if (asset === 'timed-out') {
      this.#outcomes.push({
        status: 'failed',
        message: 'left in its text, because other media was not uploaded in time',
      });
      return undefined;
    }
    if (contentType === '') {
      this.#store.release(asset);
      return '';
    }
    const outcome = this.#uploads.upload(asset, link, this.#deadline);
    this.#outcomes.push(outcome.finally(() => this.#store.release(asset)));
    return toTag(asset, source);
  }
}

function searchedField(key: string): MediaField | undefined {
  if (!key.startsWith(LANGFUSE_PREFIX)) return undefined;
  return SEARCHED_PREFIXES.find(([prefix]) => key.startsWith(prefix))?.[1];
}

function toLink(span: DecodedSpan, field: MediaField): MediaLink {
  const { traceId, spanId } = span.spanContext();
  return { traceId, observationId: spanId, field };
}
