import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { performance } from 'node:perf_hooks';
import type { OutgoingRequest } from './profile-record.js';

/** Where telemetry is sent: OTLP, Zipkin, Jaeger, Langfuse. Any other path may hold a token, and is left out. */
const TELEMETRY_PATH = /(\/v1\/(traces|metrics|logs)|\/api\/v2\/spans|\/api\/traces|\/api\/public\/ingestion)\/?(\?|$)/;

/** Of `http` and of fetch. `created` came with Node 22.12; of the two the first counts. */
const CHANNELS = ['http.client.request.created', 'http.client.request.start', 'undici:request:create'];

/** As Node's client and undici have it. */
interface PublishedRequest {
  readonly method?: unknown;
  readonly path?: unknown;
  /** Node's. */
  readonly host?: unknown;
  /** undici's. */
  readonly origin?: unknown;
}

/** When the process began outgoing HTTP requests, and whereto. */
export class RequestLog {
  readonly requests: OutgoingRequest[] = [];
  readonly #known = new WeakSet<object>();
  readonly #listener = (message: unknown): void => {
    const startUnixMillis = performance.timeOrigin + performance.now();
    const { request } = message as { readonly request?: PublishedRequest | null };
    if (typeof request !== 'object' || request === null || this.#known.has(request)) return;
    this.#known.add(request);
    this.requests.push({ startUnixMillis, ...describeRequest(request) });
  };

  constructor() {
    for (const channel of CHANNELS) subscribe(channel, this.#listener);
  }

  end(): void {
    for (const channel of CHANNELS) unsubscribe(channel, this.#listener);
  }
}

/** No query, no user, no path but a known one. */
export function describeRequest(request: PublishedRequest): Pick<OutgoingRequest, 'target' | 'isTelemetry'> {
  const { method, path } = request;
  const [, known] = (typeof path === 'string' ? TELEMETRY_PATH.exec(path) : null) ?? [];
  const verb = typeof method === 'string' && /^[A-Z]{1,12}$/.test(method) ? method : 'request';
  return { target: `${verb} ${readHost(request)}${known ?? ''}`, isTelemetry: known !== undefined };
}

function readHost({ host, origin }: PublishedRequest): string {
  if (typeof host === 'string' && /^[\w.:[\]-]{1,253}$/.test(host)) return host;
  try {
    return new URL(String(origin)).hostname;
  } catch {
    return 'unknown host';
  }
}
