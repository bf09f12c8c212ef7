import type { Deadline } from '../deadline.js';
import { createAsset, decodeBase64, type MediaAsset } from './media-asset.js';
import { Bound } from './media-bound.js';

interface Held {
  readonly asset: MediaAsset;
  readonly byteLength: number;
  holderCount: number;
}

/** Decoded media on its way to Langfuse: every content once, within a bound of bytes. */
export class MediaStore {
  readonly #bound: Bound;
  readonly #held = new Map<string, Held>();

  /** @param maxBytes One that is larger is held alone. */
  constructor(maxBytes: number) {
    this.#bound = new Bound(maxBytes);
  }

  /**
   * Decodes media and holds it until {@link release}; waits for room first.
   *
   * @returns What is held of the same content and type already, if anything is.
   */
  async hold(
    base64: string,
    contentType: string,
    deadline: Deadline,
  ): Promise<MediaAsset | 'not-base64' | 'timed-out'> {
    const byteLength = Math.floor((base64.length * 3) / 4);
    if (!(await this.#bound.take(byteLength, deadline))) return 'timed-out';
    const bytes = decodeBase64(base64);
    if (bytes === undefined) {
      this.#bound.give(byteLength);
      return 'not-base64';
    }
    const asset = createAsset(bytes, contentType);
    const key = toKey(asset);
    const held = this.#held.get(key);
    if (held === undefined) {
      this.#held.set(key, { asset, byteLength, holderCount: 1 });
      return asset;
    }
    this.#bound.give(byteLength);
    held.holderCount++;
    return held.asset;
  }

  release(asset: MediaAsset): void {
    const key = toKey(asset);
    const held = this.#held.get(key);
    if (held === undefined || --held.holderCount > 0) return;
    this.#held.delete(key);
    this.#bound.give(held.byteLength);
  }
}

function toKey({ sha256Hash, contentType }: MediaAsset): string {
  return `${sha256Hash} ${contentType}`;
}
