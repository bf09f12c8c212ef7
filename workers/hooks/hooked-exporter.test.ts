import { Buffer } from 'node:buffer';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan as SdkReadableSpan } from '@opentelemetry/sdk-trace-base';
import fc from 'fast-check';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { ExportNotes, ExportOutcome, HookSettings } from '../../src/protocol.js';
import { decodeChunk } from '../../src/wire/chunk-decoder.js';
import type { ReadableSpan } from '../../src/wire/readable-span.js';
import type { DecodedSpan } from '../../src/wire/span-reader.js';
import { createEncoder, encodeSpans } from '../../test/arbitraries/encode-spans.js';
import { createSpan } from '../../test/arbitraries/plain-span.js';
import { anySpans } from '../../test/arbitraries/readable-span.js';
import { oddLangfuseMask, SECRET } from '../../test/fixtures/hooks.js';
import type { ChunkExporter } from '../chunk-exporter.js';
import type { SpanMedia } from '../media/span-media.js';
import { OtlpTranscoder } from '../transcode-otlp.js';
import { HookedExporter } from './hooked-exporter.js';

const MODULE = new URL('../../test/fixtures/hooks.ts', import.meta.url).href;
const LONG_MILLIS = 20_000;
const MAX_SPAN_BYTES = 1024 * 1024;
const LANGFUSE_KEYS = ['input', 'trace-input', 'output', 'meta*'];

/** Takes every chunk and keeps a copy: the buffer is used again. */
class KeepingExporter implements ChunkExporter {
  readonly chunks: Uint8Array[] = [];
  readonly buffers: ArrayBufferLike[] = [];
  readonly timeouts: number[] = [];
  readonly calls: string[] = [];
  answer: (spanCount: number) => Promise<ExportOutcome> = async (exportedSpanCount) => ({
    status: 'success',
    exportedSpanCount,
  });

  async export(chunk: Uint8Array, spanCount: number, timeoutMillis: number): Promise<ExportOutcome> {
    this.chunks.push(Uint8Array.from(chunk));
    this.buffers.push(chunk.buffer);
    this.timeouts.push(timeoutMillis);
    this.calls.push('export');
    const outcome = await this.answer(spanCount);
    this.calls.push('exported');
    return outcome;
  }

  async flush(): Promise<undefined> {
    this.calls.push('flush');
  }

  async shutdown(): Promise<undefined> {
    this.calls.push('shutdown');
  }

  get spans(): DecodedSpan[] {
    return this.chunks.flatMap((chunk) => decodeChunk(chunk).spans);
  }
}

let inner: KeepingExporter;
beforeEach(() => {
  inner = new KeepingExporter();
});

function createHooks(exportName: string | null, settings: Partial<HookSettings> = {}): HookSettings {
  return {
    module: MODULE,
    exportName,
    style: 'offloop',
    maskKeys: null,
    maskTimeoutMillis: LONG_MILLIS,
    placeholder: '<placeholder>',
    ...settings,
  };
}

function createExporter(hooks: HookSettings | undefined, media?: SpanMedia, maxSpanBytes = MAX_SPAN_BYTES) {
  return new HookedExporter({ inner, hooks, media, maxSpanBytes });
}

async function send(exporter: HookedExporter, spans: readonly ReadableSpan[], timeoutMillis = LONG_MILLIS) {
  const [chunk, another] = encodeSpans(spans, createEncoder(8 * 1024 * 1024));
  if (chunk === undefined || another !== undefined) throw new Error('expected one chunk');
  return exporter.export(chunk, spans.length, timeoutMillis);
}

function serialize(spans: readonly ReadableSpan[]): Buffer {
  return Buffer.from(ProtobufTraceSerializer.serializeRequest(spans as unknown as SdkReadableSpan[]) ?? []);
}

function transcode(chunks: readonly Uint8Array[]): Buffer {
  return Buffer.from(new OtlpTranscoder().transcodeTogether(chunks));
}

describe('hooks that change nothing', () => {
  test.each(['identity', 'identityLater'])('send what is sent without hooks, to the byte: %s', async (name) => {
    const exporter = createExporter(createHooks(name));
    await fc.assert(
      fc.asyncProperty(anySpans(24), async (spans) => {
        inner.chunks.length = 0;
        const outcome = await send(exporter, spans);
        expect(outcome).toEqual({ status: 'success', exportedSpanCount: spans.length, notes: {} });
        expect(inner.chunks).toHaveLength(1);
        expect(transcode(inner.chunks).equals(serialize(spans))).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  test('are not asked about chunks that have nothing for them: these pass as they are', async () => {
    const media = { mayBeIn: () => false, extract: () => Promise.reject(new Error('asked')) };
    const exporter = createExporter(undefined, media);
    const [chunk = new Uint8Array()] = encodeSpans([createSpan()]);
    const passed = vi.spyOn(inner, 'export');
    await exporter.export(chunk, 1, LONG_MILLIS);
    expect(passed.mock.calls).toEqual([[chunk, 1, LONG_MILLIS]]);
    expect(passed.mock.calls[0]?.[0]).toBe(chunk);
  });
});

describe('the mask', () => {
  const secretSpan = createSpan({
    attributes: { text: SECRET, list: [SECRET, 'b'], count: 3 },
    events: [{ time: [1, 2], name: 'exception', attributes: { 'exception.message': SECRET } }],
    links: [{ context: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 }, attributes: { SECRET } }],
    status: { code: 2, message: `failed with ${SECRET}` },
  });

  test.each(['redact', 'redactLater'])(
    'reaches every attribute, of events and links too, and the status: %s',
    async (name) => {
      await send(createExporter(createHooks(name)), [secretSpan, createSpan({ name: 'plain' })]);
      expect(Buffer.from(inner.chunks[0] ?? []).includes(SECRET, 0, 'utf16le')).toBe(false);
      expect(inner.spans[0]).toMatchObject({
        attributes: { text: '[redacted]', list: ['[redacted]', 'b'], count: 3 },
        events: [{ attributes: { 'exception.message': '[redacted]' } }],
        links: [{ attributes: { SECRET: '[redacted]' } }],
        status: { code: 2, message: 'failed with [redacted]' },
      });
      expect(inner.spans[1]).toMatchObject({ name: 'plain', attributes: createSpan().attributes });
    },
  );

  test('is asked about the named keys only, where keys are named', async () => {
    const maskKeys = ['list', 'exception.*', 'status.message'];
    await send(createExporter(createHooks('redact', { maskKeys })), [secretSpan]);
    expect(inner.spans[0]).toMatchObject({
      attributes: { text: SECRET, list: ['[redacted]', 'b'] },
      events: [{ attributes: { 'exception.message': '[redacted]' } }],
      links: [{ attributes: { SECRET } }],
      status: { message: 'failed with [redacted]' },
    });
  });

  test('sees the span as it was, and may be a method', async () => {
    await send(createExporter(createHooks('showing')), [createSpan({ attributes: { a: 'x', b: 'y' } })]);
    const shown = JSON.stringify({
      name: 'GET /documents',
      kind: 2,
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      scopeName: 'lookup',
      attributes: { a: 'x', b: 'y' },
    });
    expect(inner.spans[0]?.attributes).toEqual({ a: `a of ${shown}`, b: `b of ${shown}` });
    await send(createExporter(createHooks('methods')), [createSpan({ attributes: { a: 'x' } })]);
    expect(inner.spans[1]?.attributes).toEqual({ a: '[redacted]' });
  });

  test.each([
    ['throwing', 'threw'],
    ['rejecting', 'rejected'],
    ['neverAnswering', 'timed_out'],
  ])('that is %s leaves the placeholder, and is counted', async (name, firstMaskFailure) => {
    const exporter = createExporter(createHooks(name, { maskTimeoutMillis: 50 }));
    const outcome = await send(exporter, [
      createSpan({ attributes: { keep: 'kept', text: SECRET, other: SECRET } }),
      createSpan({ attributes: { keep: 'kept too' } }),
    ]);
    expect(outcome.notes).toEqual({ maskFailureCount: 2, firstMaskFailure });
    expect(inner.spans.map(({ attributes }) => attributes)).toEqual([
      { keep: 'kept', text: '<placeholder>', other: '<placeholder>' },
      { keep: 'kept too' },
    ]);
  });

  test('that never answers leaves time to send, however little there is', async () => {
    const exporter = createExporter(createHooks('neverAnswering'));
    expect(await send(exporter, [createSpan({ attributes: { text: SECRET } })], 1_400)).toMatchObject({
      status: 'success',
      notes: { maskFailureCount: 1, firstMaskFailure: 'timed_out' },
    });
    expect(inner.timeouts[0]).toBeGreaterThan(100);
    expect(inner.timeouts[0]).toBeLessThanOrEqual(702);
  });

  test('that answers when it is too late is not heard', async () => {
    let answer: () => void = () => {};
    vi.stubGlobal('holdAnswer', (late: () => void) => {
      answer = late;
    });
    const media: SpanMedia = {
      mayBeIn: () => true,
      extract: async () => {
        answer();
        await new Promise((resolve) => setImmediate(resolve));
        return { uploads: Promise.resolve(undefined) };
      },
    };
    const exporter = createExporter(createHooks('tooLate', { maskTimeoutMillis: 20 }), media);
    const outcome = await send(exporter, [createSpan({ attributes: { text: SECRET, more: SECRET } })]);
    vi.unstubAllGlobals();
    expect(outcome.notes).toEqual({ maskFailureCount: 2, firstMaskFailure: 'timed_out' });
    expect(inner.spans[0]?.attributes).toEqual({ text: '<placeholder>', more: '<placeholder>' });
  });

  test("of Langfuse's style writes what the official serializer makes of its answers", async () => {
    const kinds = [
      'object',
      'undefined',
      'null',
      'bigint',
      'symbol',
      'function',
      'nan',
      'bytes',
      'date',
      'map',
      'mixed',
    ];
    const spans = [...kinds, 'promise', 'same'].map((kind) =>
      createSpan({ attributes: { other: kind, input: kind, 'meta.a': kind, output: kind } }),
    );
    const hooks = createHooks('oddLangfuseMask', { style: 'langfuse', maskKeys: LANGFUSE_KEYS });
    expect(await send(createExporter(hooks), spans)).toMatchObject({ notes: {} });
    const masked = await Promise.all(
      spans.map(async (span) => {
        const data = await oddLangfuseMask({ data: span.attributes['other'] });
        return { ...span, attributes: { ...span.attributes, input: data, 'meta.a': data, output: data } };
      }),
    );
    expect(transcode(inner.chunks).equals(serialize(masked as ReadableSpan[]))).toBe(true);
  });

  test("of Langfuse's style is asked in the order of its keys, and about nothing else", async () => {
    const asked: unknown[] = [];
    const hooks = createHooks('recordingMask', { style: 'langfuse', maskKeys: LANGFUSE_KEYS });
    vi.stubGlobal('recordMask', (data: unknown) => asked.push(data));
    const attributes = { output: 'third', meta1: 'fourth', input: 'first', 'trace-input': 'second', other: 'never' };
    await send(createExporter(hooks), [createSpan({ attributes, status: { code: 2, message: 'never' } })]);
    vi.unstubAllGlobals();
    expect(asked).toEqual(['first', 'second', 'third', 'fourth']);
    expect(Object.keys(inner.spans[0]?.attributes ?? {})).toEqual(Object.keys(attributes));
  });

  test.each([null, 'langfuseMask'])("of Langfuse's style is the export %s", async (exportName) => {
    const hooks = createHooks(exportName, { style: 'langfuse', maskKeys: ['input'] });
    await send(createExporter(hooks), [createSpan({ attributes: { input: SECRET } })]);
    expect(inner.spans[0]?.attributes).toEqual({ input: '[redacted]' });
  });

  test('may make spans larger: they take several chunks, and one that is too large has failed', async () => {
    const exporter = createExporter(createHooks('growing'), undefined, 400_000);
    const spans = [300_000, 300_000, 1_000_000, 10, 300_000].map((grow, place) =>
      createSpan({ name: `span ${place}`, attributes: { grow } }),
    );
    expect(await send(exporter, spans)).toEqual({
      status: 'partial',
      exportedSpanCount: 4,
      failedSpanCount: 1,
      failure: { reason: 'export_failed', message: expect.stringContaining('400000 bytes (maxSpanBytes)') },
      notes: {},
    });
    expect(inner.chunks.length).toBeGreaterThan(1);
    expect(inner.spans.map(({ name }) => name)).toEqual(['span 0', 'span 1', 'span 3', 'span 4']);
  });
});

test('a new chunk has memory of its own until it is sent, and the next one the same', async () => {
  const settle: (() => void)[] = [];
  inner.answer = (exportedSpanCount) =>
    new Promise((resolve) => settle.push(() => resolve({ status: 'success', exportedSpanCount })));
  const exporter = createExporter(createHooks('identity'));
  const both = [send(exporter, [createSpan()]), send(exporter, [createSpan()])];
  await vi.waitFor(() => expect(settle).toHaveLength(2));
  expect(inner.buffers[0]).not.toBe(inner.buffers[1]);
  for (const answer of settle.splice(0)) answer();
  await Promise.all(both);
  const next = send(exporter, [createSpan()]);
  await vi.waitFor(() => expect(settle).toHaveLength(1));
  expect(inner.buffers.slice(0, 2)).toContain(inner.buffers[2]);
  settle[0]?.();
  await next;
});

describe('the filter', () => {
  test('drops what it refuses and what it throws on, and the rest arrives', async () => {
    const names = ['first', 'unwanted', 'faulty', 'last'];
    const outcome = await send(
      createExporter(createHooks('dropping')),
      names.map((name) => createSpan({ name })),
    );
    expect(outcome).toEqual({ status: 'success', exportedSpanCount: 2, notes: { filteredSpanCount: 2 } });
    expect(inner.spans.map(({ name }) => name)).toEqual(['first', 'last']);
  });

  test('may leave nothing to send', async () => {
    const outcome = await send(createExporter(createHooks('dropping')), [createSpan({ name: 'unwanted' })]);
    expect(outcome).toEqual({ status: 'success', exportedSpanCount: 0, notes: { filteredSpanCount: 1 } });
    expect(inner.chunks).toEqual([]);
  });

  test('that answers with a promise lets nothing pass', async () => {
    const outcome = await send(createExporter(createHooks('asyncFilter')), [createSpan()]);
    expect(outcome).toMatchObject({ exportedSpanCount: 0, notes: { filteredSpanCount: 1 } });
  });
});

describe('hooks that are not there', () => {
  test.each([
    ['missing', /expected a function named filter or mask, or both, in the export 'missing'/],
    ['nothing', /found neither/],
    ['noFunction', /expected mask to be a function, got string/],
  ])('send nothing: %s', async (name, message) => {
    expect(await send(createExporter(createHooks(name)), [createSpan()])).toEqual({
      status: 'failure',
      failedSpanCount: 1,
      failure: { reason: 'hooks_unavailable', message: expect.stringMatching(message) },
    });
    expect(inner.calls).toEqual([]);
  });

  test('send nothing where the module is gone or has no such mask', async () => {
    const gone = createHooks('redact', { module: new URL('../gone.js', import.meta.url).href });
    const noMask = createHooks('nothing', { style: 'langfuse' });
    for (const hooks of [gone, noMask]) {
      expect(await send(createExporter(hooks), [createSpan()])).toMatchObject({
        failure: { reason: 'hooks_unavailable' },
      });
    }
    expect(inner.calls).toEqual([]);
  });
});

describe('media', () => {
  const counts: NonNullable<ExportNotes['media']> = { uploadedCount: 2, alreadyThereCount: 1, failedCount: 0 };

  test('is taken out of what the mask left; the outcome waits for its uploads', async () => {
    let settle: (media: ExportNotes['media']) => void = () => {};
    const uploads = new Promise<ExportNotes['media']>((resolve) => {
      settle = resolve;
    });
    const seen: unknown[] = [];
    const media: SpanMedia = {
      mayBeIn: () => true,
      extract: async (spans) => {
        for (const { attributes } of spans) {
          seen.push(attributes['text']);
          attributes['text'] = 'tag';
        }
        return { uploads };
      },
    };
    const exporter = createExporter(createHooks('redact'), media);
    const exported = send(exporter, [createSpan({ attributes: { text: SECRET } })]);
    const flushed = exporter.flush(LONG_MILLIS);
    await vi.waitFor(() => expect(inner.calls).toEqual(['export', 'exported']));
    expect(seen).toEqual(['[redacted]']);
    expect(inner.spans[0]?.attributes).toEqual({ text: 'tag' });
    settle(counts);
    await flushed;
    expect(inner.calls).toEqual(['export', 'exported', 'flush']);
    expect(await exported).toEqual({ status: 'success', exportedSpanCount: 1, notes: { media: counts } });
  });

  test('is left less time than the export, so that its outcome is there in time', async () => {
    let mediaMillis = 0;
    const media: SpanMedia = {
      mayBeIn: () => true,
      extract: async (_, deadline) => {
        mediaMillis = deadline.remainingMillis;
        return { uploads: Promise.resolve(undefined) };
      },
    };
    await send(createExporter(undefined, media), [createSpan()]);
    expect(mediaMillis).toBeGreaterThan(LONG_MILLIS / 2);
    expect(mediaMillis).toBeLessThanOrEqual(LONG_MILLIS - 1_000);
  });

  test('whose uploads are never settled does not change what became of the spans', async () => {
    const media: SpanMedia = { mayBeIn: () => true, extract: async () => ({ uploads: new Promise(() => {}) }) };
    const outcome = await send(createExporter(undefined, media), [createSpan()], 400);
    expect(outcome).toEqual({ status: 'success', exportedSpanCount: 1, notes: {} });
  });

  test('that takes all the time leaves the spans unsent', async () => {
    const media: SpanMedia = {
      mayBeIn: () => true,
      extract: async () => {
        await new Promise((resolve) => setTimeout(resolve, 40));
        return { uploads: Promise.resolve(undefined) };
      },
    };
    expect(await send(createExporter(undefined, media), [createSpan()], 30)).toMatchObject({
      failedSpanCount: 1,
      failure: { reason: 'export_timeout' },
    });
    expect(inner.calls).toEqual([]);
  });
});

test('a shutdown waits for masks, and then for the exporter', async () => {
  const exporter = createExporter(createHooks('redactLater'));
  const exported = send(exporter, [createSpan()]);
  await exporter.shutdown(LONG_MILLIS);
  expect(inner.calls).toEqual(['export', 'exported', 'shutdown']);
  await exported;
});

test('a flush does not wait for masks longer than it may', async () => {
  const exporter = createExporter(createHooks('neverAnswering', { maskTimeoutMillis: 1_000 }));
  const exported = send(exporter, [createSpan()]);
  await exporter.flush(20);
  expect(inner.calls).toEqual(['flush']);
  await exported;
});
