import { setImmediate } from 'node:timers/promises';
import type { EncodedBody } from './decode-body.js';

export interface DeferredBody {
  readonly body: EncodedBody;
  readonly rejectedCount: number;
}

/** Accepted bodies that wait to be decoded, within a bound of bytes. */
export class DeferredBodies {
  readonly #maxBytes: number;
  readonly #waiting: DeferredBody[] = [];
  #waitingBytes = 0;
  #lastDrain: Promise<void> = Promise.resolve();

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Returns false, and takes nothing, when there is no room. */
  add(deferred: DeferredBody): boolean {
    const byteCount = deferred.body.bytes.byteLength;
    if (this.#waitingBytes + byteCount > this.#maxBytes) return false;
    this.#waitingBytes += byteCount;
    this.#waiting.push(deferred);
    return true;
  }

  /** Hands out every waiting body, one at a time; a drain that is asked for during another waits for it. */
  drain(take: (deferred: DeferredBody) => Promise<void>): Promise<void> {
    const drain = this.#lastDrain.then(() => this.#drainAll(take));
    this.#lastDrain = drain.catch(() => {});
    return drain;
  }

  async #drainAll(take: (deferred: DeferredBody) => Promise<void>): Promise<void> {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      this.#waitingBytes -= next.body.bytes.byteLength;
      await take(next);
      // Decoding takes milliseconds a body; requests that come meanwhile are answered in between.
      await setImmediate();
    }
  }
}
