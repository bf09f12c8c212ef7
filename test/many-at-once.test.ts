import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { type ExporterOptions, WorkerSpanProcessor } from 'offloop';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Sink } from '../experiments/sink/sink.js';
import { runBuilt } from './fixtures/run-fixture.js';
import {
  EXPORT_ORDERS,
  FIRST_EXPORT,
  SHARED_COUNTS,
  type SteeredExporterOptions,
} from './fixtures/steered-exporter.js';

const STEERED_EXPORTER = new URL('../dist/test/fixtures/steered-exporter.js', import.meta.url);
const MAX_SPANS = 1_000;

let sinks: readonly [Sink, Sink];

beforeEach(async () => {
  sinks = [await Sink.listen({ port: 0 }), await Sink.listen({ port: 0 })];
});

afterEach(() => Promise.all(sinks.map((sink) => sink.close())));

interface Started {
  readonly processor: WorkerSpanProcessor;
  readonly workers: readonly Worker[];
  readonly end: (name: string, spanCount: number) => void;
}

async function start(exporter: ExporterOptions): Promise<Started> {
  const workers: Worker[] = [];
  const onWorker = (worker: Worker) => workers.push(worker);
  process.on('worker', onWorker);
  const processor = new WorkerSpanProcessor({ exporter, maxExportBatchSize: 8 });
  // Told a tick late.
  await nextTurn();
  process.off('worker', onWorker);
  const tracer = new BasicTracerProvider({ spanProcessors: [processor] }).getTracer('many');
  let index = 0;
  return {
    processor,
    workers,
    end: (name, spanCount) => {
      for (let count = 0; count < spanCount; count++) {
        tracer.startSpan(name, { attributes: { index, length: 0, text: '' } }).end();
        index += 1;
      }
    },
  };
}

async function startHosted() {
  const shared = new Int32Array(new SharedArrayBuffer(4 * (FIRST_EXPORT + MAX_SPANS)));
  const receivedCounts = new Int32Array(new SharedArrayBuffer(4 * MAX_SPANS));
  Atomics.store(shared, SHARED_COUNTS.order, EXPORT_ORDERS.indexOf('succeed'));
  const options: SteeredExporterOptions = {
    channelName: 'many at once',
    shared,
    receivedCounts,
    maxConcurrentExports: 1,
  };
  return {
    ...(await start({ module: STEERED_EXPORTER, export: 'SteeredExporter', options })),
    countReceived: () => receivedCounts.reduce((total, count) => total + count, 0),
  };
}

async function countNames(sink: Sink): Promise<Readonly<Record<string, number>>> {
  return (await sink.report()).spans.countByName;
}

describe('several processors in one process', () => {
  it("send each span to its own processor's receiver only", async () => {
    const first = await start({ url: sinks[0].tracesUrl });
    const second = await start({ url: sinks[1].tracesUrl });
    const hosted = await startHosted();
    for (let round = 0; round < 20; round++) {
      first.end('first', 3);
      second.end('second', 5);
      hosted.end('hosted', 7);
    }
    await Promise.all([first, second, hosted].map(({ processor }) => processor.forceFlush()));
    expect(await countNames(sinks[0])).toEqual({ first: 60 });
    expect(await countNames(sinks[1])).toEqual({ second: 100 });
    expect(hosted.countReceived()).toBe(140);
    await Promise.all([first, second, hosted].map(({ processor }) => processor.shutdown()));
  });

  it("leave each other alone when one's thread dies, and when one is shut down", async () => {
    const first = await start({ url: sinks[0].tracesUrl });
    const second = await start({ url: sinks[1].tracesUrl });
    const hosted = await startHosted();
    const all = [first, second, hosted];
    for (const { processor } of all) await processor.forceFlush();

    await Promise.all(hosted.workers.map((worker) => worker.terminate()));
    first.end('after the crash', 10);
    second.end('after the crash', 10);
    hosted.end('after the crash', 10);
    await Promise.all(all.map(({ processor }) => processor.forceFlush()));
    expect(hosted.countReceived()).toBe(10);
    // Neither was replaced: both still have the thread they began with.
    for (const { workers } of [first, second]) expect(workers.map(({ threadId }) => threadId > 0)).toEqual([true]);

    second.end('shut down', 10);
    await second.processor.shutdown();
    first.end('after the shutdown', 10);
    second.end('after the shutdown', 10);
    hosted.end('after the shutdown', 10);
    await Promise.all([first, hosted].map(({ processor }) => processor.forceFlush()));
    expect(await countNames(sinks[0])).toEqual({ 'after the crash': 10, 'after the shutdown': 10 });
    expect(await countNames(sinks[1])).toEqual({ 'after the crash': 10, 'shut down': 10 });
    expect(hosted.countReceived()).toBe(20);
    expect(second.processor.stats().droppedSpanCountByReason).toEqual({ shut_down: 10 });
    for (const { processor } of [first, hosted]) {
      expect(processor.stats()).toMatchObject({ failedSpanCount: 0, droppedSpanCount: 0, pendingSpanCount: 0 });
      await processor.shutdown();
    }
  });

  it('do not wait for one whose sink hangs', async () => {
    await sinks[0].setBehaviour({ hang: {} });
    const stuck = await start({ url: sinks[0].tracesUrl });
    const healthy = await start({ url: sinks[1].tracesUrl });
    stuck.end('stuck', 8 * 20);
    healthy.end('healthy', 100);
    await healthy.processor.forceFlush();
    expect(stuck.processor.stats().pendingSpanCount).toBe(160);
    expect(await countNames(sinks[1])).toEqual({ healthy: 100 });
    await healthy.processor.shutdown();
    // All that a worker has under way: what comes after the sink is well again would be answered, and sent again.
    const countHung = async () => (await sinks[0].report()).requests.faultCountByType['hang'];
    await expect.poll(countHung, { timeout: 10_000 }).toBe(8);
    await sinks[0].setBehaviour({});
    // Requests that hang are not let go: the threads are.
    await Promise.all(stuck.workers.map((worker) => worker.terminate()));
    await stuck.processor.shutdown();
    expect(await countNames(sinks[0])).toEqual({ stuck: 160 });
  });

  it('add no listener each: more than eleven give no warning', async () => {
    const run = await runBuilt('test/fixtures/several-processors.js', { args: [sinks[0].tracesUrl, '13'] });
    expect(run).toMatchObject({ exitCode: 0, signal: null, stderr: '' });
    expect(JSON.parse(run.stdout)).toEqual(Array.from({ length: 13 }, () => 1));
    expect(await countNames(sinks[0])).toEqual({ one: 13 });
  });
});

describe("processors in a user's own worker threads", () => {
  it.each(['exit', 'dry', 'shutdown'])('deliver every span when the thread ends by %s', async (end) => {
    const run = await runBuilt('test/fixtures/service-in-a-thread.js', { args: [sinks[0].tracesUrl, end, '3', '200'] });
    expect(run).toMatchObject({ exitCode: 0, signal: null, stderr: '', stdout: '[0,0,0]' });
    const { countByName, duplicateCount } = (await sinks[0].report()).spans;
    expect(countByName).toEqual({ 'thread 0': 200, 'thread 1': 200, 'thread 2': 200 });
    expect(duplicateCount).toBe(0);
  });
});

describe("a user's own worker thread that its main thread cuts short", () => {
  it.each(['terminate', 'exit'])('by %s: loses what it did not flush, which is not promised', async (cut) => {
    const run = await runBuilt('test/fixtures/thread-cut-short.js', { args: [sinks[0].tracesUrl, cut] });
    expect(run).toMatchObject({ exitCode: 0, signal: null, stderr: '' });
    expect(await countNames(sinks[0])).toEqual({});
  });

  it.each(['terminate', 'exit'])('by %s: has delivered what it flushed', async (cut) => {
    const run = await runBuilt('test/fixtures/thread-cut-short.js', { args: [sinks[0].tracesUrl, cut, 'flush'] });
    expect(run).toMatchObject({ exitCode: 0, signal: null, stderr: '' });
    expect(await countNames(sinks[0])).toEqual({ 'cut short': 100 });
  });
});

it('a processor that nobody shuts down is kept, and its spans are delivered at exit', async () => {
  const execArgv = ['--expose-gc'];
  const run = await runBuilt('test/fixtures/merely-dropped.js', { args: [sinks[0].tracesUrl], execArgv });
  expect(run).toMatchObject({ exitCode: 0, signal: null, stderr: '', stdout: '["other"]' });
  expect(await countNames(sinks[0])).toEqual({ dropped: 1 });
});

describe.each(['fork', 'cluster'])('processors in child processes (%s)', (way) => {
  it.each(['exit', 'dry'])('deliver every span when the child ends by %s', async (end) => {
    const args = [sinks[0].tracesUrl, way, end, '2', '200'];
    const run = await runBuilt('test/fixtures/service-in-a-process.js', { args });
    expect(run).toMatchObject({ exitCode: 0, signal: null, stderr: '' });
    expect(JSON.parse(run.stdout)).toMatchObject({ exitCodes: [0, 0], stats: { exportedSpanCount: 400 } });
    const { countByName, duplicateCount } = (await sinks[0].report()).spans;
    expect(countByName).toEqual({ primary: 400, 'child 0': 200, 'child 1': 200 });
    expect(duplicateCount).toBe(0);
  });
});
