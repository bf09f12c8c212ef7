import { afterEach, describe, expect, it } from 'vitest';
import { makeJsonBody, makeJsonSpan, postJson } from './sample-spans.test.data.js';
import { Sink } from './sink.js';
import type { SinkOptions } from './sink-options.js';

let sinks: Sink[] = [];

async function listen(options: SinkOptions = {}): Promise<Sink> {
  const sink = await Sink.listen({ port: 0, ...options });
  sinks.push(sink);
  return sink;
}

afterEach(async () => {
  await Promise.all(sinks.map((sink) => sink.close()));
  sinks = [];
});

describe('memory', () => {
  it('holds the first spans and the last requests only, up to their limits', async () => {
    const sink = await listen({ maxKeptSpanCount: 2, maxKeptRequestCount: 2 });
    for (const number of [1, 2, 3]) {
      const body = makeJsonBody(makeJsonSpan(number, 1, { name: `span ${number}` }));
      await postJson(sink.tracesUrl, body, { 'x-number': String(number) });
    }
    expect((await sink.spans()).map(({ name }) => name)).toEqual(['span 1', 'span 2']);
    expect((await sink.report()).spans).toMatchObject({ keptCount: 2, notKeptCount: 1 });
    const requests = await sink.requests();
    expect(requests.map(({ headers }) => headers['x-number'])).toEqual(['2', '3']);
    expect(requests[1]).toMatchObject({ method: 'POST', path: '/v1/traces', outcome: '200' });
    expect(requests[1]?.wireBytes).toBeGreaterThan(0);
  });

  it('of ids is bounded, and the report says what was forgotten', async () => {
    const sink = await listen({ maxTrackedSpanCount: 10 });
    const spans = Array.from({ length: 25 }, (_, index) => makeJsonSpan(index + 1, index + 1));
    await postJson(sink.tracesUrl, makeJsonBody(...spans));
    await postJson(sink.tracesUrl, makeJsonBody(makeJsonSpan(25, 25)));
    const report = await sink.report();
    expect(report.spans).toMatchObject({ receivedCount: 26, duplicateCount: 1, forgottenCount: 15 });
    expect(report.traces).toMatchObject({ count: 25, forgottenCount: 15 });
  });

  it('of ids can be turned off; duplicates and traces are then unknown rather than zero', async () => {
    const sink = await listen({ maxTrackedSpanCount: 0 });
    await postJson(sink.tracesUrl, makeJsonBody(makeJsonSpan(1), makeJsonSpan(1)));
    const report = await sink.report();
    expect(report.spans).toMatchObject({ receivedCount: 2, duplicateCount: null });
    expect(report.traces).toBeNull();
  });

  it('of names is bounded: past a thousand the rest counts together', async () => {
    const sink = await listen();
    const spans = Array.from({ length: 1100 }, (_, index) => makeJsonSpan(index + 1, 1, { name: `name ${index}` }));
    await postJson(sink.tracesUrl, makeJsonBody(...spans));
    const { countByName } = (await sink.report()).spans;
    expect(Object.keys(countByName)).toHaveLength(1001);
    expect(countByName['(other)']).toBe(100);
  });

  it('starts anew on reset, and a span from before is no duplicate', async () => {
    const sink = await listen();
    await postJson(sink.tracesUrl, makeJsonBody(makeJsonSpan(1)));
    await sink.reset();
    expect((await sink.report()).requests.receivedCount).toBe(0);
    await postJson(sink.tracesUrl, makeJsonBody(makeJsonSpan(1)));
    expect((await sink.report()).spans).toMatchObject({ receivedCount: 1, duplicateCount: 0 });
  });
});
