import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolveSinkOptions, type SinkOptions } from '../sink/sink-options.js';
import { answerControl, CONTROL_PATH } from './control-routes.js';
import { Endpoint } from './endpoint.js';
import { IngestionLedger } from './ingestion-ledger.js';
import { readMediaRequest, readMediaStatus } from './media-requests.js';
import { MediaStore, type UploadResult } from './media-store.js';
import { ENDPOINT_NAMES, type EndpointName, type LangfuseReport } from './protocol.js';
import { TracesEndpoint } from './traces-endpoint.js';

export interface LangfuseServerOptions {
  /** The TCP port. @default 0, a free one */
  readonly port?: number;
  /** The address to listen on. @default '127.0.0.1' */
  readonly host?: string;
  /** As of the sink. @default 'full' */
  readonly decode?: SinkOptions['decode'];
  /** How many spans to keep. @default 100_000 */
  readonly maxKeptSpanCount?: number;
  /** As of the sink, for the traces. @default 16 */
  readonly maxKeptRequestCount?: number;
  /** Media are kept up to so many bytes, and so are ingestion events; past it they are only counted. @default 128 MiB */
  readonly maxKeptBytes?: number;
}

const TRACES_PATH = '/api/public/otel/v1/traces';
const INGESTION_PATH = '/api/public/ingestion';
const MEDIA_PATH = '/api/public/media';
const HEALTH_PATH = '/api/public/health';
/** Stands for the object storage that presigned URLs lead to. */
const STORAGE_PATH = '/storage/';

const MEBIBYTE = 1024 * 1024;
/** The real endpoint's own limit. */
const MAX_INGESTION_BYTES = 4.5 * MEBIBYTE;
const MAX_MEDIA_BYTES = 1024 * MEBIBYTE;
const MAX_JSON_BYTES = MEBIBYTE;

/** Longer than any client's own, so that none meets a connection that is just being closed. */
const KEEP_ALIVE_MILLIS = 65_000;

const UPLOAD_STATUS: Readonly<Record<UploadResult, number>> = {
  stored: 200,
  'unknown-media': 404,
  'signature-mismatch': 403,
  'bad-digest': 400,
};

/** A local stand-in for Langfuse: the public endpoints that the SDKs of both generations send to. */
export class LangfuseServer {
  /** The SDKs' `baseUrl`: `http://127.0.0.1:3000`. */
  readonly url: string;
  readonly traces: TracesEndpoint;
  readonly endpoints: Readonly<Record<EndpointName, Endpoint>> = {
    ingestion: new Endpoint(MAX_INGESTION_BYTES),
    mediaUrl: new Endpoint(MAX_JSON_BYTES),
    mediaUpload: new Endpoint(MAX_MEDIA_BYTES),
    mediaStatus: new Endpoint(MAX_JSON_BYTES),
  };
  readonly #server: Server;
  readonly #maxKeptBytes: number;
  #ingestion: IngestionLedger;
  #media: MediaStore;
  #unauthorizedCount = 0;

  private constructor(server: Server, traces: TracesEndpoint, maxKeptBytes: number) {
    const { address, family, port } = server.address() as AddressInfo;
    this.url = `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
    this.traces = traces;
    this.#server = server;
    this.#maxKeptBytes = maxKeptBytes;
    this.#ingestion = new IngestionLedger(maxKeptBytes);
    this.#media = new MediaStore(maxKeptBytes);
    server.on('request', (request: IncomingMessage, response: ServerResponse) => void this.#route(request, response));
  }

  /** Starts a server in this process. Rejects as `net.Server.listen` fails, or with a SinkError for a wrong option. */
  static async listen(options: LangfuseServerOptions = {}): Promise<LangfuseServer> {
    const {
      port = 0,
      host = '127.0.0.1',
      decode = 'full',
      maxKeptSpanCount = 100_000,
      maxKeptRequestCount = 16,
      maxKeptBytes,
    } = options;
    const traces = TracesEndpoint.create(resolveSinkOptions({ decode, maxKeptSpanCount, maxKeptRequestCount }));
    const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MILLIS });
    server.listen(port, host);
    await once(server, 'listening');
    return new LangfuseServer(server, traces, maxKeptBytes ?? 128 * MEBIBYTE);
  }

  /** Where {@link LangfuseServerClient} connects to. */
  get controlUrl(): string {
    return this.url + CONTROL_PATH;
  }

  get ingestion(): IngestionLedger {
    return this.#ingestion;
  }

  get media(): MediaStore {
    return this.#media;
  }

  async report(): Promise<LangfuseReport> {
    const requests = ENDPOINT_NAMES.map((name) => [name, this.endpoints[name].requests.report()]);
    return {
      traces: await this.traces.report(),
      requests: Object.fromEntries(requests),
      unauthorizedCount: this.#unauthorizedCount,
      ingestion: this.#ingestion.report(),
      media: this.#media.report(),
    };
  }

  /** Forgets all that was kept and counted. The behaviours stay. */
  async reset(): Promise<void> {
    await this.traces.reset();
    for (const name of ENDPOINT_NAMES) this.endpoints[name].reset();
    this.#ingestion = new IngestionLedger(this.#maxKeptBytes);
    this.#media = new MediaStore(this.#maxKeptBytes);
    this.#unauthorizedCount = 0;
  }

  /** Ends every connection at once. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.traces.receiver.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.#answer(request, response);
    } catch (error) {
      if (response.headersSent) response.destroy();
      else sendJson(response, 500, { message: `the server itself failed: ${(error as Error).message}` });
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url?.split('?', 1)[0] ?? '';
    if (path.startsWith(`${CONTROL_PATH}/`)) return answerControl(this, path, request, response);
    const route = `${request.method} ${path}`;
    if (route === `GET ${HEALTH_PATH}`) return sendJson(response, 200, { status: 'OK', version: '3.0.0' });
    if (route.startsWith(`PUT ${STORAGE_PATH}`)) return this.#serveUpload(path, request, response);
    if (!hasCredentials(request)) return this.#refuse(request, response);
    if (path === TRACES_PATH) return this.traces.receiver.receive(request, response);
    if (route === `POST ${INGESTION_PATH}`) return this.#serveIngestion(request, response);
    if (route === `POST ${MEDIA_PATH}`) return this.#serveMediaUrl(request, response);
    if (route.startsWith(`PATCH ${MEDIA_PATH}/`)) return this.#serveMediaStatus(path, request, response);
    request.resume();
    sendJson(response, 404, { message: `${route}: not known here` });
  }

  #serveIngestion(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const ingestion = this.#ingestion;
    return this.endpoints.ingestion.serve(request, response, (body) => ({ status: 207, body: ingestion.accept(body) }));
  }

  #serveMediaUrl(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const media = this.#media;
    return this.endpoints.mediaUrl.serve(request, response, (body) => {
      const { mediaId, isUploadNeeded } = media.request(readMediaRequest(body));
      return { status: 201, body: { mediaId, uploadUrl: isUploadNeeded ? this.url + STORAGE_PATH + mediaId : null } };
    });
  }

  /** No credentials: the URL is what lets a client in. */
  #serveUpload(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const media = this.#media;
    return this.endpoints.mediaUpload.serve(request, response, (body) => {
      const headers = {
        contentType: request.headers['content-type'],
        checksumSha256: request.headers['x-amz-checksum-sha256']?.toString(),
      };
      const result = media.upload(path.slice(STORAGE_PATH.length), headers, body);
      return result === 'stored' ? { status: 200 } : { status: UPLOAD_STATUS[result], body: { message: result } };
    });
  }

  #serveMediaStatus(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const media = this.#media;
    return this.endpoints.mediaStatus.serve(request, response, (body) => {
      const mediaId = path.slice(MEDIA_PATH.length + 1);
      if (media.confirm(mediaId, readMediaStatus(body))) return { status: 200, body: { message: 'OK' } };
      return { status: 404, body: { error: 'LangfuseNotFoundError', message: `Media asset ${mediaId} not found` } };
    });
  }

  #refuse(request: IncomingMessage, response: ServerResponse): void {
    this.#unauthorizedCount += 1;
    request.resume();
    const got = request.headers.authorization === undefined ? 'none' : 'another form';
    sendJson(response, 401, { message: `Authorization: expected Basic with a public and a secret key, got ${got}` });
  }
}

/** Any public and secret key will do. */
function hasCredentials({ headers }: IncomingMessage): boolean {
  const encoded = /^Basic ([A-Za-z0-9+/]+=*)$/.exec(headers.authorization ?? '')?.[1];
  return encoded !== undefined && /^[^:]+:.+$/.test(Buffer.from(encoded, 'base64').toString('utf8'));
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
