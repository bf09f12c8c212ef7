import { type DecodedBody, decodeBody, type EncodedBody } from './decode-body.js';
import { DeferredBodies } from './deferred-bodies.js';
import { RequestLedger } from './request-ledger.js';
import type { ResolvedSinkOptions } from './sink-options.js';
import type { SinkReport } from './sink-report.js';
import { SpanLedger } from './span-ledger.js';
import type { TraceSchema } from './trace-schema.js';

/** All that is counted between two resets. */
export class Period {
  readonly requests: RequestLedger;
  readonly spans: SpanLedger;
  readonly #options: ResolvedSinkOptions;
  readonly #schema: TraceSchema;
  readonly #deferred: DeferredBodies;
  #overflowedCount = 0;
  #malformedCount = 0;
  #firstMalformedMessage = '';

  constructor(options: ResolvedSinkOptions, schema: TraceSchema) {
    this.requests = new RequestLedger(options.maxKeptRequestCount);
    this.spans = new SpanLedger(options);
    this.#options = options;
    this.#schema = schema;
    this.#deferred = new DeferredBodies(options.maxDeferredBytes);
  }

  /** Puts an accepted body aside; false when it must be decoded now. */
  defer(body: EncodedBody, rejectedCount: number): boolean {
    if (this.#options.decode !== 'deferred') return false;
    const isStored = this.#deferred.add({ body, rejectedCount });
    if (!isStored) this.#overflowedCount += 1;
    return isStored;
  }

  /** Counts what a decoded body held. */
  accept(body: EncodedBody, decoded: DecodedBody & { status: 'decoded' }, rejectedCount: number): void {
    this.requests.addAccepted(body.bytes.byteLength, decoded.decodedBytes);
    this.spans.accept(decoded.spans, rejectedCount);
  }

  /** Decodes what was put aside, so that the counts are complete. */
  settle(): Promise<void> {
    return this.#deferred.drain(async ({ body, rejectedCount }) => {
      const decoded = await decodeBody(body, this.#schema, this.#options.maxBodyBytes);
      if (decoded.status === 'decoded') {
        this.accept(body, decoded, rejectedCount);
        return;
      }
      this.#malformedCount += 1;
      const message = decoded.status === 'invalid' ? decoded.message : 'body: past maxBodyBytes when decompressed';
      if (this.#firstMalformedMessage === '') this.#firstMalformedMessage = message;
    });
  }

  async report(): Promise<SinkReport> {
    await this.settle();
    const { decode } = this.#options;
    const deferred = {
      overflowedCount: this.#overflowedCount,
      malformedCount: this.#malformedCount,
      firstMalformedMessage: this.#firstMalformedMessage,
    };
    return {
      decode,
      requests: this.requests.report(),
      spans: this.spans.reportSpans(),
      traces: this.spans.reportTraces(),
      deferred: decode === 'deferred' ? deferred : null,
    };
  }
}
