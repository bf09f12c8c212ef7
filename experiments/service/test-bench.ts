import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ArmName } from '../arms/index.js';
import type { ModelServerReport } from '../model-server/protocol.js';
import { Child } from '../runner/child.js';
import type { ChatRequest, ServiceCommand, ServiceFinished, ServiceReport } from './protocol.js';

const SERVICE_MODULE = new URL('../../dist/experiments/service/main.js', import.meta.url);
const MODEL_SERVER_MODULE = new URL('../../dist/experiments/model-server/main.js', import.meta.url);

export const TIMEOUT_MILLIS = 20_000;
export const SPANS_A_REQUEST = 7;

export const REQUEST: ChatRequest = {
  conversationId: 'conversation-1',
  userId: 'user-1',
  language: 'vi',
  message: 'Tôi có quyền gì?',
  promptCharacters: 20_000,
  completionCharacters: 20_000,
};

export interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly status: { readonly code?: number };
  readonly attributes: readonly { readonly key: string; readonly value: Record<string, unknown> }[];
  readonly scopeName: string;
}

export type ServiceChild = Child<ServiceReport, ServiceCommand>;

export interface ServiceSurroundings {
  readonly modelServerUrl: string;
  /** @default nobody: for arms that send nothing */
  readonly sinkUrl?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Everything a test of the service opens, so that it can be closed. */
export class Bench {
  readonly #servers: Server[] = [];
  readonly #children: { end(): Promise<void> }[] = [];

  async listen(listener: RequestListener): Promise<string> {
    const server = createServer(listener);
    this.#servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** A URL at which nobody listens any more. */
  async listenNowhere(): Promise<string> {
    const url = await this.listen(() => {});
    const server = this.#servers.pop();
    server?.close();
    return url;
  }

  /** A sink that keeps the spans it is sent as OTLP/JSON. */
  async startSink(): Promise<{ sinkUrl: string; spans: OtlpSpan[] }> {
    const received: OtlpSpan[] = [];
    const sinkUrl = await this.listen(async (request, response) => {
      let body = '';
      for await (const piece of request.setEncoding('utf8')) body += piece;
      for (const { scopeSpans } of JSON.parse(body).resourceSpans) {
        for (const { scope, spans } of scopeSpans) {
          for (const span of spans) received.push({ ...span, scopeName: scope.name });
        }
      }
      response.setHeader('content-type', 'application/json').end('{}');
    });
    return { sinkUrl, spans: received };
  }

  async startModelServer(): Promise<string> {
    const child = Child.start<ModelServerReport>({
      name: 'model server',
      moduleUrl: MODEL_SERVER_MODULE,
      args: ['--time-to-first-token-millis', '2', '--inter-chunk-delay-millis', '1'],
    });
    this.#children.push(child);
    return (await child.receive('ready', TIMEOUT_MILLIS)).url;
  }

  async startService(arm: ArmName, surroundings: ServiceSurroundings) {
    const { modelServerUrl, sinkUrl = 'http://127.0.0.1:1', environment = {} } = surroundings;
    return this.#start(['--arm', arm, '--sink-url', sinkUrl, '--model-server-url', modelServerUrl], environment);
  }

  /** The service of Langfuse's observations, which asks no model. */
  startObservations(arm: ArmName, langfuseUrl: string) {
    const args = ['--application', 'observations', '--arm', arm, '--sink-url', langfuseUrl];
    return this.#start([...args, '--model-server-url', 'http://127.0.0.1:1']);
  }

  async #start(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    const child: ServiceChild = Child.start({ name: 'service', moduleUrl: SERVICE_MODULE, args, environment });
    this.#children.push(child);
    const { url } = await child.receive('ready', TIMEOUT_MILLIS);
    return { child, url };
  }

  async close(): Promise<void> {
    await Promise.all(this.#children.splice(0).map((child) => child.end()));
    for (const server of this.#servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  }
}

export function ask(url: string, body: unknown): Promise<Response> {
  return fetch(`${url}/chat`, {
    method: 'POST',
    // No connection stays open: the service closes only when its callers have.
    headers: { 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify(body),
  });
}

export function finish(child: ServiceChild): Promise<ServiceFinished> {
  const finished = child.receive('finished', TIMEOUT_MILLIS);
  child.send({ type: 'finish' });
  return finished;
}
