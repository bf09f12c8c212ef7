import { setTimeout } from 'node:timers/promises';
import { ExportResultCode } from '@opentelemetry/core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  EXPORTER_KINDS,
  exportSpans,
  makeExporter,
  makeJsonBody,
  makeJsonSpan,
  makeSampleSpans,
  postJson,
} from './sample-spans.test.data.js';
import { Sink } from './sink.js';

let sink: Sink;

beforeEach(async () => {
  sink = await Sink.listen({ port: 0 });
});

afterEach(() => sink.close());

const post = (...spanNumbers: number[]) =>
  postJson(sink.tracesUrl, makeJsonBody(...spanNumbers.map((number) => makeJsonSpan(number))));

/** The status answered, or the reason there was none. */
async function outcomeOf(request: Promise<Response>): Promise<number | string> {
  try {
    return (await request).status;
  } catch (error) {
    return ((error as Error).cause as NodeJS.ErrnoException).code ?? String(error);
  }
}

/** Closes without the three seconds that a sink gives to requests under way. */
async function closePromptly(): Promise<void> {
  const startMillis = performance.now();
  await sink.close();
  expect(performance.now() - startMillis).toBeLessThan(2500);
}

it('delayMillis answers late, and the spans count when they are answered', async () => {
  await sink.setBehaviour({ delayMillis: 300 });
  const startMillis = performance.now();
  expect((await post(1)).status).toBe(200);
  // A timer may fire a millisecond early by another clock's count.
  expect(performance.now() - startMillis).toBeGreaterThan(295);
});

it('a client that gives up during a delay is counted as aborted, its spans are not', async () => {
  await sink.setBehaviour({ delayMillis: 60_000 });
  const giveUp = new AbortController();
  const request = fetch(sink.tracesUrl, { method: 'POST', body: makeJsonBody(makeJsonSpan(1)), signal: giveUp.signal });
  await expect.poll(async () => (await sink.report()).requests.wireBytes).toBeGreaterThan(0);
  giveUp.abort();
  await expect(request).rejects.toThrow();
  await expect.poll(async () => (await sink.report()).requests.abortedCount).toBe(1);
  expect((await sink.report()).spans.receivedCount).toBe(0);
});

it('closing answers a delayed request at once', async () => {
  await sink.setBehaviour({ delayMillis: 60_000 });
  const request = post(1);
  await expect.poll(async () => (await sink.report()).requests.wireBytes).toBeGreaterThan(0);
  await sink.close();
  expect((await request).status).toBe(200);
});

it('fail answers its status the first fireCount times, then the sink is well again', async () => {
  await sink.setBehaviour({ fail: { status: 503, fireCount: 2, message: 'come back later' } });
  const first = await post(1);
  expect(first.status).toBe(503);
  expect(first.headers.has('retry-after')).toBe(false);
  expect(await first.json()).toEqual({ message: 'come back later' });
  expect([(await post(1)).status, (await post(1)).status]).toEqual([503, 200]);
  const { requests, spans } = await sink.report();
  expect(requests).toMatchObject({ countByStatus: { 200: 1, 503: 2 }, faultCountByType: { fail: 2 } });
  expect(spans).toMatchObject({ receivedCount: 1, duplicateCount: 0 });
});

it('fail with everyRequestCount answers its status on every k-th request', async () => {
  await sink.setBehaviour({ fail: { status: 429, everyRequestCount: 3 } });
  const statuses = [];
  for (let number = 1; number <= 7; number += 1) statuses.push((await post(number)).status);
  expect(statuses).toEqual([200, 200, 429, 200, 200, 429, 200]);
});

it('fail sends Retry-After in seconds, or as a date that is not too early', async () => {
  await sink.setBehaviour({ fail: { status: 429, retryAfterSeconds: 7 } });
  expect((await post(1)).headers.get('retry-after')).toBe('7');
  await sink.setBehaviour({ fail: { status: 429, retryAfterSeconds: 7, retryAfterForm: 'http-date' } });
  const sentMillis = Date.now();
  const date = (await post(1)).headers.get('retry-after') ?? '';
  expect(date).toMatch(/GMT$/);
  expect(Date.parse(date)).toBeGreaterThanOrEqual(sentMillis + 7000);
});

it.each(EXPORTER_KINDS)('an official %s exporter retries a 503 and delivers once', async (kind) => {
  await sink.setBehaviour({ fail: { status: 503, fireCount: 1, retryAfterSeconds: 0 } });
  const spans = makeSampleSpans();
  expect((await exportSpans(makeExporter(kind, sink.tracesUrl), spans)).code).toBe(ExportResultCode.SUCCESS);
  const report = await sink.report();
  expect(report.requests.countByStatus).toEqual({ 200: 1, 503: 1 });
  expect(report.spans).toMatchObject({ receivedCount: spans.length, duplicateCount: 0 });
});

it('partialSuccess accepts all but so many spans, and says so in the encoding of the request', async () => {
  await sink.setBehaviour({ partialSuccess: { rejectedSpans: 2, errorMessage: 'too old' } });
  const response = await post(1, 2, 3);
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ partialSuccess: { rejectedSpans: 2, errorMessage: 'too old' } });
  expect((await sink.report()).spans).toMatchObject({ receivedCount: 1, rejectedCount: 2 });
  // A server that claims to reject more than it got is a fault an exporter must stand; what is counted stays true.
  expect(await (await post(4)).json()).toMatchObject({ partialSuccess: { rejectedSpans: 2 } });
  expect((await sink.report()).spans).toMatchObject({ receivedCount: 1, rejectedCount: 3 });
  const protobuf = await postJson(sink.tracesUrl, '', { 'content-type': 'application/x-protobuf' });
  const message = Buffer.from('too old');
  const partial = Buffer.from([0x08, 2, 0x12, message.byteLength, ...message]);
  expect(Buffer.from(await protobuf.arrayBuffer())).toEqual(Buffer.from([0x0a, partial.byteLength, ...partial]));
});

it.each([
  ['before-reading', 0],
  ['after-reading', 0],
  ['after-accepting', 1],
] as const)('reset %s breaks the connection with %i spans accepted', async (moment, receivedCount) => {
  await sink.setBehaviour({ reset: { moment, fireCount: 1 } });
  expect(await outcomeOf(post(1))).toBe('ECONNRESET');
  expect((await sink.report()).spans.receivedCount).toBe(receivedCount);
  expect(await outcomeOf(post(1))).toBe(200);
  const { requests, spans } = await sink.report();
  expect(requests).toMatchObject({ receivedCount: 2, resetCount: 1, abortedCount: 0, countByStatus: { 200: 1 } });
  expect(spans.duplicateCount).toBe(receivedCount);
});

it('hang reads the request and never answers, until the sink is closed', async () => {
  await sink.setBehaviour({ hang: {} });
  const request = outcomeOf(post(1));
  await expect.poll(async () => (await sink.report()).requests.hungCount).toBe(1);
  expect(await Promise.race([request, setTimeout(100, 'no answer')])).toBe('no answer');
  expect((await sink.report()).requests).toMatchObject({ inFlightCount: 0, abortedCount: 0 });
  await closePromptly();
  expect(await request).toBe('UND_ERR_SOCKET');
});

it.each(['application/json', 'application/x-protobuf'])(
  'garbageBody answers 200 with what is no %s response, and accepts the spans',
  async (type) => {
    await sink.setBehaviour({ garbageBody: {} });
    const isJson = type === 'application/json';
    const response = await postJson(sink.tracesUrl, isJson ? makeJsonBody(makeJsonSpan(1)) : '', {
      'content-type': type,
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe(type);
    const text = await response.text();
    expect(() => JSON.parse(text)).toThrow();
    expect((await sink.report()).spans.receivedCount).toBe(isJson ? 1 : 0);
  },
);

it('endlessBody answers 200 with a body that goes on, until the sink is closed', async () => {
  await sink.setBehaviour({ endlessBody: {} });
  const response = await post(1);
  expect(response.status).toBe(200);
  const body = response.text();
  body.catch(() => {});
  expect(await Promise.race([body, setTimeout(350, 'goes on')])).toBe('goes on');
  await closePromptly();
  await expect(body).rejects.toThrow();
});

it('maxBodyBytes is changed at run time, and a smaller request then passes', async () => {
  const twoSpans = makeJsonBody(makeJsonSpan(1), makeJsonSpan(2));
  await sink.setBehaviour({ maxBodyBytes: twoSpans.length - 1 });
  expect((await post(1, 2)).status).toBe(413);
  expect([(await post(1)).status, (await post(2)).status]).toEqual([200, 200]);
  await sink.setBehaviour({});
  expect((await post(3, 4)).status).toBe(200);
});

it('of several faults the first that is due fires, and only that one counts', async () => {
  await sink.setBehaviour({
    fail: { status: 503, fireCount: 1 },
    partialSuccess: { rejectedSpans: 1, fireCount: 1 },
  });
  expect((await post(1)).status).toBe(503);
  expect(await (await post(1)).json()).toHaveProperty('partialSuccess');
  expect(await (await post(2)).json()).toEqual({});
});

it('every request ends in exactly one count', async () => {
  await sink.setBehaviour({
    reset: { moment: 'after-reading', everyRequestCount: 5 },
    fail: { status: 500, everyRequestCount: 3 },
  });
  await Promise.all(Array.from({ length: 30 }, (_, index) => outcomeOf(post(index + 1))));
  const { receivedCount, inFlightCount, countByStatus, resetCount, hungCount, abortedCount } = (await sink.report())
    .requests;
  const answeredCount = Object.values(countByStatus).reduce((sum, count) => sum + count, 0);
  expect(answeredCount + resetCount + hungCount + abortedCount + inFlightCount).toBe(receivedCount);
  expect({ receivedCount, resetCount, failedCount: countByStatus['500'] }).toEqual({
    receivedCount: 30,
    resetCount: 6,
    failedCount: 8,
  });
});
