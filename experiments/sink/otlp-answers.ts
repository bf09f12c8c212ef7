import type { ServerResponse } from 'node:http';
import type { FailFault } from './behaviour.js';
import type { BodyType } from './decode-body.js';
import type { TraceResponse, TraceSchema } from './trace-schema.js';

const TRICKLE_MILLIS = 100;

/** Writes OTLP answers in the encoding of the request. */
export class OtlpAnswers {
  readonly #schema: TraceSchema;

  constructor(schema: TraceSchema) {
    this.#schema = schema;
  }

  accept(response: ServerResponse, type: BodyType, partialSuccess: TraceResponse['partialSuccess']): void {
    const body: TraceResponse = partialSuccess === undefined ? {} : { partialSuccess };
    const bytes = type === 'application/json' ? toJson(body) : this.#schema.encodeResponse(body);
    response.writeHead(200, { 'content-type': type, 'content-length': bytes.byteLength }).end(bytes);
  }

  refuse(
    response: ServerResponse,
    type: BodyType,
    status: number,
    message: string,
    headers: Record<string, string> = {},
  ): void {
    const bytes = type === 'application/json' ? toJson({ message }) : this.#schema.encodeStatus(message);
    response.writeHead(status, { 'content-type': type, 'content-length': bytes.byteLength, ...headers }).end(bytes);
  }

  fail(response: ServerResponse, type: BodyType, fault: FailFault): void {
    const {
      status,
      retryAfterSeconds,
      retryAfterForm = 'seconds',
      message = `the sink was told to answer ${status}`,
    } = fault;
    const headers =
      retryAfterSeconds === undefined ? {} : { 'retry-after': toRetryAfter(retryAfterSeconds, retryAfterForm) };
    this.refuse(response, type, status, message, headers);
  }

  sendGarbage(response: ServerResponse, type: BodyType): void {
    // 'n' is no JSON value, and as a protobuf tag it has a wire type that does not exist.
    response.writeHead(200, { 'content-type': type }).end('no OTLP response\n');
  }

  /** Sends a byte now and then, so that a client's idle time-out does not end it either. */
  sendForever(response: ServerResponse, type: BodyType): void {
    response.writeHead(200, { 'content-type': type }).write(' ');
    const timer = setInterval(() => response.write(' '), TRICKLE_MILLIS);
    response.once('close', () => clearInterval(timer));
  }
}

function toRetryAfter(seconds: number, form: 'seconds' | 'http-date'): string {
  if (form === 'seconds') return String(seconds);
  // An HTTP date has no fraction; rounded down, it would ask for less than was meant.
  return new Date(Math.ceil(Date.now() / 1000 + seconds) * 1000).toUTCString();
}

function toJson(body: object): Buffer {
  return Buffer.from(JSON.stringify(body));
}
