import { gzipSync } from 'node:zlib';
import { afterEach, expect, it } from 'vitest';
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
import type { SinkOptions } from './sink-options.js';

let sinks: Sink[] = [];

async function listen(options: SinkOptions): Promise<Sink> {
  const sink = await Sink.listen({ port: 0, ...options });
  sinks.push(sink);
  return sink;
}

afterEach(async () => {
  await Promise.all(sinks.map((sink) => sink.close()));
  sinks = [];
});

it('a deferred sink reports and keeps the same as one that decodes at once', async () => {
  const full = await listen({ maxKeptSpanCount: 100 });
  const deferred = await listen({ maxKeptSpanCount: 100, decode: 'deferred' });
  const spans = makeSampleSpans();
  for (const sink of [full, deferred]) {
    await sink.setBehaviour({ partialSuccess: { rejectedSpans: 1, everyRequestCount: 2 } });
    for (const kind of EXPORTER_KINDS) {
      for (const gzip of [true, false]) await exportSpans(makeExporter(kind, sink.tracesUrl, gzip), spans);
    }
  }
  expect(await deferred.spans()).toEqual(await full.spans());
  const expected = { ...(await full.report()), decode: 'deferred' };
  const none = { overflowedCount: 0, malformedCount: 0, firstMalformedMessage: '' };
  expect(await deferred.report()).toEqual({ ...expected, deferred: none });
  expect(await deferred.traces()).toEqual(await full.traces());
  // Four times three spans, less two rejected.
  expect(expected.spans.receivedCount).toBe(10);
});

it('reports asked for at the same time agree, each complete', async () => {
  const sink = await listen({ decode: 'deferred' });
  for (let number = 1; number <= 20; number += 1) await postJson(sink.tracesUrl, makeJsonBody(makeJsonSpan(number)));
  const reports = await Promise.all([sink.report(), sink.report(), sink.report()]);
  expect(reports.map(({ spans }) => spans.receivedCount)).toEqual([20, 20, 20]);
});

it('bodies past the bound are decoded at once, so that no count is lost', async () => {
  const body = makeJsonBody(makeJsonSpan(1));
  const sink = await listen({ decode: 'deferred', maxDeferredBytes: body.length * 2 });
  for (const number of [1, 2, 3, 4]) await postJson(sink.tracesUrl, makeJsonBody(makeJsonSpan(number)));
  const first = await sink.report();
  expect(first.spans).toMatchObject({ receivedCount: 4, duplicateCount: 0 });
  expect(first.deferred).toMatchObject({ overflowedCount: 2 });
  // The report made room.
  await postJson(sink.tracesUrl, makeJsonBody(makeJsonSpan(5)));
  expect((await sink.report()).deferred).toMatchObject({ overflowedCount: 2 });
});

it('malformed bodies, and bombs, are answered 200 and counted with the first reason', async () => {
  const sink = await listen({ decode: 'deferred', maxBodyBytes: 1000 });
  expect((await postJson(sink.tracesUrl, 'no JSON')).status).toBe(200);
  const bomb = gzipSync(makeJsonBody(makeJsonSpan(1, 1, { name: 'x'.repeat(50_000) })));
  expect((await postJson(sink.tracesUrl, bomb, { 'content-encoding': 'gzip' })).status).toBe(200);
  const report = await sink.report();
  expect(report.deferred?.malformedCount).toBe(2);
  expect(report.deferred?.firstMalformedMessage).toMatch(/^body: expected a trace request as application\/json/);
  expect(report.spans.receivedCount).toBe(0);
});

it('what can be told from the head of a request is still refused', async () => {
  const sink = await listen({ decode: 'deferred', maxBodyBytes: 10 });
  expect((await postJson(sink.tracesUrl, '{}', { 'content-type': 'text/plain' })).status).toBe(415);
  expect((await postJson(sink.tracesUrl, makeJsonBody(makeJsonSpan(1)))).status).toBe(413);
});

it('a reset throws stored bodies away', async () => {
  const sink = await listen({ decode: 'deferred' });
  await postJson(sink.tracesUrl, makeJsonBody(makeJsonSpan(1)));
  await sink.reset();
  expect((await sink.report()).spans.receivedCount).toBe(0);
});
