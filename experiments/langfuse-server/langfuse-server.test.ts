import { OTLPTraceExporter as JsonTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { CompressionAlgorithm } from '@opentelemetry/otlp-exporter-base';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exportSpans, makeSampleSpans } from '../sink/sample-spans.test.data.js';
import { LangfuseServerClient } from './client.js';
import { LangfuseServer } from './langfuse-server.js';
import {
  CREDENTIALS,
  confirmUpload,
  makeEvent,
  makeMediaRequest,
  postBatch,
  putMedia,
  requestUpload,
  sendJson,
  sha256,
} from './sdk-requests.test.data.js';

const PICTURE = Buffer.from('iVBORw0KGgo+/w==', 'base64');

let server: LangfuseServer;
let client: LangfuseServerClient;
let url: string;

beforeEach(async () => {
  server = await LangfuseServer.listen({ maxKeptBytes: 10_000 });
  client = new LangfuseServerClient(server.controlUrl);
  url = server.url;
});

afterEach(() => server.close());

describe('a client without both keys', () => {
  const wrong = [
    undefined,
    'Bearer pk-lf-test',
    'Basic',
    `Basic ${btoa('pk-lf-test')}`,
    `Basic ${btoa('pk-lf-test:')}`,
  ];

  it.each([
    ['POST', '/api/public/otel/v1/traces'],
    ['POST', '/api/public/ingestion'],
    ['POST', '/api/public/media'],
    ['PATCH', '/api/public/media/xyz'],
  ])('is answered 401 on %s %s', async (method, path) => {
    for (const authorization of wrong) {
      const headers = { 'content-type': 'application/json', ...(authorization && { authorization }) };
      const response = await fetch(url + path, { method, headers, body: '{}' });
      expect(response.status, authorization).toBe(401);
    }
    const report = await client.report();
    expect(report.unauthorizedCount).toBe(wrong.length);
    expect(report.traces.requests.receivedCount).toBe(0);
  });

  it('can ask whether the server is well', async () => {
    const response = await fetch(`${url}/api/public/health`);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status: 'OK', version: expect.stringMatching(/^\d+\.\d+\.\d+$/) });
  });
});

describe('traces', () => {
  const exporters = { json: JsonTraceExporter, protobuf: ProtobufTraceExporter };

  it.each([
    ['json', CompressionAlgorithm.NONE],
    ['json', CompressionAlgorithm.GZIP],
    ['protobuf', CompressionAlgorithm.NONE],
    ['protobuf', CompressionAlgorithm.GZIP],
  ] as const)('in %s, compressed with %s, are kept span by span', async (kind, compression) => {
    const spans = makeSampleSpans();
    const headers = { Authorization: CREDENTIALS, 'x-langfuse-sdk-name': 'javascript' };
    const tracesUrl = `${url}/api/public/otel/v1/traces`;
    const result = await exportSpans(new exporters[kind]({ url: tracesUrl, headers, compression }), spans);
    expect(result).toEqual({ code: 0 });

    const [request] = await client.traces.requests();
    expect(request?.headers).toMatchObject({ 'x-langfuse-sdk-name': 'javascript' });
    const received = await client.traces.spans();
    expect(received.map(({ spanId }) => spanId)).toEqual(spans.map((span) => span.spanContext().spanId));
    expect(await client.spansWith('prompt')).toEqual([received[0]]);
    expect(await client.spansWith('empty', '')).toEqual([received[0]]);
    expect(await client.spansWith('empty', 'something')).toEqual([]);
    expect(await client.spansWith('streamed', 'true')).toEqual([]);
  });

  it('are answered in JSON even where they came as protobuf', async () => {
    const headers = { authorization: CREDENTIALS, 'content-type': 'application/x-protobuf' };
    const response = await fetch(`${url}/api/public/otel/v1/traces`, {
      method: 'POST',
      headers,
      body: new Uint8Array(),
    });
    expect(await response.json()).toEqual({ message: 'OK' });
  });

  it('meet the faults of the sink', async () => {
    await client.traces.setBehaviour({ fail: { status: 503, fireCount: 1 } });
    const post = () => sendJson(`${url}/api/public/otel/v1/traces`, 'POST', {});
    expect((await post()).status).toBe(503);
    expect((await post()).status).toBe(200);
  });
});

describe('ingestion', () => {
  it('answers 207 with a status for each event, and keeps the good ones as they came', async () => {
    const good = [
      makeEvent('a'),
      makeEvent('b', { type: 'generation-update', body: { id: 'x', usage: { input: 3 } } }),
    ];
    const bad = [
      makeEvent('c', { type: 'trace' }),
      makeEvent('d', { timestamp: 'now' }),
      makeEvent('e', { body: [] }),
      7,
    ];
    const response = await postBatch(url, ...good, ...bad, makeEvent(''));
    expect(response.status).toBe(207);
    expect(await response.json()).toEqual({
      successes: [
        { id: 'a', status: 201 },
        { id: 'b', status: 201 },
      ],
      errors: [
        ['c', 'type: expected a known type, got "trace"'],
        ['d', 'timestamp: expected a date, got "now"'],
        ['e', 'body: expected an object, got []'],
        ['unknown', 'event: expected an object, got 7'],
        ['', 'id: expected a string, got ""'],
      ].map(([id, error]) => ({ id, status: 400, message: 'Invalid request data', error })),
    });
    expect(await client.events()).toEqual(good);
  });

  it('keeps an event once, however often a client tries again', async () => {
    await postBatch(url, makeEvent('a'));
    await postBatch(url, makeEvent('a'), makeEvent('b'));
    expect(await client.events()).toHaveLength(2);
    expect((await client.report()).ingestion).toMatchObject({
      receivedEventCount: 3,
      duplicateEventCount: 1,
      countByType: { 'trace-create': 3 },
    });
  });

  it('counts events past the room it has, and answers them all the same', async () => {
    const batch = Array.from({ length: 3 }, (_, index) =>
      makeEvent(`${index}`, { body: { input: 'x'.repeat(4_000) } }),
    );
    const answer = (await (await postBatch(url, ...batch)).json()) as { successes: unknown[] };
    expect(answer.successes).toHaveLength(3);
    expect(await client.events()).toHaveLength(2);
    expect((await client.report()).ingestion.notKeptEventCount).toBe(1);
  });

  it.each([
    ['no JSON', '{"batch":', /^body: expected JSON, got /],
    ['no batch', '{"batch":{}}', /^batch: expected an array, got \{\}$/],
    ['no object', 'null', /^batch: expected an array, got undefined$/],
  ])('refuses a body that is %s', async (_, body, error) => {
    const headers = { authorization: CREDENTIALS };
    const response = await fetch(`${url}/api/public/ingestion`, { method: 'POST', headers, body });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ message: 'Invalid request data', error: expect.stringMatching(error) });
  });

  it('refuses a body past 4.5 MiB', async () => {
    const response = await postBatch(url, makeEvent('a', { body: { input: 'x'.repeat(4.5 * 1024 * 1024) } }));
    expect(response.status).toBe(413);
    expect((await client.report()).requests.ingestion.countByStatus).toEqual({ 413: 1 });
  });
});

describe('media', () => {
  it('is asked for, uploaded and confirmed, and then is there for every trace', async () => {
    const { mediaId, uploadUrl } = await requestUpload(url, PICTURE);
    expect(mediaId).toBe(sha256(PICTURE).replaceAll('+', '-').replaceAll('/', '_').slice(0, 22));
    expect((await putMedia(uploadUrl ?? '', PICTURE)).status).toBe(200);
    expect((await confirmUpload(url, mediaId)).status).toBe(200);
    expect(await client.mediaBytes(mediaId)).toEqual(PICTURE);

    const again = await requestUpload(url, PICTURE, { observationId: undefined, field: 'output' });
    expect(again).toEqual({ mediaId, uploadUrl: null });
    const { media, links } = await client.media();
    expect(media).toEqual([
      {
        mediaId,
        sha256Hash: sha256(PICTURE),
        contentType: 'image/png',
        contentLength: PICTURE.byteLength,
        uploadCount: 1,
        status: { uploadedAt: expect.any(String), uploadHttpStatus: 200, uploadHttpError: '', uploadTimeMs: 12 },
      },
    ]);
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    expect(links).toEqual([
      { mediaId, traceId, observationId: 'b7ad6b7169203331', field: 'input' },
      { mediaId, traceId, observationId: null, field: 'output' },
    ]);
    expect((await client.report()).media).toEqual({
      mediaCount: 1,
      linkCount: 2,
      uploadCount: 1,
      uploadedBytes: PICTURE.byteLength,
      deduplicatedCount: 1,
      notKeptCount: 0,
    });
  });

  it('has to be uploaded until a client has confirmed it with 200', async () => {
    const { mediaId, uploadUrl } = await requestUpload(url, PICTURE);
    await putMedia(uploadUrl ?? '', PICTURE);
    expect((await requestUpload(url, PICTURE)).uploadUrl).toBe(uploadUrl);
    await confirmUpload(url, mediaId, 500);
    expect((await requestUpload(url, PICTURE)).uploadUrl).toBe(uploadUrl);
    await confirmUpload(url, mediaId);
    expect((await requestUpload(url, PICTURE, { contentType: 'image/jpeg' })).uploadUrl).toBe(uploadUrl);
    expect((await client.media()).links).toHaveLength(1);
  });

  it('is taken only as it was signed', async () => {
    const uploadUrl = (await requestUpload(url, PICTURE)).uploadUrl ?? '';
    const forged = Buffer.from(PICTURE).fill(0);
    const checksum = { 'x-amz-checksum-sha256': sha256(PICTURE) };
    expect((await putMedia(uploadUrl, PICTURE, { 'content-type': 'image/jpeg' })).status).toBe(403);
    expect((await putMedia(uploadUrl, PICTURE.subarray(1), checksum)).status).toBe(403);
    expect((await putMedia(uploadUrl, forged)).status).toBe(403);
    expect((await putMedia(uploadUrl, forged, checksum)).status).toBe(400);
    expect((await putMedia(`${uploadUrl}x`, PICTURE)).status).toBe(404);
    expect((await confirmUpload(url, 'unknown')).status).toBe(404);
    expect((await client.report()).media.uploadCount).toBe(0);
    await expect(client.mediaBytes(uploadUrl.split('/').at(-1) ?? '')).rejects.toThrow('answered 404');
  });

  it.each([
    [{ traceId: null }, 'traceId: expected a string, got null'],
    [{ observationId: 1 }, 'observationId: expected a string, got 1'],
    [{ contentLength: 0 }, 'contentLength: expected an integer from 1, got 0'],
    [{ sha256Hash: 'abc' }, 'sha256Hash: expected a SHA-256 in base64, 44 characters, got "abc"'],
    [{ field: 'error' }, 'field: expected input or output or metadata, got "error"'],
    [{ contentType: undefined }, 'contentType: expected a string, got undefined'],
  ])('is refused when asked for with %j', async (fields, error) => {
    const response = await sendJson(`${url}/api/public/media`, 'POST', makeMediaRequest(PICTURE, fields));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error });
  });

  it.each([
    [{ uploadedAt: 'now', uploadHttpStatus: 200 }, 'uploadedAt: expected a date, got "now"'],
    [{ uploadedAt: '2026-01-02', uploadHttpStatus: '200' }, 'uploadHttpStatus: expected an integer from 1, got "200"'],
  ])('is not confirmed by %j', async (status, error) => {
    const { mediaId } = await requestUpload(url, PICTURE);
    const response = await sendJson(`${url}/api/public/media/${mediaId}`, 'PATCH', status);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error });
  });

  it('past the room there is gets counted, not kept', async () => {
    for (const fill of [1, 2]) {
      const bytes = Buffer.alloc(6_000, fill);
      await putMedia((await requestUpload(url, bytes)).uploadUrl ?? '', bytes);
    }
    expect((await client.report()).media).toMatchObject({ uploadCount: 2, uploadedBytes: 12_000, notKeptCount: 1 });
  });
});

describe('a fault', () => {
  it('of an endpoint fires as often as told and touches no other', async () => {
    await client.setBehaviour('mediaUrl', { fail: { status: 429, retryAfterSeconds: 2, fireCount: 1 } });
    const post = () => sendJson(`${url}/api/public/media`, 'POST', makeMediaRequest(PICTURE));
    const refused = await post();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '2']);
    expect((await postBatch(url, makeEvent('a'))).status).toBe(207);
    expect((await post()).status).toBe(201);
    expect((await client.report()).requests.mediaUrl).toMatchObject({
      receivedCount: 2,
      countByStatus: { 201: 1, 429: 1 },
      faultCountByType: { fail: 1 },
    });
  });

  it('can lose the answer of what was accepted', async () => {
    await client.setBehaviour('ingestion', { reset: { moment: 'after-accepting', fireCount: 1 } });
    await expect(postBatch(url, makeEvent('a'))).rejects.toThrow();
    expect(await client.events()).toHaveLength(1);
  });

  it('can keep a request without an answer, until the client gives up', async () => {
    await client.setBehaviour('mediaUpload', { hang: {} });
    const { uploadUrl } = await requestUpload(url, PICTURE);
    const upload = putMedia(uploadUrl ?? '', PICTURE);
    upload.catch(() => {});
    await expect.poll(async () => (await client.report()).requests.mediaUpload.hungCount).toBe(1);
    await server.close();
    await expect(upload).rejects.toThrow();
  });

  it('can be lateness', async () => {
    await client.setBehaviour('mediaStatus', { delayMillis: 200 });
    const { mediaId } = await requestUpload(url, PICTURE);
    const startMillis = performance.now();
    await confirmUpload(url, mediaId);
    expect(performance.now() - startMillis).toBeGreaterThanOrEqual(195);
  });

  it('that the endpoint does not know is refused', async () => {
    await expect(client.setBehaviour('ingestion', { delay: 1 } as object)).rejects.toThrow(
      /answered 400: .*behaviour\.delay: unknown key/,
    );
    await expect(client.setBehaviour('ingestion', { garbageBody: {} } as object)).rejects.toThrow(
      'behaviour.garbageBody: only the traces endpoint can do that',
    );
    await expect(client.setBehaviour('other' as 'ingestion', {})).rejects.toThrow('answered 404');
  });
});

it('a reset forgets what came and keeps the behaviour', async () => {
  await client.setBehaviour('ingestion', { fail: { status: 500, everyRequestCount: 2 } });
  await postBatch(url, makeEvent('a'));
  await requestUpload(url, PICTURE);
  await sendJson(`${url}/api/public/otel/v1/traces`, 'POST', {});
  await client.reset();
  const { traces, requests, ingestion, media } = await client.report();
  expect(traces.requests.receivedCount + requests.ingestion.receivedCount + requests.mediaUrl.receivedCount).toBe(0);
  expect([ingestion.receivedEventCount, media.mediaCount]).toEqual([0, 0]);
  expect((await postBatch(url, makeEvent('a'))).status).toBe(500);
});

it('an unknown path is answered 404', async () => {
  expect((await sendJson(`${url}/api/public/scores`, 'POST', {})).status).toBe(404);
  expect((await sendJson(`${url}/api/public/ingestion`, 'PUT', {})).status).toBe(404);
  expect((await fetch(`${server.controlUrl}/nothing`)).status).toBe(404);
});
