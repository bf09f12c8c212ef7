import { type Agent, STATUS_CODES } from 'node:http';
import type { OTLPExporterNodeConfigBase } from '@opentelemetry/otlp-exporter-base';
import type { IExportTraceServiceResponse } from '@opentelemetry/otlp-transformer';
import type { OtlpHttpSettings } from '../src/protocol.js';
import { describeError } from './describe-error.js';

/** The signal's name in `OTEL_EXPORTER_OTLP_*` and its path behind the endpoint of all signals. */
const SIGNAL = 'TRACES';
const SIGNAL_PATH = 'v1/traces';

const REQUEST_HEADERS = { 'Content-Type': 'application/x-protobuf' };

/** What semantic conventions call this kind of exporter in `otel.component.type`. */
const COMPONENT_TYPE = 'otlp_http_span_exporter';

/** `ExportResultCode.SUCCESS` of `@opentelemetry/core`. */
const EXPORT_SUCCESS = 0;

const HTTP_TOO_LARGE = 413;

/** Thrown where the official transport would send a request again, to take the decision out of its hands. */
const TRY_AGAIN = new Error('the request may be sent again');

export interface OtlpRequest {
  readonly bytes: Uint8Array;
  readonly spanCount: number;
}

/** How one try ended. Nothing reads the request's bytes any more. */
type PostResult =
  /** `response` is undefined where the receiver's answer can't be read, or does not end. */
  | { readonly status: 'accepted'; readonly response: IExportTraceServiceResponse | undefined }
  /** Another try may help; the wait before it, the receiver's Retry-After if it sent one, is over. */
  | { readonly status: 'retryable' }
  | { readonly status: 'too-large' }
  | { readonly status: 'timed-out' }
  | { readonly status: 'failed'; readonly message: string };

export interface OtlpTransport {
  /** How long an export may take by the exporter's own options, retries included; Infinity where they don't say. */
  readonly exportTimeoutMillis: number;
  /** Sends a request once. Never rejects, and takes no longer than `timeoutMillis`. */
  post(request: OtlpRequest, timeoutMillis: number): Promise<PostResult>;
  /** Closes the connections, those in use too. Nothing is sent after that. */
  close(): void;
}

/**
 * The official exporter's transport, which does HTTP, TLS, compression and headers, and judges what may be tried again.
 *
 * @throws When it does not take the options.
 */
export async function loadTransport(options: OtlpHttpSettings): Promise<OtlpTransport> {
  const [
    { convertLegacyHttpOptions, createOtlpHttpExportDelegate, getSharedConfigurationFromEnvironment },
    { ProtobufTraceSerializer },
  ] = await Promise.all([
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
  const { protocol } = new URL(configuration.url);
  const agents = new Set<Agent>();
  const idleAgents: Agent[] = [];
  let isClosed = false;

  const send = ({ bytes, spanCount }: OtlpRequest, agent: Agent, timeoutMillis: number): Promise<PostResult> =>
    new Promise((resolve) => {
      let response: IExportTraceServiceResponse | undefined;
      let isSent = false;
      // A delegate a try: its time-out is settled when it is made, and it shows a response to its serializer only, which
      // has to know whose response that is.
      const delegate = createOtlpHttpExportDelegate<Uint8Array, IExportTraceServiceResponse>(
        {
          ...configuration,
          timeoutMillis,
          agentFactory: () => agent,
          // It asks for headers before each try: the first retry is where it gives the request back, after its wait.
          // Left alone it gives up after five.
          headers: async () => {
            if (isSent) throw TRY_AGAIN;
            isSent = true;
            return configuration.headers();
          },
        },
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
        resolve(code === EXPORT_SUCCESS ? { status: 'accepted', response } : toPostResult(error));
      });
    });

  return {
    exportTimeoutMillis:
      options.timeoutMillis ?? getSharedConfigurationFromEnvironment(SIGNAL).timeoutMillis ?? Number.POSITIVE_INFINITY,
    // An agent a request under way, so that its connection can be cut without the others'. Used again, last come first
    // served: there are as many connections as there were ever requests at a time.
    post: async (request, timeoutMillis) => {
      if (isClosed) return { status: 'failed', message: 'the exporter is shut down' };
      const agent = idleAgents.pop() ?? (await configuration.agentFactory(protocol));
      agents.add(agent);
      let isCut = false;
      // The transport's own timer ends a silent connection only, not an answer that comes drop by drop.
      const cut = setTimeout(
        () => {
          isCut = true;
          agent.destroy();
        },
        Math.min(timeoutMillis, configuration.timeoutMillis),
      );
      const result = await send(request, agent, timeoutMillis);
      clearTimeout(cut);
      // Answered before it was read to its end: the rest must not be sent from bytes that are somebody else's by then.
      if (Object.keys(agent.sockets).length > 0) agent.destroy();
      idleAgents.push(agent);
      return isCut && result.status === 'failed' ? { status: 'timed-out' } : result;
    },
    close: () => {
      isClosed = true;
      for (const agent of agents) agent.destroy();
    },
  };
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
