import type { OTLPExporterNodeConfigBase } from '@opentelemetry/otlp-exporter-base';
import type { OtlpHttpSettings } from '../src/protocol.js';
import { loadHeaders } from './headers-module.js';
import { OtlpLane, type OtlpRequest, type PostResult } from './otlp-lane.js';

/** The signal's name in `OTEL_EXPORTER_OTLP_*` and its path behind the endpoint of all signals. */
const SIGNAL = 'TRACES';
const SIGNAL_PATH = 'v1/traces';

const REQUEST_HEADERS = { 'Content-Type': 'application/x-protobuf' };

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
  const { headersModule, headers } = options;
  const configuration = convertLegacyHttpOptions(
    // The package types compression as an enum, whose values these strings are.
    {
      ...options,
      headers: headersModule ? await loadHeaders(headersModule, headers) : headers,
    } as OTLPExporterNodeConfigBase,
    SIGNAL,
    SIGNAL_PATH,
    REQUEST_HEADERS,
  );
  const { protocol } = new URL(configuration.url);
  const lanes = new Set<OtlpLane>();
  const idleLanes: OtlpLane[] = [];
  let isClosed = false;

  const openLane = async (): Promise<OtlpLane> => {
    const lane = new OtlpLane({
      agent: await configuration.agentFactory(protocol),
      configuration,
      createDelegate: createOtlpHttpExportDelegate,
      deserializeResponse: (data) => ProtobufTraceSerializer.deserializeResponse(data),
    });
    lanes.add(lane);
    return lane;
  };

  return {
    exportTimeoutMillis:
      options.timeoutMillis ?? getSharedConfigurationFromEnvironment(SIGNAL).timeoutMillis ?? Number.POSITIVE_INFINITY,
    // Used again, last come first served: there are as many connections as there were ever requests at a time.
    post: async (request, timeoutMillis) => {
      if (isClosed) return { status: 'failed', message: 'the exporter is shut down' };
      const lane = idleLanes.pop() ?? (await openLane());
      const result = await lane.post(request, timeoutMillis);
      idleLanes.push(lane);
      return result;
    },
    close: () => {
      isClosed = true;
      for (const lane of lanes) lane.close();
    },
  };
}
