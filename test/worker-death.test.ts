import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { WorkerSpanProcessor } from 'offloop';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Sink } from '../experiments/sink/sink.js';
import { runBuilt } from './fixtures/run-fixture.js';
import {
  type Answer,
  EXPORT_ORDERS,
  FIRST_EXPORT,
  SHARED_COUNTS,
  type SteeredExporterOptions,
} from './fixtures/steered-exporter.js';
import type { WorkerDeathReport } from './fixtures/worker-death.js';

const STEERED_EXPORTER = new URL('../dist/test/fixtures/steered-exporter.js', import.meta.url);
const SPAN_COUNT = 16;
const MAX_EXPORTS = 100;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'offloop-worker-death-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function play(scene: string) {
  const countFile = join(folder, 'count');
  const run = await runBuilt('test/fixtures/worker-death.js', { args: [scene, countFile] });
  const lines = readFileSync(countFile, 'utf8').trim().split('\n');
  return { ...run, report: JSON.parse(run.stdout) as WorkerDeathReport, lines };
}

describe('a worker that dies', () => {
  it('before the service has read a word from it is one that ran: innocent spans are delivered, and counted as that', async () => {
    const { report, lines } = await play('during-boot');
    expect(report.stats).toMatchObject({ exportedSpanCount: 2, droppedSpanCountByReason: { worker_crashed: 1 } });
    expect(lines.filter((line) => line === 'good').length).toBeGreaterThanOrEqual(2);
  });

  it('while the process exits is noticed and replaced: innocent spans are delivered well within the time', async () => {
    const { report, lines } = await play('during-the-exit-drain');
    expect(report.stats).toMatchObject({ exportedSpanCount: 4, droppedSpanCountByReason: { worker_crashed: 1 } });
    expect(report.exitHandlersMillis).toBeLessThan(4_000);
    expect(lines.filter((line) => line === 'good')).toHaveLength(4);
  });

  it.each([
    ['out-of-memory-during-the-exit-drain', 4],
    ['terminated-just-before-the-exit-drain', 2],
  ])('without a word is noticed in the exit handler too: %s', async (scene, spanCount) => {
    const { report, stderr } = await play(scene);
    expect(stderr).not.toContain('FATAL ERROR');
    expect(report.stats).toMatchObject({ exportedSpanCount: spanCount, droppedSpanCount: 0 });
    expect(report.exitHandlersMillis).toBeLessThan(4_000);
  });

  it('because its heap is full does not take the service with it', async () => {
    const run = await runBuilt('test/fixtures/out-of-memory.js', { args: [join(folder, 'count')] });
    expect(run.stderr).not.toContain('FATAL ERROR');
    expect(run.exitCode).toBe(0);
    expect(JSON.parse(run.stdout)).toMatchObject({ exportedSpanCount: 1, pendingSpanCount: 0 });
  });

  it('leaves nothing unsaid when onDrop ends the process in the middle of it', async () => {
    const { report } = await play('exit-from-on-drop');
    expect(report.stats).toMatchObject({ exportedSpanCount: 10, pendingSpanCount: 0 });
    expect(report.exitHandlersMillis).toBeLessThan(4_000);
  });

  it('leaves no thread behind, neither its own nor one that nobody asked for', async () => {
    const { report } = await play('repeated-deaths');
    expect(report.stats).toMatchObject({ exportedSpanCount: 7, droppedSpanCountByReason: { worker_crashed: 7 } });
    const [afterFirst = 0, afterMany, afterShutdown] = report.threadCounts ?? [];
    expect(afterMany).toBe(afterFirst);
    expect(afterShutdown).toBeLessThan(afterFirst);
  });
});

it('a thread that is killed as it starts is replaced at once, and costs nothing', async () => {
  const sink = await Sink.listen({ port: 0 });
  const kill = (worker: Worker) => void worker.terminate();
  process.once('worker', kill);
  const processor = new WorkerSpanProcessor({ exporter: { url: sink.tracesUrl }, maxExportBatchSize: 1 });
  try {
    const tracer = new BasicTracerProvider({ spanProcessors: [processor] }).getTracer('worker-death');
    for (let index = 0; index < SPAN_COUNT; index++) tracer.startSpan('kept').end();
    await processor.forceFlush();
    expect((await sink.report()).spans).toMatchObject({ receivedCount: SPAN_COUNT, duplicateCount: 0 });
    expect(processor.stats()).toMatchObject({ exportedSpanCount: SPAN_COUNT, droppedSpanCount: 0 });
  } finally {
    process.off('worker', kill);
    await processor.shutdown();
    await sink.close();
  }
});

/** The module whose class piscina takes. */
const workerThreads = createRequire(import.meta.url)('node:worker_threads') as { Worker: typeof Worker };

describe('where a thread', () => {
  const { Worker } = workerThreads;
  afterEach(() => {
    workerThreads.Worker = Worker;
  });

  function spoilWorkers(Spoilt: new (...options: ConstructorParameters<typeof Worker>) => unknown): void {
    workerThreads.Worker = Spoilt as typeof Worker;
  }

  class NoWorker {
    constructor() {
      throw new Error('no thread');
    }
  }

  class ShortWorker extends Worker {
    constructor(...options: ConstructorParameters<typeof Worker>) {
      super(...options);
      void this.terminate();
    }
  }

  it.each([
    ['can not be had', NoWorker],
    ['dies before its first word, each time', ShortWorker],
  ])('%s, another one takes all the chunks', async (_, Spoilt) => {
    const sink = await Sink.listen({ port: 0 });
    // Slow enough for the one that can't run to be the less busy at any time.
    await sink.setBehaviour({ delayMillis: 50 });
    spoilWorkers(
      class extends Worker {
        constructor(...options: ConstructorParameters<typeof Worker>) {
          super(...options);
          spoilWorkers(Spoilt);
        }
      },
    );
    const processor = new WorkerSpanProcessor({
      exporter: { url: sink.tracesUrl },
      worker: { threads: 2 },
      maxExportBatchSize: 1,
    });
    try {
      const tracer = new BasicTracerProvider({ spanProcessors: [processor] }).getTracer('worker-death');
      for (let index = 0; index < 3 * SPAN_COUNT; index++) tracer.startSpan('kept').end();
      await processor.forceFlush();
      expect(workerThreads.Worker).toBe(Spoilt);
      expect(processor.stats()).toMatchObject({ exportedSpanCount: 3 * SPAN_COUNT, droppedSpanCount: 0 });
      expect((await sink.report()).spans).toMatchObject({ receivedCount: 3 * SPAN_COUNT, duplicateCount: 0 });
    } finally {
      await processor.shutdown();
      await sink.close();
    }
  });

  it('can not be had, a drop that a shutdown causes may ask for a shutdown, and gets the one under way', async () => {
    spoilWorkers(NoWorker);
    const shutdowns: Promise<void>[] = [];
    const processor = new WorkerSpanProcessor({ onDrop: () => shutdowns.push(processor.shutdown()) });
    const tracer = new BasicTracerProvider({ spanProcessors: [processor] }).getTracer('worker-death');
    tracer.startSpan('dropped').end();
    const first = processor.shutdown();
    await expect(first).rejects.toThrow('1 spans were not delivered');
    expect(shutdowns).toHaveLength(1);
    expect(shutdowns[0]).toBe(first);
  });
});

it('what a killed worker had under way is sent again by four, not one by one', async () => {
  const shared = new Int32Array(new SharedArrayBuffer(4 * (FIRST_EXPORT + MAX_EXPORTS)));
  const receivedCounts = new Int32Array(new SharedArrayBuffer(4 * SPAN_COUNT));
  const maxConcurrentExports = 8;
  const options: SteeredExporterOptions = {
    channelName: 'worker death',
    shared,
    receivedCounts,
    maxConcurrentExports,
  };
  const countExports = () => Atomics.load(shared, SHARED_COUNTS.exportCount);
  const workers: Worker[] = [];
  const onWorker = (worker: Worker) => workers.push(worker);
  process.on('worker', onWorker);
  const processor = new WorkerSpanProcessor({
    exporter: { module: STEERED_EXPORTER, export: 'SteeredExporter', options, maxConcurrentExports },
    maxExportBatchSize: 1,
  });
  const channel = new BroadcastChannel(options.channelName);
  try {
    const tracer = new BasicTracerProvider({ spanProcessors: [processor] }).getTracer('worker-death');
    for (let index = 0; index < SPAN_COUNT; index++) {
      tracer.startSpan('held', { attributes: { index, length: 0, text: '' } }).end();
    }
    await expect.poll(countExports, { timeout: 20_000 }).toBe(8);
    await workers[0]?.terminate();
    // None of them is answered: these are under way beside each other.
    await expect.poll(countExports, { timeout: 20_000 }).toBe(8 + 4);
    Atomics.store(shared, SHARED_COUNTS.order, EXPORT_ORDERS.indexOf('succeed'));
    for (let exportId = 8; exportId < 12; exportId++) {
      await expect.poll(() => Atomics.load(shared, FIRST_EXPORT + exportId), { timeout: 20_000 }).toBe(1);
      channel.postMessage({ exportId, order: 'succeed' } satisfies Answer);
    }
    await processor.forceFlush();
    expect(processor.stats()).toMatchObject({ exportedSpanCount: SPAN_COUNT, droppedSpanCount: 0 });
    expect([...receivedCounts]).toEqual(Array.from({ length: SPAN_COUNT }, () => 1));
  } finally {
    process.off('worker', onWorker);
    channel.close();
    await processor.shutdown();
  }
});

it('an exporter that holds spans back is flushed at exit', async () => {
  const { lines } = await play('holding-exporter');
  expect(lines).toContain('held');
});

it('a chunk that waits for its resource leaves at exit with what is known', async () => {
  const { report, lines } = await play('pending-resource');
  expect(lines).toContain('good');
  expect(report.stats).toMatchObject({ exportedSpanCount: 1, pendingSpanCount: 0 });
});
