import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { configureGlobalLogger, type LogLevel } from '@langfuse/core';
import { LangfuseSpanProcessor } from '@langfuse/otel';
import { setLangfuseTracerProvider } from '@langfuse/tracing';
import { trace } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type LangfuseServerProcess,
  startLangfuseServerProcess,
} from '../experiments/langfuse-server/langfuse-server-process.js';
import { createModelServer } from '../experiments/model-server/server.js';
import type { ReceivedSpan } from '../experiments/sink/otlp-shape.js';
import { anyOptions, type DrawnOptions } from './arbitraries/langfuse-options.js';
import { anyTraffic, type Work } from './arbitraries/langfuse-traffic.js';
import { listDifferences, type Received, readReceived } from './fixtures/langfuse-comparison.js';
import { makePair } from './fixtures/langfuse-pair.js';
import { LangfusePlayer } from './fixtures/langfuse-player.js';

/**
 * The same traffic through both processors, in one process and of one provider. A failure prints its seed, to be given as
 * `OFFLOOP_LANGFUSE_SEED`.
 */
const MIN_SPAN_COUNT = 10_000;
const MIN_RUN_COUNT = 20;
const MAX_TRACE_COUNT = 160;
const TIME_LIMIT_MILLIS = 240_000;

/** What a span differs in and may; said of one received attribute value. docs/langfuse.md has the same list. */
const LISTED_DIFFERENCES: readonly {
  readonly what: string;
  readonly reason: string;
  /** Takes the difference away on both sides. */
  readonly hide: (value: unknown) => unknown;
}[] = [
  {
    what: 'NaN and the infinities arrive as doubles; from LangfuseSpanProcessor as empty values',
    reason: 'its OTLP/JSON can not write them, OTLP/protobuf can',
    hide: (value) =>
      isRecord(value) && ['NaN', 'Infinity', '-Infinity'].includes(String(value['doubleValue'])) ? {} : value,
  },
  {
    what: 'a lone surrogate arrives as U+FFFD; from LangfuseSpanProcessor as it is',
    reason: 'JSON can escape half a character, UTF-8 has none',
    hide: (value) => (typeof value === 'string' ? toWellFormed(value) : value),
  },
];

let servers: { readonly ours: LangfuseServerProcess; readonly theirs: LangfuseServerProcess };
let modelServer: Server;
let modelServerUrl: string;

beforeAll(async () => {
  // Theirs would drop what is past 2,048 spans; and both say on the console what was drawn to fail.
  process.env['OTEL_BSP_MAX_QUEUE_SIZE'] = '100000';
  configureGlobalLogger({ level: 4 as LogLevel });
  // For its context manager; spans come from the provider of each run.
  new NodeTracerProvider().register();
  trace.disable();
  const [ours, theirs] = await Promise.all([startLangfuseServerProcess(), startLangfuseServerProcess()]);
  servers = { ours, theirs };
  modelServer = createModelServer({ timeToFirstTokenMillis: 0, interChunkDelayMillis: 0, pieceCount: 3 });
  modelServer.listen(0, '127.0.0.1');
  await once(modelServer, 'listening');
  modelServerUrl = `http://127.0.0.1:${(modelServer.address() as AddressInfo).port}`;
});

afterAll(async () => {
  delete process.env['OTEL_BSP_MAX_QUEUE_SIZE'];
  setLangfuseTracerProvider(null);
  modelServer.closeAllConnections();
  modelServer.close();
  await Promise.all([servers.ours.stop(), servers.theirs.stop()]);
});

/** Built once: fast-check takes long for it. */
const anyRun = fc.oneof(
  ...[false, true].map((hasOddMedia) =>
    fc.record({
      hasOddMedia: fc.constant(hasOddMedia),
      options: anyOptions,
      traffic: anyTraffic({ hasOddMedia }, MAX_TRACE_COUNT),
    }),
  ),
);

type Processors = { readonly ours: SpanProcessor; readonly theirs: SpanProcessor };

/** Plays the traffic to both and tells what each server got. */
async function play(
  processors: Processors,
  traffic: readonly Work[],
  isImmediate = false,
): Promise<{ ours: Received; theirs: Received }> {
  const { ours, theirs } = processors;
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'parity' }),
    spanProcessors: [ours, theirs],
  });
  setLangfuseTracerProvider(provider);
  // Theirs drops spans past 30 requests under way, without a word to its caller.
  const rest = async () => (isImmediate ? theirs.forceFlush() : undefined);
  await new LangfusePlayer(provider, modelServerUrl, rest).play(traffic);
  await Promise.all([ours.forceFlush(), theirs.forceFlush()]);
  const [oursReceived, theirsReceived] = await Promise.all([
    readReceived(servers.ours.client),
    readReceived(servers.theirs.client),
  ]);
  return { ours: hideListed(oursReceived), theirs: hideListed(theirsReceived) };
}

async function resetServers(isMediaRefused: boolean): Promise<void> {
  for (const { client } of Object.values(servers)) {
    await client.reset();
    await client.setBehaviour('mediaUrl', isMediaRefused ? { fail: { status: 400 } } : {});
  }
}

describe('LangfuseWorkerSpanProcessor', () => {
  it('delivers what LangfuseSpanProcessor does, span by span and byte by byte', {
    timeout: 2 * TIME_LIMIT_MILLIS,
  }, async () => {
    let spanCount = 0;
    let linkCount = 0;
    let runCount = 0;
    const property = fc.asyncProperty(anyRun, async ({ hasOddMedia, options, traffic }) => {
      const { ours, theirs } = await compare(options, traffic, hasOddMedia);
      spanCount += ours.spans.length;
      linkCount += theirs.links.length;
    });
    const onlySeed = process.env['OFFLOOP_LANGFUSE_SEED'];
    const firstSeed = Number(onlySeed ?? Math.floor(Math.random() * 2 ** 31));
    const endMillis = performance.now() + TIME_LIMIT_MILLIS;
    while ((runCount < MIN_RUN_COUNT || spanCount < MIN_SPAN_COUNT) && performance.now() < endMillis) {
      const seed = firstSeed + runCount;
      // To shrink takes minutes, and to print all that was drawn megabytes: the differences name their spans.
      const details = await fc.check(property, { seed, numRuns: 1, endOnFailure: true });
      if (details.failed) throw new Error(`seed ${seed}: ${(details.errorInstance as Error | null)?.message}`);
      runCount += 1;
      if (onlySeed !== undefined) return;
    }
    expect(spanCount).toBeGreaterThanOrEqual(MIN_SPAN_COUNT);
    expect(linkCount).toBeGreaterThan(MIN_SPAN_COUNT / 100);
  });
});

async function compare(options: DrawnOptions, traffic: readonly Work[], isMediaRefused: boolean) {
  await resetServers(isMediaRefused);
  const pair = makePair(options, { ours: servers.ours.url, theirs: servers.theirs.url });
  try {
    const received = await play(pair, traffic, options.exportMode === 'immediate');
    const differences = listDifferences(received.theirs, received.ours);
    if (differences.length > 0) throw new Error(`${JSON.stringify(options)}\n${differences.join('\n')}`);
    expect(pair.ours.stats()).toMatchObject({
      exportedSpanCount: received.ours.spans.length,
      failedSpanCount: 0,
      pendingSpanCount: 0,
    });
    return received;
  } finally {
    await Promise.all([pair.ours.shutdown(), pair.theirs.shutdown()]);
  }
}

describe('the comparison itself', () => {
  const traffic = fc.sample(anyTraffic({ hasOddMedia: false }, 40), { seed: 6, numRuns: 4 }).flat();
  const options = { publicKey: 'pk', secretKey: 'sk', timeout: 60, environment: 'production' };

  it('finds two of theirs equal', async () => {
    await resetServers(false);
    const ours = new ApartProcessor({ ...options, baseUrl: servers.ours.url });
    const theirs = new LangfuseSpanProcessor({ ...options, baseUrl: servers.theirs.url });
    const received = await play({ ours, theirs }, traffic);
    expect(listDifferences(received.theirs, received.ours)).toEqual([]);
    expect(received.ours.spans.length).toBeGreaterThan(100);
    expect(received.ours.links.length).toBeGreaterThan(0);
  });

  it('finds a mask, a key and an asset that one of them lacks', async () => {
    await resetServers(false);
    const ours = new ApartProcessor({
      ...options,
      baseUrl: servers.ours.url,
      mask: () => 'masked',
      publicKey: 'other',
    });
    const theirs = new LangfuseSpanProcessor({ ...options, baseUrl: servers.theirs.url });
    const received = await play({ ours, theirs }, traffic);
    const differences = listDifferences(received.theirs, received.ours, 1_000_000);
    for (const expected of [
      /langfuse\.observation\.input: theirs .*, ours \{"stringValue":"masked"\}/,
      /^media: theirs only/,
      /^link: theirs only/,
      /^headers of traces: ours only: .*x-langfuse-public-key\\",\\"other/,
      /^headers of mediaUrl: theirs only/,
    ]) {
      expect(
        differences.some((line) => expected.test(line)),
        String(expected),
      ).toBe(true);
    }
  });
});

/** LangfuseSpanProcessor on a copy of each span's attributes, for it writes into them. */
class ApartProcessor extends LangfuseSpanProcessor {
  override onEnd(span: Parameters<LangfuseSpanProcessor['onEnd']>[0]): void {
    const copy = { value: { ...span.attributes }, enumerable: true, writable: true };
    super.onEnd(Object.create(span, { attributes: copy }));
  }
}

function hideListed(received: Received): Received {
  const spans = received.spans.map(
    (span) =>
      JSON.parse(JSON.stringify(span), (_key, value) =>
        LISTED_DIFFERENCES.reduce((hidden: unknown, { hide }) => hide(hidden), value),
      ) as ReceivedSpan,
  );
  return { ...received, spans };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function toWellFormed(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}
