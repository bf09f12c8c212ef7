import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { SinkBehaviour } from './behaviour.js';
import { readBody } from './read-body.js';
import type { SinkControl } from './sink-control.js';
import { SinkError } from './sink-error.js';

export const CONTROL_PATH = '/control';

const MAX_BEHAVIOUR_BYTES = 64 * 1024;

type Route = (sink: SinkControl, request: IncomingMessage, response: ServerResponse) => Promise<void>;

const ROUTES: Readonly<Record<string, Readonly<Record<string, Route>>>> = {
  '/report': { GET: async (sink, _, response) => sendJson(response, 200, await sink.report()) },
  '/behaviour': {
    GET: async (sink, _, response) => sendJson(response, 200, await sink.behaviour()),
    PUT: async (sink, request, response) => {
      await sink.setBehaviour(await readBehaviour(request));
      sendJson(response, 200, await sink.behaviour());
    },
  },
  '/reset': {
    POST: async (sink, _, response) => {
      await sink.reset();
      sendJson(response, 200, {});
    },
  },
  '/spans': { GET: async (sink, _, response) => sendLines(response, await sink.spans()) },
  '/traces': { GET: async (sink, _, response) => sendJson(response, 200, await sink.traces()) },
  '/requests': { GET: async (sink, _, response) => sendJson(response, 200, await sink.requests()) },
};

/** Answers a request under {@link CONTROL_PATH}. */
export async function answerControl(
  sink: SinkControl,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const name = path.slice(CONTROL_PATH.length);
  const methods = Object.hasOwn(ROUTES, name) ? ROUTES[name] : undefined;
  const route = methods?.[request.method ?? ''];
  if (methods === undefined) {
    const paths = Object.keys(ROUTES).map((known) => CONTROL_PATH + known);
    sendJson(response, 404, { error: `${path}: not known here; expected one of ${paths.join(', ')}` });
  } else if (route === undefined) {
    const allowed = Object.keys(methods).join(', ');
    response.setHeader('allow', allowed);
    sendJson(response, 405, { error: `${path}: expected ${allowed}, got ${request.method}` });
  } else {
    try {
      await route(sink, request, response);
    } catch (error) {
      answerError(response, error);
    }
  }
}

function answerError(response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  sendJson(response, error instanceof SinkError ? 400 : 500, { error: (error as Error).message });
}

async function readBehaviour(request: IncomingMessage): Promise<SinkBehaviour> {
  const read = await readBody(request, MAX_BEHAVIOUR_BYTES);
  if (read.status !== 'read') {
    throw new SinkError('ERR_SINK_BEHAVIOUR', `behaviour: expected at most ${MAX_BEHAVIOUR_BYTES} bytes of JSON`);
  }
  try {
    return JSON.parse(read.bytes.toString('utf8'));
  } catch (error) {
    throw new SinkError('ERR_SINK_BEHAVIOUR', `behaviour: expected JSON, got ${(error as Error).message}`);
  }
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

/** One JSON text a line: all kept spans in one would soon pass the longest string V8 can hold. */
async function sendLines(response: ServerResponse, values: readonly unknown[]): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  await pipeline(Readable.from(toLines(values)), response);
}

function* toLines(values: readonly unknown[]): Generator<string> {
  for (const value of values) yield `${JSON.stringify(value)}\n`;
}
