import { type Agent, STATUS_CODES } from 'node:http';
import type { createOtlpHttpExportDelegate } from '@opentelemetry/otlp-exporter-base/node-http';
import type { IExportTraceServiceResponse, ISerializer } from '@opentelemetry/otlp-transformer';
import { describeError } from './describe-error.js';

/** What semantic conventions call this kind of exporter in `otel.component.type`. */
const COMPONENT_TYPE = 'otlp_http_span_exporter';

/** `ExportResultCode.SUCCESS` of `@opentelemetry/core`. */
const EXPORT_SUCCESS = 0;

const HTTP_TOO_LARGE = 413;

/**
 * A delegate's time-out is settled when it is made, and is a multiple of this, so that one serves many requests: to make
 * one for each cost a fifth of what a request costs the worker. The lane's own timer is exact.
 */
const DELEGATE_TIMEOUT_STEP_MILLIS = 100;

/** Thrown where the official transport would send a request again, to take the decision out of its hands. */
const TRY_AGAIN = new Error('the request may be sent again');

export interface OtlpRequest {
  readonly bytes: Uint8Array;
  readonly spanCount: number;
}

/** How one try ended. Nothing reads the request's bytes any more. */
export type PostResult =
  /** `response` is undefined where the receiver's answer can't be read, or does not end. */
  | { readonly status: 'accepted'; readonly response: IExportTraceServiceResponse | undefined }
  /** Another try may help; the wait before it, the receiver's Retry-After if it sent one, is over. */
  | { readonly status: 'retryable' }
  | { readonly status: 'too-large' }
  | { readonly status: 'timed-out' }
  | { readonly status: 'failed'; readonly message: string };

export type DelegateConfiguration = Parameters<typeof createOtlpHttpExportDelegate>[0];

export interface OtlpLaneOptions {
  readonly agent: Agent;
  readonly configuration: DelegateConfiguration;
  readonly createDelegate: typeof createOtlpHttpExportDelegate<OtlpRequest, IExportTraceServiceResponse>;
  readonly deserializeResponse: ISerializer<unknown, IExportTraceServiceResponse>['deserializeResponse'];
}

/**
 * A connection of its own and the official delegate that sends over it, for one request at a time: so it can be cut
 * without the others, and it is known whose partial success comes back, which a delegate shows to its serializer only.
 */
export class OtlpLane {
  readonly #options: OtlpLaneOptions;
  #delegate: ReturnType<OtlpLaneOptions['createDelegate']> | undefined;
  #delegateTimeoutMillis = 0;
  #isSent = false;
  #response: IExportTraceServiceResponse | undefined;

  constructor(options: OtlpLaneOptions) {
    this.#options = options;
  }

  /** Sends a request once. Never rejects. What was sent before must have ended. */
  async post(request: OtlpRequest, timeoutMillis: number): Promise<PostResult> {
    const { agent, configuration } = this.#options;
    let isCut = false;
    // The transport's own timer ends a silent connection only, not an answer that comes drop by drop.
    const cut = setTimeout(
      () => {
        isCut = true;
        agent.destroy();
      },
      Math.min(timeoutMillis, configuration.timeoutMillis),
    );
    const result = await this.#send(request, timeoutMillis);
    clearTimeout(cut);
    // Answered before it was read to its end: the rest must not be sent from bytes that are somebody else's by then.
    if (Object.keys(agent.sockets).length > 0) agent.destroy();
    return isCut && result.status === 'failed' ? { status: 'timed-out' } : result;
  }

  /** Closes the connection, in use or not. */
  close(): void {
    this.#options.agent.destroy();
  }

  #send(request: OtlpRequest, timeoutMillis: number): Promise<PostResult> {
    this.#isSent = false;
    this.#response = undefined;
    return new Promise((resolve) => {
      this.#takeDelegate(timeoutMillis).export(request, ({ code, error }) => {
        resolve(code === EXPORT_SUCCESS ? { status: 'accepted', response: this.#response } : toPostResult(error));
      });
    });
  }

  #takeDelegate(timeoutMillis: number): ReturnType<OtlpLaneOptions['createDelegate']> {
    const roundedMillis = Math.ceil(timeoutMillis / DELEGATE_TIMEOUT_STEP_MILLIS) * DELEGATE_TIMEOUT_STEP_MILLIS;
    if (this.#delegate === undefined || this.#delegateTimeoutMillis !== roundedMillis) {
      this.#delegate = this.#createDelegate(roundedMillis);
      this.#delegateTimeoutMillis = roundedMillis;
    }
    return this.#delegate;
  }

  #createDelegate(timeoutMillis: number): ReturnType<OtlpLaneOptions['createDelegate']> {
    const { agent, configuration, createDelegate, deserializeResponse } = this.#options;
    return createDelegate(
      {
        ...configuration,
        timeoutMillis,
        agentFactory: () => agent,
        // It asks for headers before each try: the first retry is where it gives the request back, after its wait.
        // Left alone it gives up after five.
        headers: async () => {
          if (this.#isSent) throw TRY_AGAIN;
          this.#isSent = true;
          return configuration.headers();
        },
      },
      {
        serializeRequest: ({ bytes }) => bytes,
        deserializeResponse: (data) => {
          this.#response = deserializeResponse(data);
          return this.#response;
        },
      },
      COMPONENT_TYPE,
      { name: 'span', countItems: ({ spanCount }) => spanCount },
      undefined,
    );
  }
}

function toPostResult(error: unknown): PostResult {
  if (error === TRY_AGAIN) return { status: 'retryable' };
  if (!isOtlpError(error)) return { status: 'failed', message: describeError(error) };
  const { code } = error;
  if (code === HTTP_TOO_LARGE) return { status: 'too-large' };
  // Not the receiver's own words for its status: they may quote what was sent.
  const message =
    code === undefined
      ? 'the receiver is not ready (HTTP 429, 502, 503 or 504), and there is no time left for another try'
      : `${STATUS_CODES[code] ?? 'Unknown status'} (HTTP ${code})`;
  return { status: 'failed', message };
}

/** The transport's error for an answer: with its status, and without one where it gave up on trying again. */
function isOtlpError(error: unknown): error is Error & { readonly code?: number } {
  return error instanceof Error && error.name === 'OTLPExporterError';
}
