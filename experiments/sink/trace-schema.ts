import { createRequire } from 'node:module';

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

/** Made by bundle-sink-schema.mjs. */
const BUNDLE = '#otlp-schema';

/** Loads the official OTLP schema. It takes some milliseconds, which only a sink has to spend. */
export function loadTraceSchema(): TraceSchema {
  const root = createRequire(import.meta.url)(BUNDLE) as GeneratedRoot;
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
