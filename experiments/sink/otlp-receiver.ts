import { setMaxListeners } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import type { SinkBehaviour } from './behaviour.js';
import { type BodyType, decodeBody, type EncodedBody, toBodyEncoding, toBodyType } from './decode-body.js';
import { type Fault, FaultPlan } from './fault-plan.js';
import { OtlpAnswers } from './otlp-answers.js';
import { Period } from './period.js';
import { readBody } from './read-body.js';
import type { Exchange } from './request-ledger.js';
import { describeValue } from './sink-error.js';
import type { ResolvedSinkOptions } from './sink-options.js';
import type { TraceSchema } from './trace-schema.js';

/** One request with all that belongs to it. */
interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly period: Period;
  readonly exchange: Exchange;
  readonly fault: Fault | undefined;
  readonly maxBodyBytes: number;
  readonly delayMillis: number;
  /** The encoding of the answer: the request's own, JSON when that is unknown. */
  readonly answerType: BodyType;
}

/** Takes OTLP trace requests, counts them and answers as it was told to. */
export class OtlpReceiver {
  readonly #options: ResolvedSinkOptions;
  readonly #schema: TraceSchema;
  readonly #answers: OtlpAnswers;
  readonly #closing = new AbortController();
  readonly #endless = new Set<ServerResponse>();
  #faults = new FaultPlan({});
  #period: Period;

  constructor(options: ResolvedSinkOptions, schema: TraceSchema) {
    this.#options = options;
    this.#schema = schema;
    this.#answers = new OtlpAnswers(schema);
    this.#period = new Period(options, schema);
    // Every delayed answer listens for the end.
    setMaxListeners(0, this.#closing.signal);
  }

  get period(): Period {
    return this.#period;
  }

  get behaviour(): SinkBehaviour {
    return this.#faults.behaviour;
  }

  setBehaviour(behaviour: SinkBehaviour): void {
    this.#faults = new FaultPlan(behaviour);
  }

  /** Starts counting anew; the behaviour stays. */
  reset(): void {
    this.#period = new Period(this.#options, this.#schema);
  }

  /** Cuts delays short and ends the answers that would never end. */
  close(): void {
    this.#closing.abort();
    for (const response of this.#endless) response.destroy();
  }

  async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const period = this.#period;
    const exchange = period.requests.open(request);
    response.once('close', () => exchange.end('aborted'));
    const fault = this.#faults.next();
    if (fault !== undefined) period.requests.addFault(fault.type);
    const { delayMillis = 0, maxBodyBytes = this.#options.maxBodyBytes } = this.behaviour;
    const answerType = toBodyType(request.headers['content-type']) ?? 'application/json';
    const call: Call = { request, response, period, exchange, fault, maxBodyBytes, delayMillis, answerType };
    try {
      await this.#answer(call);
    } catch (error) {
      if (response.headersSent) response.destroy();
      else this.#refuse(call, 500, `the sink itself failed: ${(error as Error).message}`);
    }
  }

  async #answer(call: Call): Promise<void> {
    const { request, period, exchange, fault, maxBodyBytes } = call;
    if (fault?.type === 'reset' && fault.moment === 'before-reading') return this.#resetConnection(call);
    const read = await readBody(request, maxBodyBytes);
    if (read.status === 'too-large') return this.#refuseSize(call);
    if (read.status === 'aborted') return exchange.end('aborted');
    exchange.addBody(read.bytes.byteLength);
    await this.#delay(call.delayMillis);
    if (!exchange.isOpen) return;
    if (fault?.type === 'reset' && fault.moment === 'after-reading') return this.#resetConnection(call);
    if (fault?.type === 'hang') return this.#hang(call);
    if (fault?.type === 'fail') {
      exchange.end(`${fault.status}`);
      return this.#answers.fail(this.#prepare(call), call.answerType, fault);
    }
    const body = this.#toEncodedBody(call, read.bytes);
    if (body === undefined) return;
    const rejectedCount = fault?.type === 'partialSuccess' ? fault.rejectedSpans : 0;
    if (!period.defer(body, rejectedCount)) {
      const decoded = await decodeBody(body, this.#schema, maxBodyBytes);
      if (decoded.status === 'too-large') return this.#refuseSize(call);
      if (decoded.status === 'invalid') return this.#refuse(call, 400, decoded.message);
      if (!exchange.isOpen) return;
      period.accept(body, decoded, rejectedCount);
    }
    this.#accept(call);
  }

  #accept(call: Call): void {
    const { exchange, fault, answerType } = call;
    if (fault?.type === 'reset') {
      this.#resetConnection(call);
      return;
    }
    exchange.end('200');
    const response = this.#prepare(call);
    switch (fault?.type) {
      case 'garbageBody':
        this.#answers.sendGarbage(response, answerType);
        break;
      case 'endlessBody':
        this.#addEndless(response);
        this.#answers.sendForever(response, answerType);
        break;
      case 'partialSuccess': {
        const { rejectedSpans, errorMessage = '' } = fault;
        this.#answers.accept(response, answerType, { rejectedSpans, errorMessage });
        break;
      }
      // These two were answered before the spans were accepted.
      case 'hang':
      case 'fail':
      case undefined:
        this.#answers.accept(response, answerType, undefined);
        break;
      default:
        fault satisfies never;
    }
  }

  /** Checks the request's head; answers it and returns nothing when it is not one the sink takes. */
  #toEncodedBody(call: Call, bytes: Buffer): EncodedBody | undefined {
    const { method, headers } = call.request;
    const type = toBodyType(headers['content-type']);
    const encoding = toBodyEncoding(headers['content-encoding']);
    if (method !== 'POST') {
      this.#refuse(call, 405, `expected POST, got ${method}`, { allow: 'POST' });
    } else if (type === undefined) {
      const expected = 'application/x-protobuf or application/json';
      this.#refuse(call, 415, `content-type: expected ${expected}, got ${describeValue(headers['content-type'])}`);
    } else if (encoding === undefined) {
      const message = `content-encoding: expected gzip, deflate or identity, got ${describeValue(headers['content-encoding'])}`;
      this.#refuse(call, 415, message, { 'accept-encoding': 'gzip, deflate' });
    } else {
      return { type, encoding, bytes };
    }
    return undefined;
  }

  #refuse(call: Call, status: number, message: string, headers?: Record<string, string>): void {
    if (!call.exchange.isOpen) return;
    call.exchange.end(`${status}`);
    this.#answers.refuse(this.#prepare(call), call.answerType, status, message, headers);
  }

  #refuseSize(call: Call): void {
    this.#refuse(call, 413, `body: expected at most ${call.maxBodyBytes} bytes; send fewer spans in a request`);
  }

  #resetConnection({ exchange, request }: Call): void {
    exchange.end('reset');
    request.socket.resetAndDestroy();
  }

  #hang({ exchange, response }: Call): void {
    exchange.end('hung');
    this.#addEndless(response);
  }

  #addEndless(response: ServerResponse): void {
    if (this.#closing.signal.aborted) {
      response.destroy();
      return;
    }
    this.#endless.add(response);
    response.once('close', () => this.#endless.delete(response));
  }

  /** The response, told to end its connection when the sink is closing: `server.close` waits for it otherwise. */
  #prepare({ response }: Call): ServerResponse {
    if (this.#closing.signal.aborted) response.setHeader('connection', 'close');
    return response;
  }

  async #delay(delayMillis: number): Promise<void> {
    if (delayMillis === 0) return;
    try {
      await setTimeout(delayMillis, undefined, { signal: this.#closing.signal });
    } catch {
      // Cut short because the sink is closing: answer now.
    }
  }
}
