import type http from 'node:http';
import type https from 'node:https';
import type { LoadPlan } from './load-protocol.js';

/** The same request again and again. */
export class RequestSender {
  readonly #client: typeof http | typeof https;
  readonly #agent: http.Agent;
  readonly #plan: Pick<LoadPlan, 'url' | 'method' | 'headers' | 'body' | 'requestTimeoutMillis'>;

  constructor(client: typeof http | typeof https, agent: http.Agent, plan: LoadPlan) {
    this.#client = client;
    this.#agent = agent;
    this.#plan = plan;
  }

  /** Resolves when the answer is there in full: null, or what went wrong in a word. Never rejects. */
  async send(): Promise<string | null> {
    const { problem, mayRepeat } = await this.#sendOnce();
    return mayRepeat ? (await this.#sendOnce()).problem : problem;
  }

  #sendOnce(): Promise<{ problem: string | null; mayRepeat: boolean }> {
    const { url, method, headers, body, requestTimeoutMillis } = this.#plan;
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      const settle = (problem: string | null, mayRepeat = false) => {
        clearTimeout(timer);
        resolve({ problem, mayRepeat });
      };
      try {
        const length = body === null ? {} : { 'content-length': String(Buffer.byteLength(body)) };
        const request = this.#client.request(url, { method, agent: this.#agent, headers: { ...length, ...headers } });
        timer = setTimeout(() => {
          settle('timeout');
          request.destroy();
        }, requestTimeoutMillis);
        listen(request, settle);
        request.end(body ?? undefined);
      } catch (error) {
        // Of what HTTP can't send, as a header's name with a space in it.
        settle(readCode(error));
      }
    });
  }
}

function listen(request: http.ClientRequest, settle: (problem: string | null, mayRepeat?: boolean) => void): void {
  request.once('response', (response) => {
    const { statusCode = 0 } = response;
    response.once('end', () => settle(statusCode >= 200 && statusCode < 400 ? null : `HTTP ${statusCode}`));
    response.once('close', () => settle('incomplete answer'));
    response.on('error', () => {});
    response.resume();
  });
  request.on('error', (error) => {
    const code = readCode(error);
    // The server closed an idle connection just as it was used again: it has not seen the request (Node's own advice).
    settle(code, request.reusedSocket && code === 'ECONNRESET');
  });
}

function readCode(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'error';
}
