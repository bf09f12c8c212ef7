import { afterEach, beforeEach, expect, it } from 'vitest';
import { SinkClient } from './client.js';
import {
  exportSpans,
  makeExporter,
  makeJsonBody,
  makeJsonSpan,
  makeSampleSpans,
  postJson,
} from './sample-spans.test.data.js';
import { Sink } from './sink.js';

let sink: Sink;
let client: SinkClient;

beforeEach(async () => {
  sink = await Sink.listen({ port: 0, maxKeptSpanCount: 5000 });
  client = new SinkClient(sink.controlUrl);
});

afterEach(() => sink.close());

it('the client sees what the sink itself reports', async () => {
  await exportSpans(makeExporter('json', sink.tracesUrl), makeSampleSpans());
  expect(await client.report()).toEqual(await sink.report());
  expect(await client.traces()).toEqual(await sink.traces());
  expect(await client.requests()).toEqual(await sink.requests());
  expect(await client.spans()).toEqual(await sink.spans());
  expect((await client.spans())[0]?.attributes[0]?.value).toHaveProperty('stringValue');
});

it('the client reads more spans than fit one chunk of the answer', async () => {
  const spans = Array.from({ length: 3000 }, (_, index) =>
    makeJsonSpan(index + 1, 1, { name: `tên ${index} 🙂\u2028\n` }),
  );
  await postJson(sink.tracesUrl, makeJsonBody(...spans));
  expect(await client.spans()).toEqual(await sink.spans());
});

it('the client sets the behaviour, reads it back, and resets the counts but not the behaviour', async () => {
  await client.setBehaviour({ fail: { status: 503 } });
  expect((await postJson(sink.tracesUrl, '{}')).status).toBe(503);
  await client.reset();
  expect(await client.behaviour()).toEqual({ fail: { status: 503 } });
  expect((await client.report()).requests.receivedCount).toBe(0);
});

it('keys in the data that are special to JavaScript come through as data', async () => {
  await postJson(sink.tracesUrl, makeJsonBody(makeJsonSpan(1, 1, { name: '__proto__' })));
  expect(Object.entries((await client.report()).spans.countByName)).toEqual([['__proto__', 1]]);
});

it('a wrong behaviour is refused with what was expected, and the one before stays', async () => {
  await client.setBehaviour({ delayMillis: 1 });
  const wrong = client.setBehaviour({ delay: 5 } as object);
  await expect(wrong).rejects.toThrow(/answered 400: behaviour\.delay: unknown key; expected one of delayMillis, /);
  const response = await fetch(`${sink.controlUrl}/behaviour`, { method: 'PUT', body: '{"delayMillis":' });
  expect(response.status).toBe(400);
  expect(((await response.json()) as { error: string }).error).toMatch(/^behaviour: expected JSON, got /);
  expect(await client.behaviour()).toEqual({ delayMillis: 1 });
});

it('an unknown path or method is refused with what there is', async () => {
  const unknown = await fetch(`${sink.controlUrl}/rapport`);
  expect(unknown.status).toBe(404);
  expect(await unknown.text()).toContain('/control/report');
  const wrongMethod = await fetch(`${sink.controlUrl}/behaviour`, { method: 'POST' });
  expect(wrongMethod.status).toBe(405);
  expect(wrongMethod.headers.get('allow')).toBe('GET, PUT');
});

it('a sink that is gone is named in the error', async () => {
  await sink.close();
  await expect(client.report()).rejects.toMatchObject({ code: 'ERR_SINK_CONTROL' });
  await expect(client.report()).rejects.toThrow(`GET ${sink.controlUrl}/report: expected a sink to answer, got none`);
});
