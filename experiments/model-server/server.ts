import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { type Completion, completeRequest, formatBursts, formatCompletion } from './completion.js';
import { type ApiError, type CompletionRequest, parseRequest } from './request.js';

export interface ModelPace {
  /** From the end of the request to the first piece of text, in milliseconds. */
  readonly timeToFirstTokenMillis: number;
  /** From one piece of text to the next, in milliseconds. */
  readonly interChunkDelayMillis: number;
  /** Pieces of text in a streamed answer, at the most. */
  readonly pieceCount: number;
}

const PATH = '/v1/chat/completions';
const MAX_BODY_BYTES = 32 * 1024 * 1024;

/** An OpenAI-compatible chat completion server whose answers depend on the request alone. */
export function createModelServer(pace: ModelPace): Server {
  return createServer((request, response) => {
    answer(request, response, pace).catch((error: unknown) => {
      // The client went away in the middle: nobody is left to tell.
      if (response.destroyed || request.destroyed) return;
      process.stderr.write(`model server: ${String(error)}\n`);
      response.destroy();
    });
  });
}

async function answer(request: IncomingMessage, response: ServerResponse, pace: ModelPace): Promise<void> {
  const body = await readBody(request);
  const path = request.url?.split('?', 1)[0];
  if (request.method !== 'POST' || path !== PATH) {
    const message = `Invalid URL (${request.method} ${path}); this server has POST ${PATH}.`;
    return sendError(response, fault(404, message, 'unknown_url'));
  }
  if (!/^Bearer \S+$/.test(request.headers.authorization ?? '')) {
    const message = "You didn't provide an API key; send one, any one, as Authorization: Bearer KEY.";
    return sendError(response, fault(401, message, 'invalid_api_key'));
  }
  if (body === undefined) {
    const message = `Expected a body of at most ${MAX_BODY_BYTES} bytes.`;
    return sendError(response, fault(413, message, 'request_too_large'));
  }
  const parsed = parseRequest(body);
  if (parsed.status === 'rejected') return sendError(response, parsed.error);

  const completion = completeRequest(parsed.request);
  await delay(pace.timeToFirstTokenMillis);
  if (parsed.request.stream) return streamCompletion(response, completion, parsed.request, pace);
  await delay(pace.interChunkDelayMillis * pace.pieceCount);
  sendJson(response, 200, formatCompletion(completion, nowSeconds()));
}

async function streamCompletion(
  response: ServerResponse,
  completion: Completion,
  { includeUsage }: CompletionRequest,
  { interChunkDelayMillis, pieceCount }: ModelPace,
): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
  const closed = new AbortController();
  response.once('close', () => closed.abort());
  let isFirst = true;
  for (const burst of formatBursts(completion, { createdSeconds: nowSeconds(), pieceCount, includeUsage })) {
    if (!isFirst && interChunkDelayMillis > 0) await delay(interChunkDelayMillis, undefined, { signal: closed.signal });
    isFirst = false;
    if (!response.write(burst)) await once(response, 'drain', { signal: closed.signal });
  }
  response.end();
}

/** The body as text, or `undefined` when it is too long. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const pieces: Buffer[] = [];
  let byteCount = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    byteCount += piece.length;
    if (byteCount <= MAX_BODY_BYTES) pieces.push(piece);
  }
  return byteCount <= MAX_BODY_BYTES ? Buffer.concat(pieces).toString() : undefined;
}

function fault(statusCode: number, message: string, code: string): ApiError {
  return { statusCode, message, type: 'invalid_request_error', param: null, code };
}

function sendError(response: ServerResponse, { statusCode, ...error }: ApiError): void {
  sendJson(response, statusCode, JSON.stringify({ error }));
}

function sendJson(response: ServerResponse, statusCode: number, body: string): void {
  response.writeHead(statusCode, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
