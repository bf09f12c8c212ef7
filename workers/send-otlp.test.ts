import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan as SdkReadableSpan } from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Sink } from '../experiments/sink/sink.js';
import type { OtlpHttpSettings } from '../src/protocol.js';
import { createSpan } from '../test/arbitraries/plain-span.js';
import { Deadline } from './deadline.js';
import type { OtlpRequest } from './otlp-lane.js';
import { loadTransport, type OtlpTransport } from './otlp-transport.js';
import { type SendResult, sendOtlp } from './send-otlp.js';

/** Longer than any of these tests may take. */
const LONG_MILLIS = 20_000;
/** Nothing listens on the port: connections are refused at once. */
const CLOSED_PORT_URL = 'http://127.0.0.1:1/v1/traces';

let sink: Sink;
let transport: OtlpTransport;
let servers: Server[];
let sockets: Socket[];

beforeEach(async () => {
  servers = [];
  sockets = [];
  sink = await Sink.listen({ port: 0 });
  transport = await loadTransport({ url: sink.tracesUrl });
});

afterEach(async () => {
  transport.close();
  for (const socket of sockets) socket.destroy();
  await Promise.all([sink.close(), ...servers.map((server) => new Promise((resolve) => server.close(resolve)))]);
});

async function configure(options: OtlpHttpSettings): Promise<void> {
  transport = await loadTransport({ url: sink.tracesUrl, ...options });
}

function send(request: OtlpRequest, timeoutMillis = LONG_MILLIS): Promise<SendResult> {
  return sendOtlp(transport, request, new Deadline(timeoutMillis));
}

/** @returns The URL of a receiver that does what the sink does not. */
async function listen(server: Server): Promise<string> {
  servers.push(server);
  server.prependListener('connection', (socket: Socket) => sockets.push(socket.on('error', () => {})));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`;
}

async function serve(answer: RequestListener): Promise<void> {
  const server = createServer((request, response) => request.resume().on('end', () => answer(request, response)));
  await configure({ url: await listen(server) });
}

function createRequest(spanCount = 1): OtlpRequest {
  const spans = Array.from({ length: spanCount }, () => createSpan()) as unknown as SdkReadableSpan[];
  return { bytes: ProtobufTraceSerializer.serializeRequest(spans) ?? new Uint8Array(), spanCount };
}

test('a request that is taken arrives as it is', async () => {
  const request = createRequest(3);
  expect(await send(request)).toEqual({ status: 'success', exportedSpanCount: 3 });
  expect((await sink.report()).spans.receivedCount).toBe(3);
  const [received] = await sink.requests();
  expect(received).toMatchObject({ wireBytes: request.bytes.length, outcome: '200' });
  expect(received?.headers).toMatchObject({ 'content-type': 'application/x-protobuf' });
});

test('headers, compression and requests one after another on one connection are the official transport’s', async () => {
  await configure({ headers: { 'x-project': 'offloop' }, compression: 'gzip' });
  for (let index = 0; index < 3; index++) await send(createRequest());
  const { requests, spans } = await sink.report();
  expect(requests).toMatchObject({ countByStatus: { 200: 3 }, connectionCount: 1 });
  expect(spans.receivedCount).toBe(3);
  expect((await sink.requests())[0]?.headers).toMatchObject({ 'content-encoding': 'gzip', 'x-project': 'offloop' });
});

describe('a partial success', () => {
  test('counts the rejected spans as failed, with the receiver’s message', async () => {
    await sink.setBehaviour({ partialSuccess: { rejectedSpans: 2, errorMessage: 'too old' } });
    expect(await send(createRequest(5))).toEqual({
      status: 'partial',
      exportedSpanCount: 3,
      failedSpanCount: 2,
      failure: { reason: 'rejected', message: 'too old' },
    });
  });

  test('is not that of the request before, where an answer can not be read', async () => {
    const partialSuccess = Buffer.from([0x0a, 2, 0x08, 2]);
    let answerCount = 0;
    await serve((_, response) => response.end(answerCount++ === 0 ? partialSuccess : Buffer.from([0x0a, 0x7f])));
    expect(await send(createRequest(5))).toMatchObject({ status: 'partial', failedSpanCount: 2 });
    expect(await send(createRequest(5))).toEqual({ status: 'success', exportedSpanCount: 5 });
  });

  test('that rejects every span, or more than there are, is a failure', async () => {
    await sink.setBehaviour({ partialSuccess: { rejectedSpans: 9 } });
    expect(await send(createRequest(5))).toEqual({
      status: 'failure',
      failedSpanCount: 5,
      failure: { reason: 'rejected', message: 'the receiver gave no reason' },
    });
  });

  test('that rejects none is a success', async () => {
    await sink.setBehaviour({ partialSuccess: { rejectedSpans: 0, errorMessage: 'slow down' } });
    expect(await send(createRequest(5))).toEqual({ status: 'success', exportedSpanCount: 5 });
  });

  test('with a count that no receiver can mean is a success', async () => {
    // The varint of −1, as a 64-bit number.
    const body = Buffer.from([0x0a, 11, 0x08, ...new Array(9).fill(0xff), 0x01]);
    await serve((_, response) => response.end(body));
    expect(await send(createRequest(5))).toEqual({ status: 'success', exportedSpanCount: 5 });
  });

  test('is that of its own request, with others under way', async () => {
    await sink.setBehaviour({ partialSuccess: { rejectedSpans: 1, fireCount: 1 }, delayMillis: 50 });
    const outcomes = await Promise.all([1, 2, 3, 4].map(() => send(createRequest(2))));
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['partial', 'success', 'success', 'success']);
  });

  test('has a message of one line of 200 characters at most', async () => {
    await sink.setBehaviour({
      partialSuccess: { rejectedSpans: 1, errorMessage: `first\r\n\tsecond ${'x'.repeat(1000)}` },
    });
    const outcome = await send(createRequest());
    expect(outcome).toMatchObject({ failure: { message: `first second ${'x'.repeat(187)}…` } });
  });
});

describe('an answer', () => {
  test.each([
    [400, 'Bad Request'],
    [401, 'Unauthorized'],
    [500, 'Internal Server Error'],
    [599, 'Unknown status'],
  ])('of %i is a failure with its status, not asked for again', async (status, name) => {
    await sink.setBehaviour({ fail: { status, message: 'SPAN TEXT' } });
    expect(await send(createRequest(2))).toEqual({
      status: 'failure',
      failedSpanCount: 2,
      failure: { reason: 'export_failed', message: `${name} (HTTP ${status})` },
    });
    expect((await sink.report()).requests.receivedCount).toBe(1);
  });

  test('that leads elsewhere is not followed', async () => {
    await serve((_, response) => response.writeHead(307, { location: sink.tracesUrl }).end());
    expect(await send(createRequest())).toMatchObject({
      status: 'failure',
      failure: { reason: 'export_failed', message: 'Temporary Redirect (HTTP 307)' },
    });
    expect((await sink.report()).requests.receivedCount).toBe(0);
  });

  test('of 413 is told apart', async () => {
    await sink.setBehaviour({ maxBodyBytes: 10 });
    expect(await send(createRequest(2))).toEqual({ status: 'too-large' });
    expect((await sink.report()).requests.receivedCount).toBe(1);
  });

  test('in the receiver’s own words is not passed on', async () => {
    await serve((_, response) => response.writeHead(422, 'SPAN TEXT').end('SPAN TEXT'));
    expect(await send(createRequest())).toMatchObject({ failure: { message: 'Unprocessable Entity (HTTP 422)' } });
  });

  test('of 200 with a body that is no OTLP is a success', async () => {
    await sink.setBehaviour({ garbageBody: {} });
    expect(await send(createRequest())).toMatchObject({ status: 'success' });
  });

  test('of 200 with a body of more than 4 MiB is a failure, and the rest is not read', async () => {
    await serve((_, response) => response.end(Buffer.alloc(64 * 1024 * 1024)));
    expect(await send(createRequest())).toMatchObject({
      status: 'failure',
      failure: { reason: 'export_failed', message: expect.stringContaining('exceeded size limit') },
    });
    await expectNoConnections();
  });

  test('of 200 with a body that never ends is a success once the time is over, and the connection is closed', async () => {
    await serve((_, response) => {
      const timer = setInterval(() => response.write(' '), 20);
      response.once('close', () => clearInterval(timer));
    });
    expect(await send(createRequest(2), 300)).toEqual({ status: 'success', exportedSpanCount: 2 });
    await expectNoConnections();
  });

  test('that comes before the request was read closes the connection: its bytes are another’s from then on', async () => {
    const server = createTcpServer((socket) => {
      socket.once('data', () => socket.pause().write('HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n'));
    });
    await configure({ url: await listen(server) });
    expect(await send({ bytes: new Uint8Array(32 * 1024 * 1024), spanCount: 2 })).toEqual({ status: 'too-large' });
    for (const socket of sockets) socket.resume();
    await expectNoConnections();
  });
});

describe('Retry-After', () => {
  test('past the deadline ends a request at once, however long the one before had', async () => {
    await send(createRequest());
    await sink.setBehaviour({ fail: { status: 503, retryAfterSeconds: 10 } });
    expect(await send(createRequest(), 2_000)).toMatchObject({
      failure: { reason: 'export_failed', message: expect.stringContaining('503') },
    });
  });

  test.each(['seconds', 'http-date'] as const)('in the form of %s is obeyed', async (retryAfterForm) => {
    await sink.setBehaviour({ fail: { status: 503, retryAfterSeconds: 2, retryAfterForm, fireCount: 1 } });
    const startMillis = performance.now();
    expect(await send(createRequest(2))).toEqual({ status: 'success', exportedSpanCount: 2 });
    expect(performance.now() - startMillis).toBeGreaterThan(1_900);
    expect((await sink.report()).requests.countByStatus).toEqual({ 200: 1, 503: 1 });
  });

  test.each(['-5', '0', 'soon', '', 'Thu, 01 Jan 1970 00:00:00 GMT'])('of %j asks for nothing', async (retryAfter) => {
    let requestCount = 0;
    await serve((_, response) => {
      requestCount += 1;
      response.writeHead(requestCount < 3 ? 429 : 200, { 'retry-after': retryAfter }).end();
    });
    expect(await send(createRequest(2))).toEqual({ status: 'success', exportedSpanCount: 2 });
    expect(requestCount).toBe(3);
  });

  test.each(['3600', '315360000', 'Fri, 31 Dec 9999 23:59:59 GMT'])(
    'of %j is longer than the export may take, which fails at once',
    async (retryAfter) => {
      let requestCount = 0;
      await serve((_, response) => {
        requestCount += 1;
        response.writeHead(503, { 'retry-after': retryAfter }).end();
      });
      expect(await send(createRequest(2), 60_000)).toMatchObject({
        status: 'failure',
        failedSpanCount: 2,
        failure: { reason: 'export_failed', message: expect.stringContaining('503') },
      });
      expect(requestCount).toBe(1);
    },
  );

  test('of 0 is no leave to send without end: the waits grow', async () => {
    await sink.setBehaviour({ fail: { status: 503, retryAfterSeconds: 0 } });
    const startMillis = performance.now();
    expect(await send(createRequest(2), 2_000)).toMatchObject({ status: 'failure', failedSpanCount: 2 });
    // The official transport sends its six tries at once, and gives up.
    expect(performance.now() - startMillis).toBeGreaterThan(1_000);
    const { receivedCount } = (await sink.report()).requests;
    expect(receivedCount).toBeGreaterThan(3);
    expect(receivedCount).toBeLessThan(25);
  });
});

describe('no answer', () => {
  test('within the time-out is a failure, and the request is given up', async () => {
    await sink.setBehaviour({ hang: {} });
    expect(await send(createRequest(2), 300)).toEqual({
      status: 'failure',
      failedSpanCount: 2,
      failure: { reason: 'export_timeout', message: 'not taken by the receiver within 300 ms' },
    });
  });

  test('within the time-out of one request gets it sent again', async () => {
    await configure({ timeoutMillis: 300 });
    await sink.setBehaviour({ hang: { fireCount: 1 } });
    expect(await send(createRequest(2))).toEqual({ status: 'success', exportedSpanCount: 2 });
    expect((await sink.report()).requests).toMatchObject({ hungCount: 1, countByStatus: { 200: 1 } });
  });

  test('of a receiver that does not even read gets the request sent again', async () => {
    const server = createTcpServer((socket) => {
      if (sockets.length === 1) socket.pause();
      else socket.once('data', () => socket.resume().end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'));
    });
    await configure({ url: await listen(server), timeoutMillis: 300 });
    const request = { bytes: new Uint8Array(8 * 1024 * 1024), spanCount: 2 };
    expect(await send(request)).toEqual({ status: 'success', exportedSpanCount: 2 });
    expect(sockets).toHaveLength(2);
  });

  test.each(['before-reading', 'after-reading'] as const)('but a reset %s gets it sent again', async (moment) => {
    await sink.setBehaviour({ reset: { moment, fireCount: 1 } });
    expect(await send(createRequest(2))).toEqual({ status: 'success', exportedSpanCount: 2 });
    expect((await sink.report()).requests).toMatchObject({ resetCount: 1, countByStatus: { 200: 1 } });
  });

  test('where nothing listens is a failure that names the reason', async () => {
    await configure({ url: CLOSED_PORT_URL });
    expect(await send(createRequest(), 500)).toMatchObject({
      failure: { reason: 'export_failed', message: expect.stringContaining('ECONNREFUSED') },
    });
  });

  test('does not delay the requests beside it', async () => {
    await sink.setBehaviour({ hang: { fireCount: 1 } });
    const stuck = send(createRequest(), 2_000);
    await expect.poll(async () => (await sink.report()).requests.hungCount).toBe(1);
    for (let index = 0; index < 3; index++) expect(await send(createRequest())).toMatchObject({ status: 'success' });
    expect(await stuck).toMatchObject({ status: 'failure', failure: { reason: 'export_timeout' } });
    expect(await send(createRequest())).toMatchObject({ status: 'success' });
  });
});

test('what failed is told without a header’s value', async () => {
  await configure({ headers: { authorization: 'SECRET\nTOKEN' } });
  const { failure } = (await send(createRequest())) as SendResult & { status: 'failure' };
  expect(failure.reason).toBe('export_failed');
  expect(failure.message).not.toMatch(/SECRET|TOKEN/);
});

test('after a close nothing is sent, and what is under way is cut', async () => {
  await sink.setBehaviour({ hang: {} });
  const cut = send(createRequest(2));
  await expect.poll(async () => (await sink.report()).requests.hungCount).toBe(1);
  transport.close();
  const failure = { reason: 'export_failed', message: 'the exporter is shut down' };
  expect(await cut).toEqual({ status: 'failure', failedSpanCount: 2, failure });
  expect(await send(createRequest())).toEqual({ status: 'failure', failedSpanCount: 1, failure });
  expect((await sink.report()).requests.receivedCount).toBe(1);
});

async function expectNoConnections(): Promise<void> {
  const [server] = servers;
  const count = () =>
    new Promise((resolve) => server?.getConnections((_, connectionCount) => resolve(connectionCount)));
  await expect.poll(count, { timeout: 10_000 }).toBe(0);
}
