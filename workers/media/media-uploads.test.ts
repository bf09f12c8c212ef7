import type { ServerResponse } from 'node:http';
import { describe, type ExpectStatic, it, type OnTestFinishedHandler } from 'vitest';
import { LangfuseServerClient } from '../../experiments/langfuse-server/client.js';
import { LangfuseServer } from '../../experiments/langfuse-server/langfuse-server.js';
import type { EndpointName } from '../../experiments/langfuse-server/protocol.js';
import type { ExportNotes, MediaSettings } from '../../src/protocol.js';
import type { DecodedSpan } from '../../src/wire/span-reader.js';
import {
  type Answerer,
  answerAsLangfuse,
  INPUT,
  makeSettings,
  makeSpans,
  RecordingServer,
  toDataUri,
} from '../../test/fixtures/recording-server.js';
import { Deadline } from '../deadline.js';
import { createSpanMedia } from './langfuse-media.js';

/** Longer than any of these tests may take. */
const LONG_MILLIS = 25_000;
const PICTURE = Buffer.from('iVBORw0KGgo+/w==', 'base64');
const ONE_UPLOADED = { uploadedCount: 1, alreadyThereCount: 0, failedCount: 0 };

interface TestContext {
  readonly expect: ExpectStatic;
  readonly onTestFinished: (handler: OnTestFinishedHandler) => void;
}

async function startLangfuse({ onTestFinished }: TestContext): Promise<LangfuseServerClient & { url: string }> {
  const server = await LangfuseServer.listen();
  onTestFinished(() => server.close());
  return Object.assign(new LangfuseServerClient(server.controlUrl), { url: server.url });
}

async function startRecording({ onTestFinished }: TestContext, answer: Answerer): Promise<RecordingServer> {
  const server = await RecordingServer.listen(answer);
  onTestFinished(() => server.close());
  return server;
}

async function upload(
  baseUrl: string,
  spans: DecodedSpan[] = makeSpans({ [INPUT]: toDataUri(PICTURE) }),
  { timeoutMillis = LONG_MILLIS, ...settings }: Partial<MediaSettings> & { timeoutMillis?: number } = {},
): Promise<ExportNotes['media']> {
  const media = createSpanMedia(makeSettings(baseUrl, settings));
  const { uploads } = await media.extract(spans, new Deadline(timeoutMillis));
  return uploads;
}

function failedOnce(firstFailure: string): ExportNotes['media'] {
  return { uploadedCount: 0, alreadyThereCount: 0, failedCount: 1, firstFailure };
}

describe.concurrent('an upload is tried again', () => {
  it.for<[string, EndpointName, object]>([
    ['a storage that fails', 'mediaUpload', { fail: { status: 500, fireCount: 1 } }],
    ['a storage that resets the connection', 'mediaUpload', { reset: { moment: 'after-reading', fireCount: 1 } }],
    ['Langfuse being busy', 'mediaUrl', { fail: { status: 503, fireCount: 2 } }],
    ['a reset at the beginning', 'mediaUrl', { reset: { moment: 'before-reading', fireCount: 1 } }],
    ['a reset at the end', 'mediaStatus', { reset: { moment: 'after-accepting', fireCount: 1 } }],
  ])('after %s', async ([, endpoint, behaviour], context) => {
    const { expect } = context;
    const langfuse = await startLangfuse(context);
    await langfuse.setBehaviour(endpoint, behaviour);
    expect(await upload(langfuse.url)).toEqual(ONE_UPLOADED);
    const { media, links } = await langfuse.media();
    expect(media).toMatchObject([{ contentType: 'image/png', status: { uploadHttpStatus: 200 } }]);
    expect(links).toHaveLength(1);
    expect(await langfuse.mediaBytes(media[0]?.mediaId as string)).toEqual(PICTURE);
  });

  it('after the time that Langfuse asks for', async (context) => {
    const { expect } = context;
    const langfuse = await startLangfuse(context);
    await langfuse.setBehaviour('mediaUrl', { fail: { status: 429, retryAfterSeconds: 3, fireCount: 1 } });
    expect(await upload(langfuse.url)).toEqual(ONE_UPLOADED);
    const [first, second] = await langfuse.requests('mediaUrl');
    const waitedMillis = (second?.receivedAtUnixMillis ?? 0) - (first?.receivedAtUnixMillis ?? 0);
    // Without Retry-After it would be 1.1 s at most; timers may be a little early.
    expect(waitedMillis).toBeGreaterThan(2_900);
  });
});

describe.concurrent('an upload fails at once', () => {
  it.for([400, 401, 404, 413])('when Langfuse answers %i', async (status, context) => {
    const { expect } = context;
    const langfuse = await startLangfuse(context);
    await langfuse.setBehaviour('mediaUrl', { fail: { status } });
    expect(await upload(langfuse.url)).toEqual(failedOnce(`image/png: POST: Langfuse answered ${status}`));
    expect((await langfuse.report()).requests.mediaUrl.receivedCount).toBe(1);
  });

  it('when Langfuse asks for more time than there is', async (context) => {
    const { expect } = context;
    const langfuse = await startLangfuse(context);
    await langfuse.setBehaviour('mediaUrl', { fail: { status: 429, retryAfterSeconds: 60 } });
    expect(await upload(langfuse.url)).toEqual(failedOnce('image/png: POST: Langfuse answered 429'));
    expect((await langfuse.report()).requests.mediaUrl.receivedCount).toBe(1);
  });

  it.for<[string, string, number, string]>([
    ['something else than JSON', 'POST: Langfuse answered something else than a JSON object', 200, '<html>'],
    ['nothing', 'POST: Langfuse answered something else than a JSON object', 200, ''],
    ['null', 'POST: Langfuse answered something else than a JSON object', 200, 'null'],
    [
      'another media id',
      'POST: Langfuse answered another media id than that of the content',
      201,
      '{"mediaId":"other","uploadUrl":"http://127.0.0.1:1/"}',
    ],
  ])('when Langfuse answers %s', async ([, message, status, text], context) => {
    const { expect } = context;
    const server = await startRecording(context, (_, response) => response.writeHead(status).end(text));
    expect(await upload(server.url)).toEqual(failedOnce(`image/png: ${message}`));
    expect(server.requests).toHaveLength(1);
  });

  it('when Langfuse leads elsewhere, without taking the headers there', async (context) => {
    const { expect } = context;
    const elsewhere = await startRecording(context, answerAsLangfuse);
    const server = await startRecording(context, (_, response) => {
      response.writeHead(307, { location: `${elsewhere.url}/api/public/media` }).end();
    });
    expect(await upload(server.url)).toEqual(failedOnce('image/png: POST: Langfuse answered 307'));
    expect(elsewhere.requests).toEqual([]);
  });

  it('when there is no address to send to', async ({ expect }) => {
    const message = 'image/png: expected a URL to send media to, got something else';
    expect(await upload('cloud.langfuse.com')).toEqual(failedOnce(message));
  });

  it('when the media is empty or its type is no header, and says nothing of the text', async (context) => {
    const { expect } = context;
    const server = await startRecording(context, answerAsLangfuse);
    const secret = toDataUri(PICTURE, 'my secret\n is');
    expect(await upload(server.url, makeSpans({ [INPUT]: secret }))).toEqual(
      failedOnce('media of no usual type: the content type cannot be sent as a header'),
    );
    const empty = 'data:base64, ,x;base64,AAAA';
    expect(await upload(server.url, makeSpans({ [INPUT]: empty }))).toEqual(
      failedOnce('media of no usual type: it is empty'),
    );
    expect(server.requests).toHaveLength(1);
  });
});

describe.concurrent('an upload that does not succeed', () => {
  it('is given up when nobody is there', async ({ expect }) => {
    const server = await RecordingServer.listen(answerAsLangfuse);
    await server.close();
    expect(await upload(server.url)).toEqual(failedOnce('image/png: POST: ECONNREFUSED'));
  });

  it('is cut at the deadline when the storage hangs', async (context) => {
    const { expect } = context;
    const langfuse = await startLangfuse(context);
    await langfuse.setBehaviour('mediaUpload', { hang: {} });
    const outcome = await upload(langfuse.url, undefined, { timeoutMillis: 3_000 });
    expect(outcome).toMatchObject({
      failedCount: 1,
      firstFailure: expect.stringMatching(/^image\/png: PUT: no answer/),
    });
    expect((await langfuse.report()).requests.mediaUpload.hungCount).toBe(1);
  });

  it.for(['POST', 'PUT'])(
    'is cut at the deadline when the body of the answer to a %s never ends',
    async (method, context) => {
      const { expect } = context;
      const server = await startRecording(context, (request, response, url) => {
        if (request.method === method) response.write('{');
        else answerAsLangfuse(request, response, url);
      });
      const outcome = await upload(server.url, undefined, { timeoutMillis: 3_000 });
      const firstFailure = expect.stringMatching(new RegExp(`^image/png: ${method}: no answer within`));
      expect(outcome).toMatchObject({ failedCount: 1, firstFailure });
    },
  );

  it('is told to Langfuse with what the storage said, of which it takes 64 KiB', async (context) => {
    const { expect } = context;
    const server = await startRecording(context, (request, response, url) => {
      if (request.method === 'PUT') writeForEver(response.writeHead(403));
      else answerAsLangfuse(request, response, url);
    });
    expect(await upload(server.url)).toEqual(failedOnce('image/png: PUT: the storage answered 403'));
    expect(server.bodies('PATCH')).toMatchObject([{ uploadHttpStatus: 403, uploadHttpError: 'x'.repeat(64 * 1024) }]);
  });
});

describe.concurrent('the next media is uploaded', () => {
  it('after three pictures that the storage refused', async (context) => {
    const { expect } = context;
    const server = await startRecording(context, (request, response, url) => {
      if (request.method === 'PUT' && request.body.byteLength > 100) response.writeHead(413).end();
      else answerAsLangfuse(request, response, url);
    });
    const media = createSpanMedia(makeSettings(server.url));
    const { uploads } = await media.extract(pictures(3, 200), new Deadline(LONG_MILLIS));
    expect(await uploads).toMatchObject({
      failedCount: 3,
      firstFailure: 'image/png: PUT: the storage answered 413',
    });
    const next = await media.extract(pictures(1, 10), new Deadline(LONG_MILLIS));
    expect(await next.uploads).toEqual(ONE_UPLOADED);
  });

  it('after three that were left too little time', async (context) => {
    const { expect } = context;
    const langfuse = await startLangfuse(context);
    await langfuse.setBehaviour('mediaUpload', { hang: {} });
    const media = createSpanMedia(makeSettings(langfuse.url));
    const { uploads } = await media.extract(pictures(3, 200), new Deadline(1_500));
    expect(await uploads).toMatchObject({ failedCount: 3, firstFailure: expect.stringContaining('no answer within') });
    await langfuse.setBehaviour('mediaUpload', {});
    const next = await media.extract(pictures(1, 10), new Deadline(LONG_MILLIS));
    expect(await next.uploads).toEqual(ONE_UPLOADED);
  });
});

describe.concurrent('the next media is not tried', () => {
  it.for<[string, EndpointName, object, number]>([
    ['when the storage says nothing for seconds', 'mediaUpload', { hang: {} }, 7_000],
    // The first of the tries has half the time, the last one next to nothing.
    ['when Langfuse says nothing for seconds', 'mediaUrl', { hang: {} }, 12_000],
    ['when connections break', 'mediaUrl', { reset: { moment: 'before-reading' } }, LONG_MILLIS],
  ])('%s, three times', async ([, endpoint, behaviour, timeoutMillis], context) => {
    const { expect } = context;
    const langfuse = await startLangfuse(context);
    await langfuse.setBehaviour(endpoint, behaviour);
    const media = createSpanMedia(makeSettings(langfuse.url));
    const { uploads } = await media.extract(pictures(3, 10), new Deadline(timeoutMillis));
    expect(await uploads).toMatchObject({ failedCount: 3 });
    await langfuse.setBehaviour(endpoint, {});
    const next = await media.extract(pictures(1, 10), new Deadline(LONG_MILLIS));
    expect(await next.uploads).toEqual(failedOnce('image/png: not tried, because uploads fail at the moment'));
  });
});

describe.concurrent('a redirect', () => {
  it.for([301, 302, 307, 308])(
    'to the same origin is followed, with all that was sent: %i',
    async (status, context) => {
      const { expect } = context;
      const server = await startRecording(context, (request, response, url) => {
        if (!request.path.startsWith('/api/')) answerAsLangfuse(request, response, url);
        else response.writeHead(status, { location: `/moved${request.path}` }).end();
      });
      expect(await upload(server.url)).toEqual(ONE_UPLOADED);
      const [announced, moved] = server.requests;
      expect(moved).toEqual({ ...announced, path: '/moved/api/public/media' });
      expect(server.requests.map(({ method }) => method)).toEqual(['POST', 'POST', 'PUT', 'PATCH', 'PATCH']);
    },
  );

  it('without end is given up', async (context) => {
    const { expect } = context;
    const server = await startRecording(context, (_, response) => response.writeHead(308, { location: '/' }).end());
    expect(await upload(server.url)).toEqual(failedOnce('image/png: POST: Langfuse answered 308'));
    expect(server.requests).toHaveLength(6);
  });
});

it('in an outage uploads fail at once, so that they do not hold up the spans', async (context) => {
  const { expect } = context;
  const langfuse = await startLangfuse(context);
  await langfuse.setBehaviour('mediaUrl', { fail: { status: 503 } });
  const media = createSpanMedia(makeSettings(langfuse.url, { maxConcurrentUploads: 3 }));
  const upload = async (count: number) => (await media.extract(pictures(count, 10), new Deadline(LONG_MILLIS))).uploads;
  const message = 'image/png: POST: Langfuse answered 503';
  expect(await upload(3)).toMatchObject({ failedCount: 3, firstFailure: message });
  const { receivedCount } = (await langfuse.report()).requests.mediaUrl;
  await langfuse.setBehaviour('mediaUrl', {});
  const notTried = 'image/png: not tried, because uploads fail at the moment';
  expect(await upload(5)).toMatchObject({ failedCount: 5, firstFailure: notTried });
  expect((await langfuse.report()).requests.mediaUrl.receivedCount).toBe(receivedCount);
});

describe.concurrent('of the same picture', () => {
  const everywhere = () => makeSpans(...Array.from({ length: 10 }, () => ({ [INPUT]: toDataUri(PICTURE) })));

  it('every place is told and the bytes are stored once', async (context) => {
    const { expect } = context;
    const langfuse = await startLangfuse(context);
    expect(await upload(langfuse.url, everywhere())).toEqual({
      uploadedCount: 1,
      alreadyThereCount: 9,
      failedCount: 0,
    });
    expect((await langfuse.report()).media).toMatchObject({ mediaCount: 1, linkCount: 10, uploadCount: 1 });
  });

  it('the next one is stored when the first can not be', async (context) => {
    const { expect } = context;
    const langfuse = await startLangfuse(context);
    await langfuse.setBehaviour('mediaUrl', { fail: { status: 400, fireCount: 1 } });
    expect(await upload(langfuse.url, everywhere())).toMatchObject({
      uploadedCount: 1,
      alreadyThereCount: 8,
      failedCount: 1,
    });
    expect((await langfuse.report()).media).toMatchObject({ linkCount: 9, uploadCount: 1 });
  });

  it('another type is another asset, stored after the first', async (context) => {
    const { expect } = context;
    const langfuse = await startLangfuse(context);
    const spans = makeSpans({ [INPUT]: toDataUri(PICTURE) }, { [INPUT]: toDataUri(PICTURE, 'image/gif') });
    expect(await upload(langfuse.url, spans)).toMatchObject({ uploadedCount: 2 });
  });
});

describe.concurrent('what is under way is bounded', () => {
  it('in number', async (context) => {
    const { expect } = context;
    let openCount = 0;
    let maxOpenCount = 0;
    const server = await startRecording(context, (request, response, url) => {
      maxOpenCount = Math.max(maxOpenCount, ++openCount);
      setTimeout(() => {
        openCount--;
        answerAsLangfuse(request, response, url);
      }, 20);
    });
    expect(await upload(server.url, pictures(9, 10), { maxConcurrentUploads: 3 })).toMatchObject({ uploadedCount: 9 });
    expect(maxOpenCount).toBeGreaterThan(1);
    expect(maxOpenCount).toBeLessThanOrEqual(3);
  });

  it('in bytes, for which the next media waits before it is decoded', async (context) => {
    const { expect } = context;
    const held: (() => void)[] = [];
    const server = await startRecording(context, (request, response, url) => {
      if (request.method === 'PUT') held.push(() => answerAsLangfuse(request, response, url));
      else answerAsLangfuse(request, response, url);
    });
    const media = createSpanMedia(makeSettings(server.url, { maxPendingBytes: 1_000 }));
    const spans = pictures(3, 600);
    let isExtracted = false;
    const extracted = media.extract(spans, new Deadline(LONG_MILLIS)).finally(() => {
      isExtracted = true;
    });
    await expect.poll(() => held.length).toBe(1);
    expect(spans.map(({ attributes }) => String(attributes[INPUT]).slice(0, 5))).toEqual(['@@@la', 'data:', 'data:']);
    held.pop()?.();
    await expect.poll(() => held.length).toBe(1);
    expect(isExtracted).toBe(false);
    held.pop()?.();
    await expect.poll(() => held.length).toBe(1);
    const { uploads } = await extracted;
    held.pop()?.();
    expect(await uploads).toEqual({ uploadedCount: 3, alreadyThereCount: 0, failedCount: 0 });
  });

  it('for half the time: what had no room by then stays in its text, and the spans still have time', async (context) => {
    const { expect } = context;
    const langfuse = await startLangfuse(context);
    await langfuse.setBehaviour('mediaUpload', { hang: {} });
    const spans = pictures(2, 600);
    const deadline = new Deadline(3_000);
    const media = createSpanMedia(makeSettings(langfuse.url, { maxPendingBytes: 1_000 }));
    const { uploads } = await media.extract(spans, deadline);
    expect(deadline.remainingMillis).toBeGreaterThan(0);
    expect(spans.map(({ attributes }) => String(attributes[INPUT]).slice(0, 5))).toEqual(['@@@la', 'data:']);
    expect(await uploads).toMatchObject({ failedCount: 2 });
  });
});

/** A span each with a picture of its own. */
function pictures(count: number, byteLength: number): DecodedSpan[] {
  const texts = Array.from({ length: count }, (_, fill) => toDataUri(Buffer.alloc(byteLength, fill)));
  return makeSpans(...texts.map((text) => ({ [INPUT]: text })));
}

function writeForEver(response: ServerResponse): void {
  while (!response.destroyed && response.write('x'.repeat(16 * 1024)));
  response.once('drain', () => writeForEver(response));
}
