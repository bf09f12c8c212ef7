import type { SinkBehaviour } from './behaviour.js';
import type { ReceivedSpan } from './otlp-shape.js';
import type { SinkControl } from './sink-control.js';
import { SinkError } from './sink-error.js';
import type { KeptRequest, SinkReport } from './sink-report.js';

/** Asks a sink in another process, over its control endpoint. */
export class SinkClient implements SinkControl {
  readonly #controlUrl: string;

  /** @param controlUrl The sink's own, such as `http://127.0.0.1:4318/control`. */
  constructor(controlUrl: string) {
    this.#controlUrl = controlUrl;
  }

  async report(): Promise<SinkReport> {
    return (await this.#request('GET', '/report')).json() as Promise<SinkReport>;
  }

  async behaviour(): Promise<SinkBehaviour> {
    return (await this.#request('GET', '/behaviour')).json() as Promise<SinkBehaviour>;
  }

  async setBehaviour(behaviour: SinkBehaviour): Promise<void> {
    await (await this.#request('PUT', '/behaviour', behaviour)).arrayBuffer();
  }

  async reset(): Promise<void> {
    await (await this.#request('POST', '/reset')).arrayBuffer();
  }

  async spans(): Promise<ReceivedSpan[]> {
    const { body } = await this.#request('GET', '/spans');
    const spans: ReceivedSpan[] = [];
    if (body === null) return spans;
    // Not node:readline, which ends a line at U+2028 too; JSON leaves that one as it is.
    let rest = '';
    for await (const text of body.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) spans.push(JSON.parse(line) as ReceivedSpan);
    }
    return spans;
  }

  async traces(): Promise<Record<string, number>> {
    return (await this.#request('GET', '/traces')).json() as Promise<Record<string, number>>;
  }

  async requests(): Promise<KeptRequest[]> {
    return (await this.#request('GET', '/requests')).json() as Promise<KeptRequest[]>;
  }

  /** @throws SinkError `ERR_SINK_CONTROL` when the sink can't be reached or refuses. */
  async #request(method: string, path: string, body?: unknown): Promise<Response> {
    const url = this.#controlUrl + path;
    let response: Response;
    try {
      response = await fetch(url, body === undefined ? { method } : { method, body: JSON.stringify(body) });
    } catch (error) {
      const message = `${method} ${url}: expected a sink to answer, got none. Is it still running?`;
      throw new SinkError('ERR_SINK_CONTROL', message, { cause: error });
    }
    if (response.ok) return response;
    const { error = 'no message' } = (await response.json()) as { error?: string };
    throw new SinkError('ERR_SINK_CONTROL', `${method} ${url} answered ${response.status}: ${error}`);
  }
}
