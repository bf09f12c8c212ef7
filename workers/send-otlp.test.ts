import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan as SdkReadableSpan } from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Sink } from '../experiments/sink/sink.js';
import type { OtlpHttpSettings } from '../src/protocol.js';
import { createSpan } from '../test/arbitraries/plain-span.js';
import { OtlpSender } from './send-otlp.js';

/** Longer than any of these tests may take. */
const LONG_MILLIS = 20_000;
/** Nothing listens on the port: connections are refused at once. */
const CLOSED_PORT_URL = 'http://127.0.0.1:1/v1/traces';

let sink: Sink;
let sender: OtlpSender;

beforeEach(async () => {
  sink = await Sink.listen({ port: 0 });
  sender = new OtlpSender({ url: sink.tracesUrl });
});

afterEach(async () => {
  await sender.shutdown(LONG_MILLIS);
  await sink.close();
});

function createSender(options: OtlpHttpSettings): OtlpSender {
  sender = new OtlpSender({ url: sink.tracesUrl, ...options });
  return sender;
}

function createRequest(spanCount = 1) {
  const spans = Array.from({ length: spanCount }, () => createSpan()) as unknown as SdkReadableSpan[];
  const bytes = ProtobufTraceSerializer.serializeRequest(spans) ?? new Uint8Array();
  return { bytes, spanCount, release: vi.fn() };
}

test('a request that is taken arrives as it is, and its bytes are released once', async () => {
  const request = createRequest(3);
  expect(await sender.send(request, LONG_MILLIS)).toEqual({ status: 'success', exportedSpanCount: 3 });
  expect(request.release).toHaveBeenCalledTimes(1);
  expect((await sink.report()).spans.receivedCount).toBe(3);
  const [received] = await sink.requests();
  expect(received).toMatchObject({ wireBytes: request.bytes.length, outcome: '200' });
  expect(received?.headers).toMatchObject({ 'content-type': 'application/x-protobuf' });
});

test('headers, compression and requests one after another on one connection are the official transport’s', async () => {
  createSender({ headers: { 'x-project': 'offloop' }, compression: 'gzip' });
  for (let index = 0; index < 3; index++) await sender.send(createRequest(), LONG_MILLIS);
  const { requests, spans } = await sink.report();
  expect(requests).toMatchObject({ countByStatus: { 200: 3 }, connectionCount: 1 });
  expect(spans.receivedCount).toBe(3);
  expect((await sink.requests())[0]?.headers).toMatchObject({ 'content-encoding': 'gzip', 'x-project': 'offloop' });
});

describe('a partial success', () => {
  test('counts the rejected spans as failed, with the receiver’s message', async () => {
    await sink.setBehaviour({ partialSuccess: { rejectedSpans: 2, errorMessage: 'too old' } });
    expect(await sender.send(createRequest(5), LONG_MILLIS)).toEqual({
      status: 'partial',
      exportedSpanCount: 3,
      failedSpanCount: 2,
      failure: { reason: 'rejected', message: 'too old' },
    });
  });

  test('that rejects every span, or more than there are, is a failure', async () => {
    await sink.setBehaviour({ partialSuccess: { rejectedSpans: 9 } });
    expect(await sender.send(createRequest(5), LONG_MILLIS)).toEqual({
      status: 'failure',
      failedSpanCount: 5,
      failure: { reason: 'rejected', message: 'the receiver gave no reason' },
    });
  });

  test('that rejects none is a success', async () => {
    await sink.setBehaviour({ partialSuccess: { rejectedSpans: 0, errorMessage: 'slow down' } });
    expect(await sender.send(createRequest(5), LONG_MILLIS)).toEqual({ status: 'success', exportedSpanCount: 5 });
  });

  test('with a count that no receiver can mean is a success', async () => {
    // The varint of −1, as a 64-bit number.
    const body = Buffer.from([0x0a, 11, 0x08, ...new Array(9).fill(0xff), 0x01]);
    const server = createServer((request, response) => request.resume().on('end', () => response.end(body)));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    createSender({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces` });
    expect(await sender.send(createRequest(5), LONG_MILLIS)).toEqual({ status: 'success', exportedSpanCount: 5 });
    await sender.shutdown(LONG_MILLIS);
    server.close();
  });

  test('is that of its own request, with others under way', async () => {
    await sink.setBehaviour({ partialSuccess: { rejectedSpans: 1, fireCount: 1 }, delayMillis: 50 });
    const outcomes = await Promise.all([1, 2, 3, 4].map(() => sender.send(createRequest(2), LONG_MILLIS)));
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['partial', 'success', 'success', 'success']);
  });

  test('has a message of one line of 200 characters at most', async () => {
    await sink.setBehaviour({
      partialSuccess: { rejectedSpans: 1, errorMessage: `first\r\n\tsecond ${'x'.repeat(1000)}` },
    });
    const outcome = await sender.send(createRequest(), LONG_MILLIS);
    expect(outcome).toMatchObject({ failure: { message: `first second ${'x'.repeat(187)}…` } });
  });
});

describe('an answer', () => {
  test('that refuses the request is a failure with its status, not asked for again', async () => {
    await sink.setBehaviour({ fail: { status: 400, message: 'SPAN TEXT' } });
    const request = createRequest(2);
    expect(await sender.send(request, LONG_MILLIS)).toEqual({
      status: 'failure',
      failedSpanCount: 2,
      failure: { reason: 'export_failed', message: 'Bad Request (HTTP 400)' },
    });
    expect(request.release).toHaveBeenCalledTimes(1);
    expect((await sink.report()).requests.receivedCount).toBe(1);
  });

  test('of 503 with Retry-After is obeyed', async () => {
    await sink.setBehaviour({ fail: { status: 503, retryAfterSeconds: 1, fireCount: 1 } });
    const startMillis = performance.now();
    expect(await sender.send(createRequest(2), LONG_MILLIS)).toEqual({ status: 'success', exportedSpanCount: 2 });
    expect(performance.now() - startMillis).toBeGreaterThan(900);
    expect((await sink.report()).requests.countByStatus).toEqual({ 200: 1, 503: 1 });
  });

  test('that asks to wait past the time-out is a failure at once', async () => {
    await sink.setBehaviour({ fail: { status: 503, retryAfterSeconds: 3600 } });
    expect(await sender.send(createRequest(), LONG_MILLIS)).toMatchObject({
      status: 'failure',
      failure: { reason: 'export_failed' },
    });
  });

  test('of 200 with a body that is no OTLP is a success', async () => {
    await sink.setBehaviour({ garbageBody: {} });
    expect(await sender.send(createRequest(), LONG_MILLIS)).toMatchObject({ status: 'success' });
  });
});

describe('no answer', () => {
  test.each([
    ['the export', {}, 300],
    ['the exporter', { timeoutMillis: 300 }, LONG_MILLIS],
  ])('within the time-out of %s is a failure, and the request is given up', async (_, options, timeoutMillis) => {
    createSender(options);
    await sink.setBehaviour({ hang: {} });
    const request = createRequest(2);
    expect(await sender.send(request, timeoutMillis)).toEqual({
      status: 'failure',
      failedSpanCount: 2,
      failure: { reason: 'export_timeout', message: 'no answer within 300 ms' },
    });
    await vi.waitFor(() => expect(request.release).toHaveBeenCalledTimes(1));
    expect(await sender.flush(LONG_MILLIS)).toBeUndefined();
  });

  test('that ends does not keep an export past its time-out', async () => {
    await sink.setBehaviour({ endlessBody: {} });
    expect(await sender.send(createRequest(), 300)).toMatchObject({ status: 'failure' });
  });

  test('where nothing listens is a failure that names the reason', async () => {
    createSender({ url: CLOSED_PORT_URL });
    expect(await sender.send(createRequest(), 500)).toMatchObject({
      failure: { reason: 'export_failed', message: expect.stringContaining('ECONNREFUSED') },
    });
  });
});

test('options that the official transport does not take are a failure of every export', async () => {
  createSender({ url: 'no url' });
  const request = createRequest();
  expect(await sender.send(request, LONG_MILLIS)).toMatchObject({
    status: 'failure',
    failure: { reason: 'exporter_unavailable', message: expect.stringContaining("'no url'") },
  });
  expect(request.release).toHaveBeenCalledTimes(1);
});

test('a flush waits for the requests under way, and no longer than its time-out', async () => {
  await sink.setBehaviour({ delayMillis: 1_000 });
  let isAnswered = false;
  const request = createRequest();
  const sent = sender.send(request, LONG_MILLIS).then(() => {
    isAnswered = true;
  });
  expect(await sender.flush(1)).toEqual({
    reason: 'export_timeout',
    message: 'exports are still under way after 1 ms',
  });
  await expect.poll(async () => (await sink.report()).requests.inFlightCount).toBe(1);
  expect({ isAnswered, releaseCount: request.release.mock.calls.length }).toEqual({
    isAnswered: false,
    releaseCount: 0,
  });
  expect(await sender.flush(LONG_MILLIS)).toBeUndefined();
  expect(isAnswered).toBe(true);
  await sent;
});

test('a shutdown closes the connections', async () => {
  const server = createServer((request, response) => request.resume().on('end', () => response.end()));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  createSender({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces` });
  expect(await sender.send(createRequest(), LONG_MILLIS)).toMatchObject({ status: 'success' });
  const countConnections = (): Promise<number> =>
    new Promise((resolve) => server.getConnections((_, count) => resolve(count)));
  expect(await countConnections()).toBe(1);
  await sender.shutdown(LONG_MILLIS);
  await vi.waitFor(async () => expect(await countConnections()).toBe(0), { timeout: 3_000 });
  server.close();
});

test('a shutdown waits for the requests under way and takes no more', async () => {
  await sink.setBehaviour({ delayMillis: 200 });
  const sent = sender.send(createRequest(), LONG_MILLIS);
  expect(await sender.shutdown(LONG_MILLIS)).toBeUndefined();
  expect(await sent).toMatchObject({ status: 'success' });
  expect(await sender.send(createRequest(), LONG_MILLIS)).toMatchObject({
    failure: { reason: 'exporter_unavailable', message: 'the exporter is shut down' },
  });
  expect((await sink.report()).requests.receivedCount).toBe(1);
});
