import type { Agent } from 'node:http';
import type { OTLPExporterNodeConfigBase } from '@opentelemetry/otlp-exporter-base';
import type { IExportTraceServiceResponse } from '@opentelemetry/otlp-transformer';
import type { ExportFailure, ExportOutcome, OtlpHttpSettings } from '../src/protocol.js';
import { describeError } from './describe-error.js';
import { limitTime } from './time-limit.js';

/** The signal's name in `OTEL_EXPORTER_OTLP_*` and its path behind the endpoint of all signals. */
const SIGNAL = 'TRACES';
const SIGNAL_PATH = 'v1/traces';

const REQUEST_HEADERS = { 'Content-Type': 'application/x-protobuf' };

/** What semantic conventions call this kind of exporter in `otel.component.type`. */
const COMPONENT_TYPE = 'otlp_http_span_exporter';

/** `ExportResultCode.SUCCESS` of `@opentelemetry/core`. */
const EXPORT_SUCCESS = 0;

/** Of what a receiver says about the spans it rejected, so much is passed on. */
const SERVER_MESSAGE_MAX_LENGTH = 200;

/** The range of `rejected_spans`; the official reader shows a negative count as one past it. */
const INT64_END = 2 ** 63;

export interface OtlpRequest {
  readonly bytes: Uint8Array;
  readonly spanCount: number;
  /** Called once nothing reads the bytes any more, which may be after the outcome: a time-out does not wait for that. */
  readonly release: () => void;
}

/** Sends OTLP requests with the official exporter's own transport, which is loaded on first use. */
export class OtlpSender {
  readonly #options: OtlpHttpSettings;
  readonly #underWay = new Set<Promise<ExportOutcome>>();
  #loading: Promise<OtlpTransport> | undefined;
  #isShutDown = false;

  constructor(options: OtlpHttpSettings) {
    this.#options = options;
  }

  /** Resolves with what became of the spans; a request under way longer than `timeoutMillis` has failed. */
  async send(request: OtlpRequest, timeoutMillis: number): Promise<ExportOutcome> {
    const outcome = this.#send(request, timeoutMillis);
    this.#underWay.add(outcome);
    try {
      return await outcome;
    } finally {
      this.#underWay.delete(outcome);
    }
  }

  /** Resolves when no request is under way, or says that some still are. */
  async flush(timeoutMillis: number): Promise<ExportFailure | undefined> {
    const done = Promise.all(this.#underWay).then(() => undefined);
    return limitTime<ExportFailure | undefined>(done, timeoutMillis, () => ({
      reason: 'export_timeout',
      message: `exports are still under way after ${timeoutMillis} ms`,
    }));
  }

  async shutdown(timeoutMillis: number): Promise<ExportFailure | undefined> {
    this.#isShutDown = true;
    const failure = await this.flush(timeoutMillis);
    const transport = await this.#loading?.catch(() => undefined);
    await transport?.close();
    return failure;
  }

  async #send(request: OtlpRequest, timeoutMillis: number): Promise<ExportOutcome> {
    const { spanCount, release } = request;
    let transport: OtlpTransport;
    try {
      if (this.#isShutDown) throw new Error('the exporter is shut down');
      this.#loading ??= loadTransport(this.#options);
      transport = await this.#loading;
    } catch (error) {
      release();
      return fail(spanCount, { reason: 'exporter_unavailable', message: describeError(error) });
    }
    const limitMillis = Math.min(timeoutMillis, transport.timeoutMillis);
    const timeout = fail(spanCount, { reason: 'export_timeout', message: `no answer within ${limitMillis} ms` });
    const startMillis = performance.now();
    const done = transport.post(request, limitMillis).then(
      (response) => toOutcome(response, spanCount),
      (error: unknown) =>
        // The transport's own timer runs as long, and its error is one like any other.
        performance.now() - startMillis >= limitMillis
          ? timeout
          : fail(spanCount, { reason: 'export_failed', message: describeHttpError(error) }),
    );
    void done.finally(release);
    return limitTime<ExportOutcome>(done, limitMillis, () => timeout);
  }
}

interface OtlpTransport {
  /** How long an export may take by the exporter's own options. */
  readonly timeoutMillis: number;
  /** Sends the request, again if need be, until it is answered; rejects with why it was not. */
  post(request: OtlpRequest, timeoutMillis: number): Promise<IExportTraceServiceResponse | undefined>;
  /** Closes the connections. */
  close(): Promise<void>;
}

async function loadTransport(options: OtlpHttpSettings): Promise<OtlpTransport> {
  const [{ convertLegacyHttpOptions, createOtlpHttpExportDelegate }, { ProtobufTraceSerializer }] = await Promise.all([
    import('@opentelemetry/otlp-exporter-base/node-http'),
    import('@opentelemetry/otlp-transformer'),
  ]);
  // The package types compression as an enum, whose values these strings are.
  const configuration = convertLegacyHttpOptions(
    options as OTLPExporterNodeConfigBase,
    SIGNAL,
    SIGNAL_PATH,
    REQUEST_HEADERS,
  );
  let agent: Promise<Agent> | undefined;
  const agentFactory = (protocol: string): Promise<Agent> => {
    agent ??= Promise.resolve(configuration.agentFactory(protocol));
    return agent;
  };

  return {
    timeoutMillis: configuration.timeoutMillis,
    // A delegate a request, on one agent: its time-out is settled when it is made, and it shows a response to its
    // serializer only, which has to know whose response that is.
    post: ({ bytes, spanCount }, timeoutMillis) =>
      new Promise((resolve, reject) => {
        let response: IExportTraceServiceResponse | undefined;
        const delegate = createOtlpHttpExportDelegate<Uint8Array, IExportTraceServiceResponse>(
          { ...configuration, agentFactory, timeoutMillis },
          {
            serializeRequest: () => bytes,
            deserializeResponse: (data) => {
              response = ProtobufTraceSerializer.deserializeResponse(data);
              return response;
            },
          },
          COMPONENT_TYPE,
          { name: 'span', countItems: () => spanCount },
          undefined,
        );
        delegate.export(bytes, ({ code, error }) => {
          if (code === EXPORT_SUCCESS) resolve(response);
          else reject(error ?? new Error('the exporter gave no reason'));
        });
      }),
    close: async () => (await agent)?.destroy(),
  };
}

function toOutcome(response: IExportTraceServiceResponse | undefined, spanCount: number): ExportOutcome {
  const { rejectedSpans = 0, errorMessage = '' } = response?.partialSuccess ?? {};
  const failedSpanCount = rejectedSpans > 0 && rejectedSpans < INT64_END ? Math.min(rejectedSpans, spanCount) : 0;
  if (failedSpanCount === 0) return { status: 'success', exportedSpanCount: spanCount };
  const failure: ExportFailure = { reason: 'rejected', message: describeRejection(errorMessage) };
  return failedSpanCount === spanCount
    ? fail(spanCount, failure)
    : { status: 'partial', exportedSpanCount: spanCount - failedSpanCount, failedSpanCount, failure };
}

function fail(failedSpanCount: number, failure: ExportFailure): ExportOutcome {
  return { status: 'failure', failedSpanCount, failure };
}

/** The receiver's own words, on one line and cut. */
function describeRejection(serverMessage: string): string {
  const line = serverMessage.replace(/[\p{Cc}\s]+/gu, ' ').trim();
  if (line === '') return 'the receiver gave no reason';
  return line.length > SERVER_MESSAGE_MAX_LENGTH ? `${line.slice(0, SERVER_MESSAGE_MAX_LENGTH)}…` : line;
}

function describeHttpError(error: unknown): string {
  const message = describeError(error);
  const hasStatus = error instanceof Error && 'code' in error && typeof error.code === 'number';
  return hasStatus ? `${message} (HTTP ${error.code})` : message;
}
