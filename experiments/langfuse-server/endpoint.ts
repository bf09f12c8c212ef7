import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { parseBehaviour, type SinkBehaviour } from '../sink/behaviour.js';
import { FaultPlan } from '../sink/fault-plan.js';
import { readBody } from '../sink/read-body.js';
import { type Exchange, RequestLedger } from '../sink/request-ledger.js';
import { SinkError } from '../sink/sink-error.js';
import { InvalidRequestError } from './read-json.js';

/** The faults that make sense for an endpoint that is not OTLP, as of the sink; Retry-After is always in seconds. */
export type EndpointBehaviour = Pick<SinkBehaviour, 'delayMillis' | 'maxBodyBytes' | 'reset' | 'hang' | 'fail'>;

export interface Answer {
  readonly status: number;
  /** Sent as JSON; nothing where it is left out. */
  readonly body?: object;
}

const OTLP_FAULTS = ['garbageBody', 'endlessBody', 'partialSuccess'] as const;

const KEPT_REQUEST_COUNT = 64;

/** One endpoint: counts its requests, reads their bodies and misbehaves when told to. */
export class Endpoint {
  readonly #maxBodyBytes: number;
  #requests = new RequestLedger(KEPT_REQUEST_COUNT);
  #faults = new FaultPlan({});

  constructor(maxBodyBytes: number) {
    this.#maxBodyBytes = maxBodyBytes;
  }

  get requests(): RequestLedger {
    return this.#requests;
  }

  /** @throws SinkError `ERR_SINK_BEHAVIOUR` on an unknown key or a value out of range. */
  setBehaviour(value: unknown): void {
    const behaviour = parseBehaviour(value);
    const unfit = OTLP_FAULTS.find((name) => name in behaviour);
    if (unfit !== undefined) {
      throw new SinkError('ERR_SINK_BEHAVIOUR', `behaviour.${unfit}: only the traces endpoint can do that`);
    }
    this.#faults = new FaultPlan(behaviour);
  }

  /** Starts counting anew; the behaviour stays. */
  reset(): void {
    this.#requests = new RequestLedger(KEPT_REQUEST_COUNT);
  }

  /** Reads the body and answers what `accept` makes of it; a fault that is due comes first. */
  async serve(request: IncomingMessage, response: ServerResponse, accept: (body: Buffer) => Answer): Promise<void> {
    const exchange = this.#requests.open(request);
    response.once('close', () => exchange.end('aborted'));
    const fault = this.#faults.next();
    if (fault !== undefined) this.#requests.addFault(fault.type);
    const { delayMillis = 0, maxBodyBytes = this.#maxBodyBytes } = this.#faults.behaviour;

    if (fault?.type === 'reset' && fault.moment === 'before-reading') return resetConnection(exchange, request);
    const read = await readBody(request, maxBodyBytes);
    if (read.status === 'aborted') return;
    if (read.status === 'too-large') {
      return send(exchange, response, {
        status: 413,
        body: { message: `Body exceeded ${maxBodyBytes} bytes limit` },
      });
    }
    exchange.addBody(read.bytes.byteLength);
    if (delayMillis > 0) await setTimeout(delayMillis, undefined, { ref: false });
    if (!exchange.isOpen) return;

    if (fault?.type === 'reset' && fault.moment === 'after-reading') return resetConnection(exchange, request);
    if (fault?.type === 'hang') return exchange.end('hung');
    if (fault?.type === 'fail') {
      const { status, retryAfterSeconds, message = `the server was told to answer ${status}` } = fault;
      if (retryAfterSeconds !== undefined) response.setHeader('retry-after', retryAfterSeconds);
      return send(exchange, response, { status, body: { message } });
    }
    const answer = tryAccept(accept, read.bytes);
    if (fault?.type === 'reset') return resetConnection(exchange, request);
    send(exchange, response, answer);
  }
}

function tryAccept(accept: (body: Buffer) => Answer, bytes: Buffer): Answer {
  try {
    return accept(bytes);
  } catch (error) {
    if (!(error instanceof InvalidRequestError)) throw error;
    return { status: 400, body: { message: 'Invalid request data', error: error.message } };
  }
}

function send(exchange: Exchange, response: ServerResponse, { status, body }: Answer): void {
  exchange.end(`${status}`);
  if (body === undefined) response.writeHead(status).end();
  else response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function resetConnection(exchange: Exchange, request: IncomingMessage): void {
  exchange.end('reset');
  request.socket.resetAndDestroy();
}
