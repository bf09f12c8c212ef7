import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { configureGlobalLogger, LogLevel } from '@langfuse/core';
import { LangfuseSpanProcessor } from '@langfuse/otel';
import type { ReadableSpan as SdkReadableSpan } from '@opentelemetry/sdk-trace-base';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import fc from 'fast-check';
import { LangfuseWorkerSpanProcessor } from 'offloop/langfuse';
import { beforeAll, describe, expect, it } from 'vitest';
import { startLangfuseServerProcess } from '../experiments/langfuse-server/langfuse-server-process.js';
import type { ReadableSpan } from '../src/wire/readable-span.js';
import { Deadline } from '../workers/deadline.js';
import { createSpanMedia } from '../workers/media/langfuse-media.js';
import { encodeSpans } from './arbitraries/encode-spans.js';
import { mediaText } from './arbitraries/media-text.js';
import { createSpan } from './arbitraries/plain-span.js';
import {
  type Answerer,
  answerAsLangfuse,
  decodeSpans,
  INPUT,
  makeSettings,
  makeSpans,
  RecordingServer,
  toDataUri,
  toMediaId,
} from './fixtures/recording-server.js';

const LONG_MILLIS = 25_000;
/** A thread needs JavaScript. */
const UPLOADING_THREAD = new URL('../dist/test/fixtures/upload-media.js', import.meta.url);

/** A size that is not a multiple of three, so that the base64 is padded. */
const MEGABYTE = 1_000_000;

beforeAll(() => configureGlobalLogger({ level: LogLevel.NONE }));

/** What is left of spans' attributes, by span id. */
type Attributes = Record<string, ReadableSpan['attributes']>;

class Official {
  readonly #processor: LangfuseSpanProcessor;
  #attributes: Attributes = {};

  constructor(baseUrl: string) {
    this.#processor = new LangfuseSpanProcessor({
      publicKey: 'pk-lf-test',
      secretKey: 'sk-lf-test',
      baseUrl,
      shouldExportSpan: () => true,
      exporter: {
        export: (spans, report) => {
          for (const span of spans) this.#attributes[span.spanContext().spanId] = span.attributes;
          report({ code: 0 });
        },
        shutdown: async () => {},
      },
    });
  }

  async process(spans: readonly ReadableSpan[]): Promise<Attributes> {
    this.#attributes = {};
    // The processor changes the span itself.
    for (const span of spans) {
      this.#processor.onEnd({ ...span, attributes: { ...span.attributes } } as unknown as SdkReadableSpan);
    }
    await this.#processor.forceFlush();
    return this.#attributes;
  }
}

async function processInWorkerCode(
  baseUrl: string,
  spans: readonly ReadableSpan[],
  timeoutMillis = LONG_MILLIS,
): Promise<Attributes> {
  const decoded = decodeSpans(spans);
  const { uploads } = await createSpanMedia(makeSettings(baseUrl)).extract(decoded, new Deadline(timeoutMillis));
  await uploads;
  return Object.fromEntries(decoded.map((span) => [span.spanContext().spanId, span.attributes]));
}

describe('beside LangfuseSpanProcessor', () => {
  it('the same texts are left and the same media is announced', async () => {
    const [theirs, ours] = await Promise.all([
      RecordingServer.listen(answerKnown),
      RecordingServer.listen(answerKnown),
    ]);
    const official = new Official(theirs.url);
    let announcedCount = 0;
    let messageMediaCount = 0;
    try {
      await fc.assert(
        fc.asyncProperty(fc.array(spanParts, { minLength: 1, maxLength: 4 }), async (parts) => {
          theirs.requests = [];
          ours.requests = [];
          const spans = parts.map((part, index) => {
            const spanId = index.toString(16).padStart(16, 'f');
            const traceId = '0af7651916cd43dd8448eb211c80319c';
            return createSpan({ ...part, spanContext: () => ({ traceId, spanId, traceFlags: 1 }) });
          });
          const expected = await official.process(spans);
          expect(await processInWorkerCode(ours.url, spans)).toEqual(expected);
          expect(sortedBodies(ours)).toEqual(sortedBodies(theirs));
          announcedCount += theirs.requests.length;
          messageMediaCount += JSON.stringify(expected).split('source=bytes').length - 1;
        }),
        { numRuns: 300 },
      );
    } finally {
      await Promise.all([theirs.close(), ours.close()]);
    }
    expect(announcedCount).toBeGreaterThan(300);
    expect(messageMediaCount).toBeGreaterThan(100);
  });

  it.for<[string, Answerer]>([
    ['everything is well', answerAsLangfuse],
    ['the storage refuses', refuseToStore],
  ])('the same requests are on the wire, header by header, when %s', async ([, answer]) => {
    const [theirs, ours] = await Promise.all([RecordingServer.listen(answer), RecordingServer.listen(answer)]);
    const spans = [createSpan({ attributes: { [INPUT]: `see ${toDataUri(Buffer.from('ABC'))}` } })];
    try {
      await Promise.all([new Official(theirs.url).process(spans), processInWorkerCode(ours.url, spans)]);
      expect(comparable(ours)).toEqual(comparable(theirs));
      expect(ours.requests.map(({ method }) => method)).toContain('PATCH');
      expect(ours.requests.find(({ method }) => method === 'PUT')?.headers).not.toContain('Authorization');
    } finally {
      await Promise.all([theirs.close(), ours.close()]);
    }
  });
});

it('media of every field arrives byte by byte, linked to its observation, and a second time nothing is sent', async () => {
  const server = await startLangfuseServerProcess();
  try {
    const picture = Buffer.alloc(MEGABYTE, 'x1y2');
    const sound = Buffer.from('RIFF');
    const makeAll = () =>
      makeSpans(
        {
          [INPUT]: `Đây là ảnh: ${toDataUri(picture)} ạ`,
          'langfuse.observation.metadata.voice': toDataUri(sound, 'audio/wav'),
        },
        { 'langfuse.trace.output': JSON.stringify({ url: toDataUri(picture) }) },
      );
    const media = createSpanMedia(makeSettings(server.url));
    const first = makeAll();
    const { uploads } = await media.extract(first, new Deadline(LONG_MILLIS));
    expect(await uploads).toEqual({ uploadedCount: 2, alreadyThereCount: 1, failedCount: 0 });

    const stored = await server.client.media();
    for (const [bytes, type] of [
      [picture, 'image/png'],
      [sound, 'audio/wav'],
    ] as const) {
      const { mediaId } = stored.media.find(({ contentType }) => contentType === type) ?? { mediaId: '' };
      expect((await server.client.mediaBytes(mediaId)).equals(bytes)).toBe(true);
    }
    const [one, two] = first.map((span) => span.spanContext().spanId);
    expect(stored.links.map(({ observationId, field }) => `${observationId} ${field}`).sort()).toEqual([
      `${one} input`,
      `${one} metadata`,
      `${two} output`,
    ]);
    const pictureId = stored.media.find(({ contentType }) => contentType === 'image/png')?.mediaId;
    expect(first[0]?.attributes[INPUT]).toBe(
      `Đây là ảnh: @@@langfuseMedia:type=image/png|id=${pictureId}|source=base64_data_uri@@@ ạ`,
    );

    const { uploads: again } = await media.extract(makeAll(), new Deadline(LONG_MILLIS));
    expect(await again).toEqual({ uploadedCount: 0, alreadyThereCount: 3, failedCount: 0 });
    expect((await server.client.report()).media).toMatchObject({ uploadCount: 2, linkCount: 3 });
  } finally {
    await server.stop();
  }
});

it.for(['forceFlush', 'shutdown'] as const)(
  'a storage that never answers makes %s wait, but neither fail nor count spans as lost',
  async (method) => {
    const server = await RecordingServer.listen((request, response, url) => {
      if (request.method !== 'PUT') answerForSpansToo(request, response, url);
    });
    const processor = new LangfuseWorkerSpanProcessor({
      publicKey: 'pk-lf-test',
      secretKey: 'sk-lf-test',
      baseUrl: server.url,
      exportTimeoutMillis: 4_000,
    });
    const tracer = new BasicTracerProvider({ spanProcessors: [processor] }).getTracer('langfuse-sdk');
    try {
      // The worker's start is not part of it.
      tracer.startSpan('plain').end();
      await processor.forceFlush();
      tracer.startSpan('with a picture', { attributes: { [INPUT]: toDataUri(Buffer.from('ABC')) } }).end();
      await processor[method]();
      expect(server.requests.map(({ method }) => method)).toContain('PUT');
      expect(processor.stats()).toMatchObject({
        exportedSpanCount: 2,
        failedSpanCount: 0,
        pendingSpanCount: 0,
        media: { uploadedCount: 0, failedCount: 1 },
      });
    } finally {
      await processor.shutdown().catch(() => {});
      await server.close();
    }
  },
);

it('a thread ends when its uploads are done, whatever connections are left', async () => {
  const server = await startLangfuseServerProcess();
  try {
    const [chunk] = encodeSpans([createSpan({ attributes: { [INPUT]: toDataUri(Buffer.from('ABC')) } })]);
    const worker = new Worker(UPLOADING_THREAD, { workerData: { settings: makeSettings(server.url), chunk } });
    const [exitCode] = await once(worker, 'exit');
    expect(exitCode).toBe(0);
  } finally {
    await server.stop();
  }
});

function answerForSpansToo(...[request, response, url]: Parameters<Answerer>): void {
  if (request.path.endsWith('/traces')) response.end();
  else answerAsLangfuse(request, response, url);
}

function answerKnown(...[{ body }, response]: Parameters<Answerer>): void {
  const mediaId = toMediaId(JSON.parse(body.toString()).sha256Hash);
  response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify({ mediaId, uploadUrl: null }));
}

function refuseToStore(...[request, response, url]: Parameters<Answerer>): void {
  if (request.method === 'PUT') response.writeHead(403).end('<Error>no</Error>');
  else answerAsLangfuse(request, response, url);
}

function sortedBodies(server: RecordingServer): string[] {
  return server
    .bodies('POST')
    .map((body) => JSON.stringify(body))
    .sort();
}

/** Without what differs from one run to the next. */
function comparable({ requests, url }: RecordingServer): unknown[] {
  return requests.map(({ method, path, headers, body }) => {
    const text = body.toString('latin1').replace(/"(uploadedAt|uploadTimeMs)":[^,}]+/g, '"$1":0');
    // The time of an upload has more or fewer digits.
    const isStatus = method === 'PATCH';
    const compared = headers.map((value, index) => {
      if (`http://${value}` === url) return 'host';
      return isStatus && headers[index - 1] === 'content-length' ? 'length' : value;
    });
    return { method, path, headers: compared, text };
  });
}

const base64 = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.constantFrom('QUJD', 'QQ==', 'QQ', 'QU JD', 'data:image/png;base64,QUJD', 'http://x.test/a', ''),
  },
  fc.constantFrom('Q', '-_', 'ế', 'data:,x'),
);
const contentType = fc.constantFrom<unknown>('image/png', 'image/png', 'image/png', '$&', '', 5, undefined);
const part = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constantFrom('file', 'file', 'file', 'blob', 'blob', 'text'),
      mediaType: contentType,
      mime_type: contentType,
      data: base64,
      image: fc.option(base64, { nil: undefined, freq: 2 }),
      content: base64,
    }),
  },
  fc.constantFrom(null, 5, 'text'),
);
const message = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      role: fc.constant('user'),
      content: fc.array(part, { maxLength: 3 }),
      parts: fc.array(part, { maxLength: 3 }),
    }),
  },
  fc.constantFrom(null, 5, { content: 'QUJD' }),
);
const messages = fc.oneof(
  { weight: 8, arbitrary: fc.array(message, { maxLength: 3 }).map((list) => JSON.stringify(list)) },
  fc.constantFrom('{}', 'not JSON', '', '[null]', '[{"content":[{"type":"file","mediaType":"a/b","data":"QU\\/J"}]}]'),
);
const spanParts: fc.Arbitrary<Partial<ReadableSpan>> = fc.record({
  instrumentationScope: fc.constantFrom({ name: 'ai' }, { name: 'gen_ai' }, { name: 'langfuse-sdk' }),
  attributes: fc
    .dictionary(
      fc.constantFrom(
        ...['input', 'output', 'metadata', 'input_x', 'metadata.image', 'level'].map(
          (key) => `langfuse.observation.${key}`,
        ),
        ...['input', 'output', 'metadata', 'name'].map((key) => `langfuse.trace.${key}`),
        ...['langfuse.inputs', 'input', 'gen_ai.prompt'],
      ),
      fc.oneof({ weight: 8, arbitrary: mediaText }, fc.integer(), fc.array(fc.string(), { maxLength: 2 })),
      { noNullPrototype: true },
    )
    .chain((attributes) =>
      fc
        .record(
          {
            'ai.prompt': messages,
            'ai.prompt.messages': messages,
            'gen_ai.input.messages': messages,
            'gen_ai.output.messages': messages,
          },
          { requiredKeys: [] },
        )
        .map((prompts) => ({ ...attributes, ...prompts })),
    ),
});
