import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Worker } from 'node:worker_threads';
import { DiagLogLevel, diag, type HrTime, SpanStatusCode } from '@opentelemetry/api';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import fc from 'fast-check';
import { type Drop, type ProcessorStats, WorkerSpanProcessor, type WorkerSpanProcessorOptions } from 'offloop';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Sink } from '../experiments/sink/sink.js';
import { type SinkProcess, startSinkProcess } from '../experiments/sink/sink-process.js';
import type { ReadableSpan } from '../src/wire/readable-span.js';
import { createSpan } from './arbitraries/plain-span.js';
import { anySpans } from './arbitraries/readable-span.js';
import type { ExitWithHooksOptions } from './fixtures/exit-with-hooks.js';
import { HELD_MASK_CHANNEL, SECRET } from './fixtures/hooks.js';
import { runBuilt } from './fixtures/run-fixture.js';
import { tapWire, type Wiretap } from './fixtures/wiretap.js';

const HOOKS_MODULE = new URL('../dist/test/fixtures/hooks.js', import.meta.url);
const TIME: HrTime = [1_750_000_000, 1];
const PLACEHOLDER = '<mask failed>';

const lines: string[] = [];
let sink: SinkProcess;
let wire: Wiretap;
let processor: WorkerSpanProcessor | undefined;

beforeEach(async () => {
  const keep = (...values: unknown[]) => lines.push(values.map(String).join(' '));
  diag.setLogger(
    { error: keep, warn: keep, info: keep, debug: keep, verbose: keep },
    { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: true },
  );
  // What the worker writes comes out here as well.
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      lines.push(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString());
      return true;
    });
  }
  sink = await startSinkProcess({ maxKeptSpanCount: 1_000 });
  wire = await tapWire(sink.tracesUrl);
  lines.length = 0;
});

/** Whatever a test did. */
afterEach(async () => {
  await processor?.shutdown().catch(() => {});
  processor = undefined;
  const forms = wire.listForms(SECRET);
  await wire.close();
  await sink.stop();
  vi.restoreAllMocks();
  diag.disable();
  expect(forms, 'forms in which the secret was sent').toEqual([]);
  expect(lines.filter((line) => line.includes(SECRET))).toEqual([]);
});

function start(hooksExport: string, options: WorkerSpanProcessorOptions = {}): WorkerSpanProcessor {
  processor = new WorkerSpanProcessor({
    exporter: { url: wire.tracesUrl },
    ...options,
    hooks: { module: HOOKS_MODULE, export: hooksExport, ...options.hooks },
  });
  return processor;
}

/** Ends spans with the secret wherever a mask is asked. */
function endSpans(spanCount: number, name = 'masked', text = SECRET): void {
  if (processor === undefined) throw new Error('expected a processor');
  const tracer = new BasicTracerProvider({ spanProcessors: [processor] }).getTracer('hooks');
  for (let index = 0; index < spanCount; index++) {
    const span = tracer.startSpan(name, { attributes: { keep: 'kept', text } });
    span.recordException(new Error(text));
    span.setStatus({ code: SpanStatusCode.ERROR, message: text });
    span.end();
  }
}

async function receiveTexts(): Promise<unknown[]> {
  const spans = await sink.client.spans();
  return spans.map(({ attributes }) => {
    const value = attributes.find(({ key }) => key === 'text')?.value ?? {};
    return 'stringValue' in value ? value.stringValue : value;
  });
}

async function withFile(name: string, text: string, use: (module: URL) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'offloop-hooks-'));
  try {
    const file = join(folder, name);
    writeFileSync(file, text);
    await use(pathToFileURL(file));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** With ids and times that a receiver takes. */
function toSendable(span: ReadableSpan, index: number): ReadableSpan {
  const { spanContext } = createSpan();
  const context = { ...spanContext(), spanId: (index + 1).toString(16).padStart(16, '0') };
  const links = span.links.map((link) => ({ ...link, context }));
  const events = span.events.map((event) => ({ ...event, time: TIME }));
  return {
    ...span,
    links,
    events,
    startTime: TIME,
    endTime: TIME,
    parentSpanContext: undefined,
    spanContext: () => context,
  };
}

function expectAccountedFor(stats: ProcessorStats): void {
  const { acceptedSpanCount, exportedSpanCount, failedSpanCount, droppedSpanCount, pendingSpanCount } = stats;
  expect(exportedSpanCount + failedSpanCount + droppedSpanCount + pendingSpanCount).toBe(acceptedSpanCount);
}

it('a mask reaches everything that is sent, and the wiretap would see what it missed', async () => {
  start('redact');
  endSpans(20, 'masked', `before ${SECRET} after`);
  await processor?.forceFlush();
  expect(await receiveTexts()).toEqual(new Array(20).fill('before [redacted] after'));
  expect(wire.listForms('before [redacted] after')).toEqual(['utf8', 'latin1']);
  expect(processor?.stats()).toMatchObject({ exportedSpanCount: 20, maskFailureCount: 0 });
});

it.each(['identity', 'identityLater'])('hooks that change nothing change nothing: %s', async (name) => {
  const plainSink = await Sink.listen({ port: 0, maxKeptSpanCount: 1_000 });
  const plain = new WorkerSpanProcessor({ exporter: { url: plainSink.tracesUrl } });
  const hooked = start(name);
  try {
    await fc.assert(
      fc.asyncProperty(anySpans(40), async (spans) => {
        for (const [index, span] of spans.entries()) {
          const sendable = toSendable(span, index);
          for (const each of [plain, hooked]) each.onEnd(sendable);
        }
        await Promise.all([plain.forceFlush(), hooked.forceFlush()]);
        const received = await sink.client.spans();
        expect(received).toHaveLength(spans.length);
        expect(received).toEqual(JSON.parse(JSON.stringify(await plainSink.spans())));
        await Promise.all([sink.client.reset(), plainSink.reset()]);
      }),
      { numRuns: 30, endOnFailure: true },
    );
  } finally {
    await plain.shutdown();
    await plainSink.close();
  }
});

describe.each([
  ['throwing', 'threw'],
  ['rejecting', 'rejected'],
  ['neverAnswering', 'did not answer in time (maskTimeoutMillis)'],
])('a mask that is %s', (name, words) => {
  it.each([
    ['http/protobuf', 'transfer'],
    ['http/protobuf', 'shared'],
    ['http/json', 'transfer'],
  ] as const)(
    'sends the placeholder, and says so once without a word of the span (%s, %s)',
    async (protocol, handOff) => {
      start(name, {
        exporter: { url: wire.tracesUrl, protocol },
        handOff,
        hooks: { module: HOOKS_MODULE, export: name, maskTimeoutMillis: 200 },
      });
      endSpans(5);
      await processor?.forceFlush();
      expect(await receiveTexts()).toEqual(new Array(5).fill(PLACEHOLDER));
      // The text, three attributes of the exception and the status.
      expect(processor?.stats()).toMatchObject({ exportedSpanCount: 5, failedSpanCount: 0, maskFailureCount: 25 });
      expect(lines).toEqual([`offloop: 25 values became the placeholder: the mask hook ${words}`]);
    },
  );
});

describe('nothing is sent unmasked when', () => {
  it.each(['looping', 'exiting', 'throwingOutside'])(
    'the mask takes the worker down each time: %s',
    {
      timeout: 60_000,
    },
    async (name) => {
      start(name, { exportTimeoutMillis: 300 });
      endSpans(2);
      await processor?.forceFlush().catch(() => {});
      await expect.poll(() => processor?.stats().pendingSpanCount, { timeout: 40_000 }).toBe(0);
      expect(processor?.stats()).toMatchObject({
        exportedSpanCount: 0,
        droppedSpanCountByReason: { worker_crashed: 2 },
      });
      expect((await sink.client.report()).requests.receivedCount).toBe(0);
    },
  );

  it('the worker is killed in the middle of a mask; the spans are masked again and sent once', async () => {
    const channel = new BroadcastChannel(HELD_MASK_CHANNEL);
    let waitingCount = 0;
    let isReleased = false;
    channel.onmessage = () => {
      waitingCount += 1;
      if (isReleased) channel.postMessage('go on');
    };
    const workers: Worker[] = [];
    const onWorker = (worker: Worker) => workers.push(worker);
    process.on('worker', onWorker);
    try {
      start('held');
      endSpans(3);
      const flushed = processor?.forceFlush();
      await expect.poll(() => waitingCount, { timeout: 20_000 }).toBeGreaterThan(0);
      isReleased = true;
      await workers[0]?.terminate();
      await flushed;
      expect(await receiveTexts()).toEqual(['[redacted]', '[redacted]', '[redacted]']);
      expect((await sink.client.report()).spans.duplicateCount).toBe(0);
    } finally {
      process.off('worker', onWorker);
      channel.close();
    }
  });

  it('the receiver is overloaded and gets the spans again', async () => {
    await sink.client.setBehaviour({ fail: { status: 503, retryAfterSeconds: 0, fireCount: 2 } });
    start('redact');
    endSpans(5);
    await processor?.forceFlush();
    expect((await sink.client.report()).requests.countByStatus).toEqual({ 200: 1, 503: 2 });
    expect(await receiveTexts()).toEqual(new Array(5).fill('[redacted]'));
  });

  it('the receiver resets connections', async () => {
    await sink.client.setBehaviour({ reset: { moment: 'after-reading', fireCount: 2 } });
    start('redactLater');
    endSpans(5);
    await processor?.forceFlush();
    expect(await receiveTexts()).toEqual(new Array(5).fill('[redacted]'));
  });

  it('the receiver takes small requests only', async () => {
    await sink.client.setBehaviour({ maxBodyBytes: 4_000 });
    start('redact');
    endSpans(40);
    await processor?.forceFlush();
    const { requests, spans } = await sink.client.report();
    expect(requests.countByStatus['413']).toBeGreaterThan(2);
    expect(spans).toMatchObject({ receivedCount: 40, duplicateCount: 0 });
    expect(processor?.stats()).toMatchObject({ exportedSpanCount: 40 });
  });

  it('the module has nothing of use', async () => {
    start('nothing');
    endSpans(2);
    await expect(processor?.forceFlush()).rejects.toThrow('2 spans were not delivered');
    expect(processor?.stats()).toMatchObject({ failedSpanCountByReason: { hooks_unavailable: 2 } });
    expect((await sink.client.report()).requests.receivedCount).toBe(0);
  });

  it('the module can not be loaded; the next spans go as soon as it can', async () => {
    await withFile('hooks.mjs', '', async (module) => {
      start('redact', { hooks: { module } });
      rmSync(module);
      endSpans(2);
      await expect(processor?.forceFlush()).rejects.toThrow('2 spans were not delivered');
      expect(processor?.stats()).toMatchObject({ failedSpanCountByReason: { hooks_unavailable: 2 } });
      writeFileSync(module, `export { redact } from ${JSON.stringify(HOOKS_MODULE.href)};`);
      endSpans(2);
      await processor?.forceFlush();
      expect(await receiveTexts()).toEqual(['[redacted]', '[redacted]']);
    });
  });

  it.each<[string, WorkerSpanProcessorOptions, Partial<ProcessorStats>]>([
    ['redact', {}, { exportedSpanCount: 50 }],
    ['redactLater', { handOff: 'shared' }, { exportedSpanCount: 50 }],
    ['throwing', {}, { exportedSpanCount: 50, maskFailureCount: 50 }],
    ['neverAnswering', { exitDrainTimeoutMillis: 400 }, { droppedSpanCountByReason: { process_exit: 50 } }],
    ['looping', { exitDrainTimeoutMillis: 400 }, { droppedSpanCountByReason: { process_exit: 50 } }],
    ['exiting', {}, { droppedSpanCountByReason: { worker_crashed: 50 } }],
  ])('the process exits: %s', async (hooksExport, options, stats) => {
    const args: ExitWithHooksOptions = { url: wire.tracesUrl, hooksExport, options };
    const run = await runBuilt('test/fixtures/exit-with-hooks.js', { args: [JSON.stringify(args)] });
    expect(run.exitCode).toBe(0);
    expect(JSON.parse(run.stdout)).toMatchObject({ acceptedSpanCount: 50, pendingSpanCount: 0, ...stats });
    expect(await receiveTexts()).toHaveLength(stats.exportedSpanCount ?? 0);
  });
});

it.each([
  ['an ES module', 'hooks.mjs', 'export const filter = () => true; export function mask() { return "[redacted]"; }'],
  ['the default export of one', 'hooks.mjs', 'export default { mask: () => "[redacted]" };'],
  ['a CommonJS module', 'hooks.cjs', 'exports.mask = () => "[redacted]";'],
  [
    'a module that was compiled to CommonJS',
    'hooks.cjs',
    'Object.defineProperty(exports, "__esModule", { value: true }); exports.default = { mask: () => "[redacted]" };',
  ],
  // Node sees one name from outside and not the other.
  ['one that hides a name', 'hooks.cjs', 'exports.filter = () => true; exports["ma" + "sk"] = () => "[redacted]";'],
])('the hooks may be the exports of %s', async (_, name, text) => {
  await withFile(name, text, async (module) => {
    processor = new WorkerSpanProcessor({ exporter: { url: wire.tracesUrl }, hooks: { module } });
    endSpans(1);
    await processor.forceFlush();
    expect(await receiveTexts()).toEqual(['[redacted]']);
  });
});

it('filtered spans are counted and told, but are no loss', async () => {
  const drops: Drop[] = [];
  start('dropping', { onDrop: (drop) => drops.push(drop), maxExportBatchSize: 4 });
  for (const name of ['wanted', 'unwanted', 'faulty', 'wanted', 'unwanted', 'unwanted', 'faulty', 'unwanted']) {
    endSpans(1, name, 'harmless');
  }
  await processor?.forceFlush();
  const stats = processor?.stats();
  expect(stats).toMatchObject({ exportedSpanCount: 2, droppedSpanCountByReason: { filtered: 6 }, pendingSpanCount: 0 });
  if (stats !== undefined) expectAccountedFor(stats);
  expect(drops.sort((a, b) => a.spanCount - b.spanCount)).toEqual([
    { reason: 'filtered', spanCount: 2 },
    { reason: 'filtered', spanCount: 4 },
  ]);
  expect((await sink.client.report()).spans.countByName).toEqual({ wanted: 2 });
  expect(lines).toEqual([]);
});

it('what is left out of a masked span is counted', async () => {
  const text =
    'export const mask = ({ key, value }) => key === "text" ? { get a() { throw new Error("no a"); } } : value;';
  await withFile('hooks.mjs', text, async (module) => {
    processor = new WorkerSpanProcessor({ exporter: { url: wire.tracesUrl }, hooks: { module } });
    endSpans(2, 'masked', 'harmless');
    await processor.forceFlush();
    endSpans(1, 'masked', 'harmless');
    await processor.forceFlush();
    expect(processor.stats()).toMatchObject({ exportedSpanCount: 3, droppedPartCount: 3, maskFailureCount: 0 });
  });
});
