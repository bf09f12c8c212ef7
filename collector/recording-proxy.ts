import { once } from 'node:events';
import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request and what the Collector answered. */
export interface Exchange {
  readonly status: number;
  readonly contentEncoding: string | undefined;
  readonly retryAfter: string | undefined;
}

/** Stands before a Collector and keeps what it answers. */
export class RecordingProxy {
  readonly url: string;
  readonly exchanges: Exchange[] = [];
  readonly #server;

  private constructor(server: ReturnType<typeof createServer>, targetUrl: string) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (incoming: IncomingMessage, outgoing: ServerResponse) => {
      const { method, headers } = incoming;
      const onward = forward(`${targetUrl}${incoming.url}`, { method, headers }, (answer) => {
        this.exchanges.push({
          status: answer.statusCode ?? 0,
          contentEncoding: headers['content-encoding'],
          retryAfter: answer.headers['retry-after'],
        });
        outgoing.writeHead(answer.statusCode ?? 0, answer.headers);
        answer.pipe(outgoing);
      });
      // As it would look without us.
      onward.on('error', () => incoming.destroy());
      incoming.pipe(onward);
    });
  }

  static async listen(targetUrl: string): Promise<RecordingProxy> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new RecordingProxy(server, targetUrl);
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}
