import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { Payload } from '../bench/payloads.js';
import { makeSpans } from '../bench/sample-spans.js';

/** A full batch: the resource and the scope are once in a request. */
const SPAN_COUNT = 512;

/** What a span of the benchmark takes as OTLP/protobuf, by the official serializer, in bytes. */
export function measureSpanByteLength(payload: Payload): number {
  const request = ProtobufTraceSerializer.serializeRequest(makeSpans(payload, SPAN_COUNT));
  return (request?.byteLength ?? 0) / SPAN_COUNT;
}
