import { SinkError } from './sink-error.js';

/** What the sink uses of the generated decoder. */
export interface TraceSchema {
  readonly decodeRequest: (body: Uint8Array) => Record<string, unknown>;
  readonly encodeResponse: (response: TraceResponse) => Uint8Array;
  readonly encodeStatus: (message: string) => Uint8Array;
}

export interface TraceResponse {
  partialSuccess?: { rejectedSpans: number; errorMessage: string };
}

interface MessageType {
  decode(body: Uint8Array): unknown;
  encode(message: object): { finish(): Uint8Array };
  toObject(message: unknown, options: object): Record<string, unknown>;
}

interface GeneratedRoot {
  opentelemetry: {
    proto: {
      collector: { trace: { v1: { ExportTraceServiceRequest: MessageType; ExportTraceServiceResponse: MessageType } } };
      trace: { v1: { Status: MessageType } };
    };
  };
}

const PACKAGE_NAME = 'otlp-schema';
const INSTALL_COMMAND = `npm install --save-dev ${PACKAGE_NAME}@npm:@opentelemetry/otlp-transformer@0.203.0`;

const importGeneratedRoot = async (): Promise<unknown> =>
  (await import('otlp-schema/build/src/generated/root.js')).default;

/**
 * Loads the official OTLP schema, which only the sink needs and a service that uses offloop does not install.
 *
 * @throws SinkError `ERR_SINK_SCHEMA_MISSING` with the command that installs it.
 */
export async function loadTraceSchema(importRoot: () => Promise<unknown> = importGeneratedRoot): Promise<TraceSchema> {
  let root: GeneratedRoot;
  try {
    root = (await importRoot()) as GeneratedRoot;
  } catch (error) {
    if (!isPackageMissing(error)) throw error;
    const message = `The sink decodes with the official OTLP schema, which is not installed here. Run: ${INSTALL_COMMAND}`;
    throw new SinkError('ERR_SINK_SCHEMA_MISSING', message, { cause: error });
  }
  const { collector, trace } = root.opentelemetry.proto;
  const { ExportTraceServiceRequest, ExportTraceServiceResponse } = collector.trace.v1;
  return {
    decodeRequest: (body) =>
      ExportTraceServiceRequest.toObject(ExportTraceServiceRequest.decode(body), { longs: String }),
    encodeResponse: (response) => ExportTraceServiceResponse.encode(response).finish(),
    // OTLP answers a failure with a google.rpc.Status, which this schema lacks. The Status of a span has its message
    // in the same field, number 2, and the code that comes with it may be left out in both.
    encodeStatus: (message) => trace.v1.Status.encode({ message }).finish(),
  };
}

function isPackageMissing(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'ERR_MODULE_NOT_FOUND' || error.code === 'MODULE_NOT_FOUND') &&
    error.message.includes(PACKAGE_NAME)
  );
}
