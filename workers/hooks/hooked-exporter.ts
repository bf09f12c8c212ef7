import type { ExportFailure, ExportNotes, ExportOutcome, HookSettings } from '../../src/protocol.js';
import { decodeChunk } from '../../src/wire/chunk-decoder.js';
import type { DecodedSpan } from '../../src/wire/span-reader.js';
import type { ChunkExporter } from '../chunk-exporter.js';
import { Deadline } from '../deadline.js';
import { describeError } from '../describe-error.js';
import type { ExtractedMedia, SpanMedia } from '../media/span-media.js';
import { OutcomeSum } from '../outcome-sum.js';
import { limitTime } from '../time-limit.js';
import { ChunkMasking, type MaskFailures } from './chunk-masking.js';
import { filterSpans } from './filter-spans.js';
import { type LoadedHooks, loadHooks } from './span-hooks.js';
import { type ReencodedChunk, type ReencodedSpans, SpanReencoder } from './span-reencoder.js';

/**
 * Left of an export's time: after masks for sending, after uploads so that the outcome is there before a flush that
 * started with the export gives up.
 */
const RESERVE_MILLIS = 1_000;

const NO_FAILURES: MaskFailures = { count: 0, first: undefined };
const NO_HOOKS: LoadedHooks = { filter: undefined, mask: undefined };

export interface HookedExporterOptions {
  readonly inner: ChunkExporter;
  readonly hooks: HookSettings | undefined;
  readonly media: SpanMedia | undefined;
  readonly maxSpanBytes: number;
}

/**
 * Applies hooks to spans and takes media out of them, in this order, before another exporter sees them. That one is
 * given new chunks only: with hooks, no byte of the original ones gets past this file.
 */
export class HookedExporter implements ChunkExporter {
  readonly #inner: ChunkExporter;
  readonly #hooks: HookSettings | undefined;
  readonly #media: SpanMedia | undefined;
  readonly #reencoder: SpanReencoder;
  readonly #underWay = new Set<Promise<unknown>>();
  #loading: Promise<LoadedHooks> | undefined;

  constructor({ inner, hooks, media, maxSpanBytes }: HookedExporterOptions) {
    this.#inner = inner;
    this.#hooks = hooks;
    this.#media = media;
    this.#reencoder = new SpanReencoder(maxSpanBytes);
  }

  async export(chunk: Uint8Array, spanCount: number, timeoutMillis: number): Promise<ExportOutcome> {
    const outcome = this.#export(chunk, spanCount, new Deadline(timeoutMillis));
    this.#underWay.add(outcome);
    try {
      return await outcome;
    } finally {
      this.#underWay.delete(outcome);
    }
  }

  flush(timeoutMillis: number): Promise<ExportFailure | undefined> {
    return this.#settle(timeoutMillis, (restMillis) => this.#inner.flush(restMillis));
  }

  shutdown(timeoutMillis: number): Promise<ExportFailure | undefined> {
    return this.#settle(timeoutMillis, (restMillis) => this.#inner.shutdown(restMillis));
  }

  /** Waits for what is on its way to the inner exporter, then for the exporter itself. */
  async #settle(
    timeoutMillis: number,
    settleInner: (restMillis: number) => Promise<ExportFailure | undefined>,
  ): Promise<ExportFailure | undefined> {
    const deadline = new Deadline(timeoutMillis);
    await limitTime<unknown>(Promise.allSettled(this.#underWay), timeoutMillis, () => undefined);
    return settleInner(Math.max(1, deadline.remainingMillis));
  }

  async #export(chunk: Uint8Array, spanCount: number, deadline: Deadline): Promise<ExportOutcome> {
    if (this.#hooks === undefined && !this.#media?.mayBeIn(chunk)) {
      return this.#inner.export(chunk, spanCount, deadline.timeoutMillis);
    }
    let hooks: LoadedHooks;
    try {
      hooks = await this.#loadHooks(deadline);
    } catch (error) {
      const failure: ExportFailure = { reason: 'hooks_unavailable', message: describeError(error) };
      return { status: 'failure', failedSpanCount: spanCount, failure };
    }
    const spans = filterSpans(decodeChunk(chunk).spans, hooks.filter);
    const filteredSpanCount = spanCount - spans.length;
    const maskFailures = await this.#mask(spans, hooks, deadline);
    const mediaDeadline = new Deadline(withoutReserve(deadline));
    const extracted = await this.#media?.extract(spans, mediaDeadline);
    const reencoded = this.#reencoder.encode(spans, chunk.byteLength);
    const [outcome, media] = await Promise.all([
      this.#send(reencoded, deadline),
      extracted && settleUploads(extracted, mediaDeadline, deadline),
    ]);
    return { ...outcome, notes: toNotes(filteredSpanCount, maskFailures, reencoded, media) };
  }

  async #loadHooks(deadline: Deadline): Promise<LoadedHooks> {
    if (this.#hooks === undefined) return NO_HOOKS;
    this.#loading ??= loadHooks(this.#hooks).catch((error: unknown) => {
      // What kept it from loading may pass.
      this.#loading = undefined;
      throw error;
    });
    const loaded = await limitTime<LoadedHooks | undefined>(this.#loading, deadline.remainingMillis, () => undefined);
    if (loaded !== undefined) return loaded;
    throw new Error(`hooks.module: '${this.#hooks.module}' was not loaded within ${deadline.timeoutMillis} ms`);
  }

  async #mask(spans: readonly DecodedSpan[], { mask }: LoadedHooks, deadline: Deadline): Promise<MaskFailures> {
    if (mask === undefined || this.#hooks === undefined) return NO_FAILURES;
    const timeoutMillis = Math.min(this.#hooks.maskTimeoutMillis, withoutReserve(deadline));
    return new ChunkMasking(mask, this.#hooks, timeoutMillis).run(spans);
  }

  async #send({ chunks, failures }: ReencodedSpans, deadline: Deadline): Promise<ExportOutcome> {
    const sum = new OutcomeSum();
    for (const failed of failures) sum.add({ status: 'failure', ...failed });
    for (const outcome of await Promise.all(chunks.map((chunk) => this.#sendChunk(chunk, deadline)))) sum.add(outcome);
    return sum.toOutcome();
  }

  async #sendChunk(chunk: ReencodedChunk, { timeoutMillis, remainingMillis }: Deadline): Promise<ExportOutcome> {
    const { bytes, spanCount } = chunk;
    if (remainingMillis === 0) {
      const message = `hooks and media took the ${timeoutMillis} ms of the export`;
      return { status: 'failure', failedSpanCount: spanCount, failure: { reason: 'export_timeout', message } };
    }
    const outcome = await this.#inner.export(bytes, spanCount, remainingMillis);
    this.#reencoder.release(chunk);
    return outcome;
  }
}

function withoutReserve({ remainingMillis }: Deadline): number {
  return Math.max(remainingMillis - RESERVE_MILLIS, remainingMillis / 2);
}

/** Media never costs the spans their own outcome: uploads that overrun their deadline by half the reserve are left. */
function settleUploads({ uploads }: ExtractedMedia, mediaDeadline: Deadline, deadline: Deadline): typeof uploads {
  const waitMillis = (mediaDeadline.remainingMillis + deadline.remainingMillis) / 2;
  return limitTime(uploads, waitMillis, () => undefined);
}

function toNotes(
  filteredSpanCount: number,
  maskFailures: MaskFailures,
  { droppedPartCount }: ReencodedSpans,
  media: Awaited<ExtractedMedia['uploads']>,
): ExportNotes {
  return {
    ...(filteredSpanCount > 0 && { filteredSpanCount }),
    ...(maskFailures.count > 0 && { maskFailureCount: maskFailures.count }),
    ...(maskFailures.first !== undefined && { firstMaskFailure: maskFailures.first }),
    ...(droppedPartCount > 0 && { droppedPartCount }),
    ...(media !== undefined && { media }),
  };
}
