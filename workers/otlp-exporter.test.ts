import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Sink } from '../experiments/sink/sink.js';
import type { ExportOutcome, OtlpHttpSettings } from '../src/protocol.js';
import { createEncoder, encodeSpans } from '../test/arbitraries/encode-spans.js';
import { createSpan } from '../test/arbitraries/plain-span.js';
import { OtlpExporter } from './otlp-exporter.js';

/** Longer than any of these tests may take. */
const LONG_MILLIS = 20_000;
const MAX_EXPORT_BATCH_SIZE = 512;
const LARGE_TEXT = 'x'.repeat(20_000);

let sink: Sink;
let exporter: OtlpExporter;

beforeEach(async () => {
  sink = await Sink.listen({ port: 0, maxKeptSpanCount: 1000 });
  exporter = createExporter({});
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await exporter.shutdown(LONG_MILLIS);
  await sink.close();
});

function createExporter(options: OtlpHttpSettings): OtlpExporter {
  return new OtlpExporter(
    { type: 'otlp-protobuf', options: { url: sink.tracesUrl, ...options }, maxConcurrentExports: 8 },
    MAX_EXPORT_BATCH_SIZE,
  );
}

/** Spans named by their place, those at `largePlaces` with a large text, in three scopes and of two resources. */
function encode(spanCount: number, largePlaces: readonly number[] = []): Uint8Array {
  const resources = ['chat', 'search'].map((service) => ({ attributes: { 'service.name': service } }));
  const scopes = ['x', 'y', 'z'].map((name) => ({ name }));
  const spans = Array.from({ length: spanCount }, (_, place) =>
    createSpan({
      name: `span ${place}`,
      spanContext: () => ({
        traceId: '0af7651916cd43dd8448eb211c80319c',
        spanId: (place + 1).toString(16).padStart(16, '0'),
        traceFlags: 1,
      }),
      attributes: { place, text: largePlaces.includes(place) ? LARGE_TEXT : 'small', shared: 'the same in all' },
      resource: resources[place % 2] as (typeof resources)[0],
      instrumentationScope: scopes[place % 3] as (typeof scopes)[0],
    }),
  );
  const [chunk, another] = encodeSpans(spans, createEncoder(4 * 1024 * 1024));
  if (chunk === undefined || another !== undefined) throw new Error('expected one chunk');
  return chunk;
}

function send(spanCount: number, largePlaces?: readonly number[], timeoutMillis = LONG_MILLIS): Promise<ExportOutcome> {
  return exporter.export(encode(spanCount, largePlaces), spanCount, timeoutMillis);
}

function namesOf(places: Iterable<number>): string[] {
  return [...places].map((place) => `span ${place}`).sort();
}

async function receivedNames(): Promise<string[]> {
  return (await sink.spans()).map(({ name }) => name).sort();
}

describe('a request that is too large for the receiver', () => {
  test('goes in halves, and every span arrives once, as it is', async () => {
    expect(await send(50)).toEqual({ status: 'success', exportedSpanCount: 50 });
    const whole = await sink.spans();
    await sink.reset();
    await sink.setBehaviour({ maxBodyBytes: 2_000 });
    expect(await send(50)).toEqual({ status: 'success', exportedSpanCount: 50 });
    const { requests, spans } = await sink.report();
    expect(spans).toMatchObject({ receivedCount: 50, duplicateCount: 0 });
    expect(requests.countByStatus['413']).toBeGreaterThan(2);
    expect(requests.connectionCount).toBe(1);
    const byId = (a: { spanId: string }, b: { spanId: string }) => a.spanId.localeCompare(b.spanId);
    expect([...(await sink.spans())].sort(byId)).toEqual([...whole].sort(byId));
  });

  test.each([
    ['first', [0]],
    ['last', [36]],
    ['in the middle, and others', [3, 17, 18, 30]],
  ])('for one span alone costs that span only: %s', async (_, largePlaces) => {
    await sink.setBehaviour({ maxBodyBytes: 10_000 });
    const outcome = await send(37, largePlaces);
    expect(outcome).toEqual({
      status: 'partial',
      exportedSpanCount: 37 - largePlaces.length,
      failedSpanCount: largePlaces.length,
      failure: { reason: 'span_too_large_for_receiver', message: expect.stringMatching(/ 20\d{3} bytes/) },
    });
    const places = new Set(Array.from({ length: 37 }, (_unused, place) => place));
    for (const place of largePlaces) places.delete(place);
    expect(await receivedNames()).toEqual(namesOf(places));
    expect((await sink.report()).spans.duplicateCount).toBe(0);
    expect(JSON.stringify(outcome)).not.toContain('xxx');
  });

  test('for every span is a failure', async () => {
    await sink.setBehaviour({ maxBodyBytes: 10 });
    expect(await send(9)).toMatchObject({
      status: 'failure',
      failedSpanCount: 9,
      failure: { reason: 'span_too_large_for_receiver' },
    });
    // 9, then 4 and 5, then halves of these, down to each of the nine.
    expect((await sink.report()).requests.countByStatus).toEqual({ 413: 17 });
    expect(await send(1)).toMatchObject({ status: 'failure', failedSpanCount: 1 });
    await sink.setBehaviour({});
    expect(await send(9)).toEqual({ status: 'success', exportedSpanCount: 9 });
  });

  test('is one of several ways to fail: each is counted by its reason', async () => {
    await sink.setBehaviour({ maxBodyBytes: 10_000, partialSuccess: { rejectedSpans: 2, fireCount: 2 } });
    // The fault fires for the whole and for the first half, of which only the second is accepted, without two spans.
    expect(await send(8, [7])).toEqual({
      status: 'partial',
      exportedSpanCount: 5,
      failedSpanCount: 3,
      failure: { reason: 'rejected', message: 'the receiver gave no reason' },
      otherFailures: [
        { spanCount: 1, failure: { reason: 'span_too_large_for_receiver', message: expect.any(String) } },
      ],
    });
    expect((await sink.report()).spans).toMatchObject({ receivedCount: 5, rejectedCount: 2 });
  });

  test('has the time of one export in all', async () => {
    await sink.setBehaviour({ maxBodyBytes: 2_000, delayMillis: 100 });
    const outcome = await send(200, [], 1_000);
    expect(outcome).toMatchObject({ failure: { reason: 'export_timeout' } });
    const { receivedCount } = (await sink.report()).spans;
    const exportedSpanCount = outcome.status === 'failure' ? 0 : outcome.exportedSpanCount;
    expect(outcome).toMatchObject({ failedSpanCount: 200 - exportedSpanCount });
    // What was under way when the time was over may have been taken all the same.
    expect(exportedSpanCount).toBeLessThanOrEqual(receivedCount);
    await sink.setBehaviour({});
    expect(await send(10)).toEqual({ status: 'success', exportedSpanCount: 10 });
  });

  test('goes on while the exporter shuts down', async () => {
    await sink.setBehaviour({ maxBodyBytes: 3_000, delayMillis: 10 });
    const sent = send(50);
    expect(await exporter.shutdown(LONG_MILLIS)).toBeUndefined();
    expect(await sent).toEqual({ status: 'success', exportedSpanCount: 50 });
  });
});

describe('chunks that come in one turn', () => {
  const sendTwo = (): Promise<ExportOutcome[]> => Promise.all([send(20), send(30)]);

  test('go in one request, with every resource and scope once', async () => {
    await send(1);
    await sink.reset();
    expect(await sendTwo()).toEqual([
      { status: 'success', exportedSpanCount: 20 },
      { status: 'success', exportedSpanCount: 30 },
    ]);
    expect((await sink.report()).requests.receivedCount).toBe(1);
    const places = Array.from({ length: 30 }, (_, place) => place);
    expect(await receivedNames()).toEqual([...namesOf(places.slice(0, 20)), ...namesOf(places)].sort());
  });

  test('go apart where they have too many spans together', async () => {
    expect(await Promise.all([send(300), send(300)])).toMatchObject([{ status: 'success' }, { status: 'success' }]);
    expect((await sink.report()).requests.receivedCount).toBe(2);
  });

  test('go apart, and then in halves, where they are too large for the receiver', async () => {
    await sink.setBehaviour({ maxBodyBytes: 3_000 });
    expect(await sendTwo()).toEqual([
      { status: 'success', exportedSpanCount: 20 },
      { status: 'success', exportedSpanCount: 30 },
    ]);
    expect((await sink.report()).spans.receivedCount).toBe(50);
  });

  test('share what the receiver rejects', async () => {
    await sink.setBehaviour({ partialSuccess: { rejectedSpans: 25, errorMessage: 'full' } });
    const rejected = { reason: 'rejected', message: 'full' };
    expect(await sendTwo()).toEqual([
      { status: 'failure', failedSpanCount: 20, failure: rejected },
      { status: 'partial', exportedSpanCount: 25, failedSpanCount: 5, failure: rejected },
    ]);
  });

  test('do not suffer from one among them that is no chunk', async () => {
    const broken = exporter.export(new Uint8Array(10), 1, LONG_MILLIS);
    const [outcome] = await Promise.all([send(20), expect(broken).rejects.toThrow(/Chunk/)]);
    expect(outcome).toEqual({ status: 'success', exportedSpanCount: 20 });
  });

  test('take no longer than the first of them may', async () => {
    await sink.setBehaviour({ hang: {} });
    const failure = { reason: 'export_timeout', message: 'not taken by the receiver within 300 ms' };
    expect(await Promise.all([send(2), send(3, [], 300)])).toEqual([
      { status: 'failure', failedSpanCount: 2, failure },
      { status: 'failure', failedSpanCount: 3, failure },
    ]);
  });
});

describe('an export takes at most', () => {
  test.each([
    ['its own time-out', {}, {}, 300],
    ['the time-out of the exporter', { timeoutMillis: 300 }, {}, LONG_MILLIS],
    ['that of the environment', {}, { OTEL_EXPORTER_OTLP_TIMEOUT: '300' }, LONG_MILLIS],
    ['that of the environment for traces', {}, { OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: '300' }, LONG_MILLIS],
  ])('%s', async (_, options, environment, timeoutMillis) => {
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    exporter = createExporter(options);
    await sink.setBehaviour({ hang: {} });
    expect(await send(2, [], timeoutMillis)).toEqual({
      status: 'failure',
      failedSpanCount: 2,
      failure: { reason: 'export_timeout', message: 'not taken by the receiver within 300 ms' },
    });
  });
});

test('options that the official transport does not take are a failure of every export', async () => {
  exporter = createExporter({ url: 'no url' });
  for (let index = 0; index < 2; index++) {
    expect(await send(1)).toMatchObject({
      status: 'failure',
      failure: { reason: 'exporter_unavailable', message: expect.stringContaining("'no url'") },
    });
  }
});

test('a chunk that is none is refused', async () => {
  await expect(exporter.export(new Uint8Array(10), 1, LONG_MILLIS)).rejects.toMatchObject({
    code: 'ERR_OFFLOOP_CHUNK_FORMAT',
  });
  expect(await exporter.flush(LONG_MILLIS)).toBeUndefined();
});

test('a flush waits for the exports under way, and no longer than its time-out', async () => {
  await sink.setBehaviour({ delayMillis: 1_000 });
  let isAnswered = false;
  const sent = send(1).then(() => {
    isAnswered = true;
  });
  expect(await exporter.flush(1)).toEqual({
    reason: 'export_timeout',
    message: 'exports are still under way after 1 ms',
  });
  expect(isAnswered).toBe(false);
  expect(await exporter.flush(LONG_MILLIS)).toBeUndefined();
  expect(isAnswered).toBe(true);
  await sent;
});

test('a shutdown closes the connections', async () => {
  const server = createServer((request, response) => request.resume().on('end', () => response.end()));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  exporter = createExporter({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces` });
  expect(await send(1)).toMatchObject({ status: 'success' });
  const countConnections = (): Promise<number> =>
    new Promise((resolve) => server.getConnections((_, count) => resolve(count)));
  expect(await countConnections()).toBe(1);
  await exporter.shutdown(LONG_MILLIS);
  await vi.waitFor(async () => expect(await countConnections()).toBe(0), { timeout: 3_000 });
  server.close();
});

test('a shutdown waits for the exports under way and takes no more', async () => {
  await sink.setBehaviour({ delayMillis: 200 });
  const sent = send(1);
  expect(await exporter.shutdown(LONG_MILLIS)).toBeUndefined();
  expect(await sent).toMatchObject({ status: 'success' });
  expect(await send(1)).toMatchObject({
    failure: { reason: 'exporter_unavailable', message: 'the exporter is shut down' },
  });
  expect((await sink.report()).requests.receivedCount).toBe(1);
});
