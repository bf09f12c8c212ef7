import { once } from 'node:events';
import { connect } from 'node:net';
import { deflateSync, gzipSync } from 'node:zlib';
import { ExportResultCode } from '@opentelemetry/core';
import { afterEach, describe, expect, it } from 'vitest';
import {
  EXPORTER_KINDS,
  exportSpans,
  makeExporter,
  makeJsonBody,
  makeJsonSpan,
  makeSampleSpans,
  postJson,
  SERVICE_NAME,
} from './sample-spans.test.data.js';
import { Sink } from './sink.js';
import type { SinkOptions } from './sink-options.js';

// Short of the time that a sink gives to requests under way, which none of these closes may need.
const CLOSE_GRACE_MILLIS = 2500;

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

describe('what official exporters send', () => {
  it('is the same span by span in protobuf and JSON, compressed or not', async () => {
    const sink = await listen({ maxKeptSpanCount: 10 });
    const spans = makeSampleSpans();
    const received = [];
    for (const kind of EXPORTER_KINDS) {
      for (const gzip of [false, true]) {
        await sink.reset();
        const result = await exportSpans(makeExporter(kind, sink.tracesUrl, gzip), spans);
        expect(result.code).toBe(ExportResultCode.SUCCESS);
        const [request] = await sink.requests();
        expect(request?.headers['content-encoding']).toBe(gzip ? 'gzip' : undefined);
        received.push(await sink.spans());
      }
    }
    expect(received).toHaveLength(4);
    expect(received[0]).toHaveLength(spans.length);
    for (const other of received.slice(1)) expect(other).toEqual(received[0]);
  });

  it('keeps every part of a span', async () => {
    const sink = await listen({ maxKeptSpanCount: 10 });
    const spans = makeSampleSpans();
    await exportSpans(makeExporter('protobuf', sink.tracesUrl), spans);
    const [model, lookUp, root] = await sink.spans();
    const context = spans[0]?.spanContext();
    expect(model).toMatchObject({
      resource: {
        attributes: [
          { key: 'service.name', value: { stringValue: SERVICE_NAME } },
          { key: 'host.cpu_count', value: { intValue: '2' } },
        ],
      },
      scope: { name: 'sample-tracer', version: '1.2.3', schemaUrl: 'https://example.test/schema' },
      traceId: context?.traceId,
      spanId: context?.spanId,
      parentSpanId: root?.spanId,
      kind: 1,
      status: { code: 1, message: '' },
      links: [{ traceId: '0af7651916cd43dd8448eb211c80319c', attributes: [{ key: 'reason' }] }],
      events: [{ name: 'first token' }, { name: 'end', attributes: [] }],
    });
    expect(root).toMatchObject({ parentSpanId: '', kind: 2 });
    expect(lookUp?.status).toEqual({ code: 2, message: 'not found' });
    const [seconds, nanoseconds] = spans[0]?.startTime ?? [0, 0];
    expect(model?.startTimeUnixNano).toBe(String(BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds)));
    const values = Object.fromEntries(model?.attributes.map(({ key, value }) => [key, value]) ?? []);
    expect(values).toMatchObject({
      'tokens.negative': { intValue: '-1' },
      'tokens.beyond.safe': { intValue: '1152921504606846976' },
      temperature: { doubleValue: 0.7 },
      cached: { boolValue: false },
      image: { bytesValue: 'AAH6+/z9/v8=' },
      scores: { arrayValue: { values: [{ intValue: '1' }, { doubleValue: 2.5 }, { intValue: '-3' }] } },
    });
  });

  it('is counted by name, trace and service, with the bytes it took', async () => {
    const sink = await listen();
    const spans = makeSampleSpans();
    const exporter = makeExporter('protobuf', sink.tracesUrl, true);
    await new Promise((resolve) => exporter.export(spans, resolve));
    await new Promise((resolve) => exporter.export(makeSampleSpans(), resolve));
    await exportSpans(exporter, spans.slice(0, 1));
    const report = await sink.report();
    expect(report.spans).toEqual({
      receivedCount: 7,
      rejectedCount: 0,
      duplicateCount: 1,
      forgottenCount: 0,
      keptCount: 0,
      notKeptCount: 7,
      countByName: { model: 3, 'look up': 2, chat: 2 },
      countByService: { [SERVICE_NAME]: 7 },
    });
    expect(report.traces).toEqual({ count: 2, forgottenCount: 0, countBySpanCount: { 3: 2 } });
    expect(await sink.traces()).toMatchObject({ [spans[0]?.spanContext().traceId ?? '']: 3 });
    expect(report.requests).toMatchObject({ receivedCount: 3, inFlightCount: 0, countByStatus: { 200: 3 } });
    expect(report.requests.wireBytes).toBe(report.requests.acceptedWireBytes);
    expect(report.requests.acceptedWireBytes).toBeLessThan(report.requests.acceptedDecodedBytes);
  });
});

describe('a request', () => {
  it('is counted to the byte, and is answered in its own content type', async () => {
    const sink = await listen();
    const body = makeJsonBody(makeJsonSpan(1));
    const json = await postJson(sink.tracesUrl, gzipSync(body), { 'content-encoding': 'gzip' });
    expect(json.status).toBe(200);
    expect(json.headers.get('content-type')).toBe('application/json');
    expect(await json.json()).toEqual({});
    const protobuf = await postJson(sink.tracesUrl, '', { 'content-type': 'application/x-protobuf' });
    expect(protobuf.headers.get('content-type')).toBe('application/x-protobuf');
    expect((await protobuf.arrayBuffer()).byteLength).toBe(0);
    const { requests } = await sink.report();
    expect(requests.acceptedDecodedBytes).toBe(Buffer.byteLength(body));
    expect(requests.acceptedWireBytes).toBe(gzipSync(body).byteLength);
  });

  it('may be deflated, carry parameters in its content type, and come in on another path', async () => {
    const sink = await listen();
    const headers = { 'content-encoding': 'deflate', 'content-type': 'Application/JSON; charset=utf-8' };
    const body = deflateSync(makeJsonBody(makeJsonSpan(1)));
    const response = await postJson(`${sink.url}/api/public/otel/v1/traces?x=1`, body, headers);
    expect(response.status).toBe(200);
    expect((await sink.report()).spans.receivedCount).toBe(1);
  });

  it.each([
    [
      'a content type the sink does not know',
      415,
      '{}',
      { 'content-type': 'text/plain' },
      /content-type.*"text\/plain"/,
    ],
    ['a content encoding the sink does not know', 415, '{}', { 'content-encoding': 'br' }, /content-encoding.*"br"/],
    ['text that is no JSON', 400, '{"resourceSpans":', {}, /body: expected a trace request as application\/json/],
    ['JSON that is not UTF-8', 400, new Uint8Array([0x22, 0xff, 0x22]), {}, /UTF-8/],
    ['JSON that is no request', 400, 'null', {}, /request: expected an object, got null/],
    ['data that is no gzip', 400, 'plain', { 'content-encoding': 'gzip' }, /gzip/],
    [
      'an id of the wrong length',
      400,
      makeJsonBody(makeJsonSpan(1, 1, { spanId: 'ab' })),
      {},
      /spans\[0\]\.spanId: .*16 hex/,
    ],
    ['a value nested past the stack', 400, makeNestedBody(20_000), {}, /nested too deep/],
  ])('with %s is refused with %i and a reason', async (_, status, body, headers, reason) => {
    const sink = await listen();
    const response = await postJson(sink.tracesUrl, body, headers);
    expect(response.status).toBe(status);
    expect(((await response.json()) as { message: string }).message).toMatch(reason);
    const { requests, spans } = await sink.report();
    expect(requests.countByStatus).toEqual({ [status]: 1 });
    expect(spans.receivedCount).toBe(0);
  });

  it('of broken protobuf is refused with a Status whose message is field 2', async () => {
    const sink = await listen();
    const response = await postJson(sink.tracesUrl, 'no protobuf', { 'content-type': 'application/x-protobuf' });
    expect(response.status).toBe(400);
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(bytes[0]).toBe((2 << 3) | 2);
    expect(bytes.toString('utf8')).toContain('expected a trace request as application/x-protobuf');
  });

  it('by another method is refused with 405, and to another path with 404', async () => {
    const sink = await listen();
    expect((await fetch(sink.tracesUrl)).status).toBe(405);
    expect((await postJson(`${sink.url}/v1/metrics`, '{}')).status).toBe(404);
    expect((await sink.report()).requests.countByStatus).toEqual({ 405: 1 });
  });

  it('of exactly the size limit is taken', async () => {
    const body = makeJsonBody(makeJsonSpan(1));
    const sink = await listen({ maxBodyBytes: Buffer.byteLength(body) });
    expect((await postJson(sink.tracesUrl, body)).status).toBe(200);
    expect((await postJson(sink.tracesUrl, `${body} `)).status).toBe(413);
    expect((await postJson(sink.tracesUrl, gzipSync(body), { 'content-encoding': 'gzip' })).status).toBe(200);
  });

  it('leaves its connection open for longer than the five seconds between two batches', async () => {
    const sink = await listen();
    const socket = connect(sink.port, '127.0.0.1');
    for (const _ of ['first batch', 'second batch']) {
      const head = 'POST /v1/traces HTTP/1.1\r\nhost: sink\r\ncontent-type: application/json\r\n';
      socket.write(`${head}content-length: 2\r\n\r\n{}`);
      const [answer] = await once(socket, 'data');
      expect(String(answer)).toContain('HTTP/1.1 200 OK\r\n');
      expect(String(answer)).toContain('Keep-Alive: timeout=65\r\n');
    }
    expect((await sink.report()).requests).toMatchObject({ receivedCount: 2, connectionCount: 1 });
  });

  it('past the size limit is refused with 413, as it comes or decompressed, and its connection lives on', async () => {
    const sink = await listen({ maxBodyBytes: 10_000 });
    const large = makeJsonBody(makeJsonSpan(1, 1, { name: 'x'.repeat(2_000_000) }));
    expect((await postJson(sink.tracesUrl, large)).status).toBe(413);
    expect((await postJson(sink.tracesUrl, gzipSync(large), { 'content-encoding': 'gzip' })).status).toBe(413);
    expect((await postJson(sink.tracesUrl, makeJsonBody(makeJsonSpan(1)))).status).toBe(200);
    expect((await sink.report()).requests.countByStatus).toEqual({ 200: 1, 413: 2 });
  });

  it('whose client goes away half way is counted as aborted', async () => {
    const sink = await listen();
    const socket = connect(sink.port, '127.0.0.1');
    socket.write('POST /v1/traces HTTP/1.1\r\nhost: sink\r\ncontent-length: 100\r\n\r\nhalf');
    await expect.poll(async () => (await sink.report()).requests.inFlightCount).toBe(1);
    socket.destroy();
    await expect.poll(async () => (await sink.report()).requests).toMatchObject({ inFlightCount: 0, abortedCount: 1 });
  });
});

describe('listening', () => {
  it('on a taken port fails with what to do', async () => {
    const { port } = await listen();
    const failure = listen({ port });
    await expect(failure).rejects.toMatchObject({ code: 'ERR_SINK_LISTEN' });
    await expect(failure).rejects.toThrow(
      `Port ${port} on 127.0.0.1 is taken. Stop what listens there, or choose another`,
    );
  });

  it('refuses a wrong or unknown option, naming what was expected', async () => {
    await expect(listen({ port: 70_000 })).rejects.toThrow('port: expected an integer from 0 to 65535, got 70000');
    await expect(listen({ decode: 'half' as 'full' })).rejects.toThrow('decode: expected full or deferred, got "half"');
    await expect(listen({ ports: 1 } as SinkOptions)).rejects.toThrow('ports: unknown option; expected one of host,');
  });

  it('ends idle and unused connections when it is closed, twice if asked', async () => {
    const sink = await listen();
    await postJson(sink.tracesUrl, makeJsonBody());
    const unused = connect(sink.port, '127.0.0.1');
    await once(unused, 'connect');
    const ended = once(unused, 'close');
    const startMillis = performance.now();
    await sink.close();
    await ended;
    expect(performance.now() - startMillis).toBeLessThan(CLOSE_GRACE_MILLIS);
    await sink.close();
    await expect(fetch(sink.tracesUrl)).rejects.toThrow();
  });
});

function makeNestedBody(depth: number): string {
  const value = `${'{"arrayValue":{"values":['.repeat(depth)}{}${']}}'.repeat(depth)}`;
  return `{"resourceSpans":[{"resource":{"attributes":[{"key":"deep","value":${value}}]}}]}`;
}
