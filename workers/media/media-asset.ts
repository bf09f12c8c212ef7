import { createHash } from 'node:crypto';

/** Media with its name at Langfuse. */
export interface MediaAsset {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly contentType: string;
  /** In base64. */
  readonly sha256Hash: string;
  readonly mediaId: string;
}

/** Where the media was found, in Langfuse's words. */
export type MediaSource = 'base64_data_uri' | 'bytes';

const MEDIA_ID_LENGTH = 22;

/**
 * Decodes base64 as `atob` does, and so Langfuse's SDK: white space is left out, padding may be.
 *
 * @returns undefined when it is none. `Buffer.from` would take anything.
 */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  let binary: string;
  try {
    binary = atob(text);
  } catch {
    return undefined;
  }
  // Allocated without the pool, whose slab of 8 KiB a small picture would keep.
  const bytes = Buffer.allocUnsafeSlow(binary.length);
  bytes.write(binary, 'latin1');
  return bytes;
}

export function createAsset(bytes: Uint8Array<ArrayBuffer>, contentType: string): MediaAsset {
  const sha256Hash = createHash('sha256').update(bytes).digest('base64');
  const mediaId = sha256Hash.replaceAll('+', '-').replaceAll('/', '_').slice(0, MEDIA_ID_LENGTH);
  return { bytes, contentType, sha256Hash, mediaId };
}

/** What stands in the text for the media; Langfuse puts the media back when it shows the text. */
export function toTag({ contentType, mediaId }: MediaAsset, source: MediaSource): string {
  return `@@@langfuseMedia:type=${contentType}|id=${mediaId}|source=${source}@@@`;
}
