import type { MaskFunction } from '@langfuse/otel';
import type { Attributes } from '@opentelemetry/api';
import type { MaskFailureKind } from '../protocol.js';
import type { UnreadySpan } from '../waiting-spans.js';
import type { ReadableSpan } from '../wire/readable-span.js';
import { estimateHeldBytes } from './held-bytes.js';
import { listMaskedKeys, MASK_PLACEHOLDER } from './mask-keys.js';
import { viewSpan } from './view-span.js';

export interface MainThreadMaskOptions {
  readonly mask: MaskFunction;
  /** Exact, or ending in `*`. */
  readonly maskKeys: readonly string[];
  /** For all values of a span together. */
  readonly maskTimeoutMillis: number;
  /** Told of values that became the placeholder. */
  readonly onFailure: (kind: MaskFailureKind, valueCount: number) => void;
}

/**
 * Masks a span with a function that lives on the main thread.
 *
 * @returns The span as it may be sent: a view, as other processors have the span itself. One whose mask answers with a
 * promise is ready when all of its values are masked, or when the time for that is over.
 * @throws what reading the span throws
 */
export function maskOnMainThread(span: ReadableSpan, options: MainThreadMaskOptions): ReadableSpan | UnreadySpan {
  const keys = listMaskedKeys(span.attributes, options.maskKeys);
  if (keys.length === 0) return span;
  const run = new MaskRun(span, keys, options);
  const pending = run.start();
  return pending === undefined ? run.span : run.wait(pending);
}

/** The masking of one span: its values one after the other, the first at once. */
class MaskRun {
  /** Holds the placeholder for every value that is not masked yet, so it may be sent at any moment. */
  readonly span: ReadableSpan;
  /** Copied, since another processor may mask the span's own in place meanwhile. */
  readonly #originals: readonly unknown[];
  readonly #attributes: Record<string, unknown>;
  readonly #keys: readonly string[];
  readonly #options: MainThreadMaskOptions;
  #maskedCount = 0;
  #isFinished = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(span: ReadableSpan, keys: readonly string[], options: MainThreadMaskOptions) {
    this.#originals = keys.map((key) => span.attributes[key]);
    this.#attributes = { ...span.attributes };
    for (const key of keys) this.#attributes[key] = MASK_PLACEHOLDER;
    this.#keys = keys;
    this.#options = options;
    this.span = viewSpan(span, this.#attributes as Attributes);
  }

  /** @returns the first answer that is a promise; undefined when all values are masked */
  start(): PromiseLike<unknown> | undefined {
    while (this.#maskedCount < this.#keys.length && !this.#isFinished) {
      try {
        const answer = this.#call();
        if (isThenable(answer)) return answer;
        this.#set(answer);
      } catch {
        this.#fail('threw');
      }
    }
    return undefined;
  }

  wait(pending: PromiseLike<unknown>): UnreadySpan {
    // First of all: a promise that rejects with nobody listening ends the process.
    const masked = this.#goOn(pending);
    const byteLength = estimateHeldBytes(this.span, this.#originals);
    const finished = new Promise<void>((resolve) => {
      this.#timer = setTimeout(resolve, this.#options.maskTimeoutMillis);
      this.#timer.unref();
      void masked.then(resolve);
    });
    return {
      byteLength,
      ready: finished.then(() => this.#finish()),
      finishNow: () => this.#finish(),
    };
  }

  async #goOn(firstPending: PromiseLike<unknown>): Promise<void> {
    let pending: PromiseLike<unknown> | undefined = firstPending;
    while (pending !== undefined) {
      try {
        this.#set(await pending);
      } catch {
        this.#fail('rejected');
      }
      // Once it is too late no further value is masked.
      pending = this.start();
    }
  }

  #call(): unknown {
    return this.#options.mask({ data: this.#originals[this.#maskedCount] });
  }

  #set(value: unknown): void {
    // The span may have left with the placeholder.
    if (this.#isFinished) return;
    this.#attributes[this.#keys[this.#maskedCount] as string] = value;
    this.#maskedCount += 1;
  }

  #fail(kind: MaskFailureKind): void {
    if (this.#isFinished) return;
    this.#maskedCount += 1;
    this.#options.onFailure(kind, 1);
  }

  #finish(): ReadableSpan {
    if (this.#isFinished) return this.span;
    this.#isFinished = true;
    clearTimeout(this.#timer);
    const unmaskedCount = this.#keys.length - this.#maskedCount;
    if (unmaskedCount > 0) this.#options.onFailure('timed_out', unmaskedCount);
    return this.span;
  }
}

/** May throw what the value's own code throws, as awaiting it would reject. */
function isThenable(value: unknown): value is PromiseLike<unknown> {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  return typeof (value as Partial<PromiseLike<unknown>>).then === 'function';
}
