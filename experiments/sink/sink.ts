import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { parseBehaviour, type SinkBehaviour } from './behaviour.js';
import { answerControl, CONTROL_PATH } from './control-routes.js';
import { OtlpReceiver } from './otlp-receiver.js';
import type { ReceivedSpan } from './otlp-shape.js';
import type { SinkControl } from './sink-control.js';
import { SinkError } from './sink-error.js';
import { type ResolvedSinkOptions, resolveSinkOptions, type SinkOptions } from './sink-options.js';
import type { KeptRequest, SinkReport } from './sink-report.js';
import { loadTraceSchema } from './trace-schema.js';

const TRACES_PATH = '/v1/traces';

// Node closes an idle connection after 5 s, which is the batch processor's default delay: the two would race for
// every batch, and the exporter would see resets that nobody asked for.
const KEEP_ALIVE_MILLIS = 65_000;

const CLOSE_GRACE_MILLIS = 3000;

/** An OTLP/HTTP trace receiver that counts what it gets and misbehaves when told to. */
export class Sink implements SinkControl {
  /** The address, without a path: `http://127.0.0.1:4318`. */
  readonly url: string;
  readonly port: number;
  readonly #server: Server;
  readonly #receiver: OtlpReceiver;
  /** Connections that have not sent a request yet; Node doesn't count them as idle, and would wait for them. */
  readonly #unusedSockets = new Set<Socket>();
  #closed: Promise<void> | undefined;

  private constructor(server: Server, receiver: OtlpReceiver, host: string) {
    const { port } = server.address() as AddressInfo;
    this.port = port;
    this.url = `http://${toReachableHost(host)}:${port}`;
    this.#server = server;
    this.#receiver = receiver;
    server.on('connection', (socket: Socket) => {
      this.#unusedSockets.add(socket);
      socket.once('close', () => this.#unusedSockets.delete(socket));
    });
    server.on('request', (request: IncomingMessage, response: ServerResponse) => this.#route(request, response));
  }

  /**
   * Starts a sink in this process.
   *
   * @throws SinkError `ERR_SINK_OPTION`, or `ERR_SINK_LISTEN` when the port is taken.
   */
  static async listen(options: SinkOptions = {}): Promise<Sink> {
    const resolved = resolveSinkOptions(options);
    const receiver = new OtlpReceiver(resolved, loadTraceSchema());
    const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MILLIS });
    server.listen(resolved.port, resolved.host);
    try {
      await once(server, 'listening');
    } catch (error) {
      throw toListenError(error, resolved);
    }
    return new Sink(server, receiver, resolved.host);
  }

  /** Where to send traces. Any path that ends in `/v1/traces` is taken, such as Langfuse's. */
  get tracesUrl(): string {
    return this.url + TRACES_PATH;
  }

  /** Where `SinkClient` connects to. */
  get controlUrl(): string {
    return this.url + CONTROL_PATH;
  }

  /** Since the last reset, of the bodies that were decoded. */
  get receivedSpanCount(): number {
    return this.#receiver.period.spans.receivedCount;
  }

  report(): Promise<SinkReport> {
    return this.#receiver.period.report();
  }

  async behaviour(): Promise<SinkBehaviour> {
    return this.#receiver.behaviour;
  }

  async setBehaviour(behaviour: SinkBehaviour): Promise<void> {
    this.#receiver.setBehaviour(parseBehaviour(behaviour));
  }

  async reset(): Promise<void> {
    this.#receiver.reset();
  }

  async spans(): Promise<ReceivedSpan[]> {
    const { period } = this.#receiver;
    await period.settle();
    return [...period.spans.kept];
  }

  async traces(): Promise<Record<string, number>> {
    const { period } = this.#receiver;
    await period.settle();
    return Object.fromEntries(period.spans.spanCountsByTrace());
  }

  async requests(): Promise<KeptRequest[]> {
    return structuredClone([...this.#receiver.period.requests.kept]);
  }

  /** Answers what is under way, for three seconds at most, and ends every connection. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#receiver.close();
    for (const socket of this.#unusedSockets) socket.destroy();
    const timer = setTimeout(() => this.#server.closeAllConnections(), CLOSE_GRACE_MILLIS);
    await closed;
    clearTimeout(timer);
  }

  #route(request: IncomingMessage, response: ServerResponse): void {
    this.#unusedSockets.delete(request.socket);
    const path = request.url?.split('?', 1)[0] ?? '';
    if (path.endsWith(TRACES_PATH)) {
      void this.#receiver.receive(request, response);
    } else if (path.startsWith(`${CONTROL_PATH}/`)) {
      void answerControl(this, path, request, response);
    } else {
      const error = `${path}: not known here; the sink takes POST ${TRACES_PATH} and ${CONTROL_PATH}/report`;
      response.writeHead(404, { 'content-type': 'application/json' }).end(JSON.stringify({ error }));
    }
  }
}

function toReachableHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

function toListenError(error: unknown, { host, port }: ResolvedSinkOptions): SinkError {
  const { code, message } = error as NodeJS.ErrnoException;
  const text =
    code === 'EADDRINUSE'
      ? `Port ${port} on ${host} is taken. Stop what listens there, or choose another with --port (0 takes a free one).`
      : `Can't listen on ${host} port ${port}: ${message}. Choose others with --host and --port.`;
  return new SinkError('ERR_SINK_LISTEN', text, { cause: error });
}
