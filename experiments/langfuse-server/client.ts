import { SinkClient } from '../sink/client.js';
import type { ReceivedSpan } from '../sink/otlp-shape.js';
import type { KeptRequest } from '../sink/sink-report.js';
import type { EndpointBehaviour } from './endpoint.js';
import type { IngestionEvent } from './ingestion-ledger.js';
import type { Media, MediaLink } from './media-store.js';
import type { EndpointName, LangfuseReport } from './protocol.js';

/** Asks a stand-in server in another process what it got, and tells it how to behave. */
export class LangfuseServerClient {
  /** The spans, their requests' headers, and the faults of the traces endpoint. */
  readonly traces: SinkClient;
  readonly #controlUrl: string;

  /** @param controlUrl The server's own, such as `http://127.0.0.1:3000/control`. */
  constructor(controlUrl: string) {
    this.#controlUrl = controlUrl;
    this.traces = new SinkClient(`${controlUrl}/traces`);
  }

  async report(): Promise<LangfuseReport> {
    return (await this.#request('GET', '/report')).json() as Promise<LangfuseReport>;
  }

  /** Forgets all that was kept and counted. The behaviours stay. */
  async reset(): Promise<void> {
    await (await this.#request('POST', '/reset')).arrayBuffer();
  }

  /** Takes the place of the endpoint's whole behaviour; `{}` brings it back to health. */
  async setBehaviour(endpoint: EndpointName, behaviour: EndpointBehaviour): Promise<void> {
    await (await this.#request('PUT', `/behaviour/${endpoint}`, behaviour)).arrayBuffer();
  }

  /** The kept spans that have an attribute: with this text as its value, if one is given. */
  async spansWith(key: string, text?: string): Promise<ReceivedSpan[]> {
    const spans = await this.traces.spans();
    return spans.filter(({ attributes }) =>
      attributes.some(
        (attribute) =>
          attribute.key === key &&
          (text === undefined || ('stringValue' in attribute.value && attribute.value.stringValue === text)),
      ),
    );
  }

  /** The ingestion events, in the order they came, each id once. */
  async events(): Promise<IngestionEvent[]> {
    return (await this.#request('GET', '/events')).json() as Promise<IngestionEvent[]>;
  }

  async media(): Promise<{ readonly media: readonly Media[]; readonly links: readonly MediaLink[] }> {
    return (await this.#request('GET', '/media')).json() as Promise<{ media: Media[]; links: MediaLink[] }>;
  }

  /** The uploaded bytes of an asset. @throws Error when there are none. */
  async mediaBytes(mediaId: string): Promise<Buffer> {
    return Buffer.from(await (await this.#request('GET', `/media/${mediaId}`)).arrayBuffer());
  }

  /** The last requests of an endpoint, oldest first. */
  async requests(endpoint: EndpointName): Promise<KeptRequest[]> {
    return (await this.#request('GET', `/requests/${endpoint}`)).json() as Promise<KeptRequest[]>;
  }

  async #request(method: string, path: string, body?: object): Promise<Response> {
    const url = this.#controlUrl + path;
    const response = await fetch(url, body === undefined ? { method } : { method, body: JSON.stringify(body) });
    if (response.ok) return response;
    throw new Error(`${method} ${url} answered ${response.status}: ${await response.text()}`);
  }
}
