import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerControl as answerSinkControl, CONTROL_PATH as SINK_CONTROL_PATH } from '../sink/control-routes.js';
import { readBody } from '../sink/read-body.js';
import { SinkError } from '../sink/sink-error.js';
import type { Endpoint } from './endpoint.js';
import type { IngestionLedger } from './ingestion-ledger.js';
import type { MediaStore } from './media-store.js';
import { ENDPOINT_NAMES, type EndpointName, type LangfuseReport } from './protocol.js';
import { InvalidRequestError, readJson } from './read-json.js';
import type { TracesEndpoint } from './traces-endpoint.js';

export const CONTROL_PATH = '/control';

/** The sink's own control endpoint, for the traces, lies under this. */
const TRACES_CONTROL_PATH = `${CONTROL_PATH}/traces`;

const MAX_BEHAVIOUR_BYTES = 64 * 1024;

/** What there is to ask and to tell; the server has it. */
interface Controlled {
  readonly traces: TracesEndpoint;
  readonly endpoints: Readonly<Record<EndpointName, Endpoint>>;
  readonly ingestion: IngestionLedger;
  readonly media: MediaStore;
  report(): Promise<LangfuseReport>;
  reset(): Promise<void>;
}

type Result = object | Buffer | undefined;

/** Answers a request under {@link CONTROL_PATH}. */
export async function answerControl(
  server: Controlled,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (path.startsWith(`${TRACES_CONTROL_PATH}/`)) {
    const sinkPath = SINK_CONTROL_PATH + path.slice(TRACES_CONTROL_PATH.length);
    return answerSinkControl(server.traces, sinkPath, request, response);
  }
  try {
    const result = await answerRoute(server, path.slice(CONTROL_PATH.length + 1).split('/'), request);
    if (result === undefined) sendJson(response, 404, { error: `${request.method} ${path}: not known here` });
    else if (Buffer.isBuffer(result))
      response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(result);
    else sendJson(response, 200, result);
  } catch (error) {
    const isUsersFault = error instanceof SinkError || error instanceof InvalidRequestError;
    sendJson(response, isUsersFault ? 400 : 500, { error: (error as Error).message });
  }
}

async function answerRoute(server: Controlled, [name, item = '']: string[], request: IncomingMessage): Promise<Result> {
  switch (`${request.method} ${name}`) {
    case 'GET report':
      return server.report();
    case 'POST reset':
      await server.reset();
      return {};
    case 'GET events':
      return server.ingestion.events;
    case 'GET media':
      return item === '' ? { media: server.media.media, links: server.media.links } : server.media.bytes(item);
    case 'GET requests':
      return isEndpointName(item) ? server.endpoints[item].requests.kept : undefined;
    case 'PUT behaviour':
      if (!isEndpointName(item)) return undefined;
      server.endpoints[item].setBehaviour(await readBehaviour(request));
      return {};
    default:
      return undefined;
  }
}

async function readBehaviour(request: IncomingMessage): Promise<unknown> {
  const read = await readBody(request, MAX_BEHAVIOUR_BYTES);
  if (read.status === 'read') return readJson(read.bytes);
  throw new InvalidRequestError(`behaviour: expected at most ${MAX_BEHAVIOUR_BYTES} bytes of JSON`);
}

function isEndpointName(name: string): name is EndpointName {
  return (ENDPOINT_NAMES as readonly string[]).includes(name);
}

function sendJson(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
