import { DiagLogLevel, diag } from '@opentelemetry/api';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { WorkerSpanProcessor } from 'offloop';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ExitingServiceOptions, ExitingServiceReport, ExitName } from '../experiments/faults/exiting-service.js';
import { Sink } from '../experiments/sink/sink.js';
import { runBuilt } from './fixtures/run-fixture.js';

let sink: Sink;

beforeEach(async () => {
  sink = await Sink.listen({ port: 0 });
});

afterEach(() => sink.close());

async function runService(options: Partial<ExitingServiceOptions> & { readonly exit: ExitName }) {
  const all: ExitingServiceOptions = {
    url: sink.tracesUrl,
    processor: 'offloop',
    exitMillis: 300,
    processorOptions: {},
    ...options,
  };
  const run = await runBuilt('experiments/faults/exiting-service.js', { args: [JSON.stringify(all)] });
  const report = run.stdout === '' ? undefined : (JSON.parse(run.stdout) as ExitingServiceReport);
  const { receivedCount, duplicateCount } = (await sink.report()).spans;
  return { ...run, report, receivedSpanCount: receivedCount, duplicateSpanCount: duplicateCount };
}

/** Spans of which the log says that they were dropped. */
function sumSaidDrops(log: string, reason: string): number {
  const counts = [...log.matchAll(new RegExp(`(\\d+) spans dropped \\(${reason}\\)`, 'g'))];
  return counts.reduce((sum, [, count]) => sum + Number(count), 0);
}

describe.each<[exit: ExitName, exitCode: number]>([
  ['exit', 0],
  ['throw', 1],
  ['rejection', 1],
  ['loop-dry', 0],
  ['signal-handler', 0],
])('a process that ends by %s', (exit, exitCode) => {
  it.each([0, 300])('delivers every ended span, after %i ms', async (exitMillis) => {
    const run = await runService({ exit, exitMillis });
    expect(run.exitCode).toBe(exitCode);
    expect(run.report?.endedSpanCount).toBeGreaterThanOrEqual(20);
    expect(run).toMatchObject({ receivedSpanCount: run.report?.endedSpanCount, duplicateSpanCount: 0 });
  });
});

describe('at exit', () => {
  it('the stock batch processor loses what is queued: the test can see a loss', async () => {
    const run = await runService({ exit: 'exit', processor: 'batch' });
    expect(run.receivedSpanCount).toBeLessThan(run.report?.endedSpanCount ?? 0);
  });

  it.each(['transfer', 'shared'])('drains several chunks, waiting ones too (%s)', async (handOff) => {
    const run = await runService({ exit: 'exit', processorOptions: { handOff, maxExportBatchSize: 4 } });
    expect(run).toMatchObject({ receivedSpanCount: run.report?.endedSpanCount, duplicateSpanCount: 0 });
  });

  it('drains the chunks of several threads', async () => {
    const processorOptions = { worker: { threads: 3 }, maxExportBatchSize: 16 };
    const run = await runService({ exit: 'exit', processorOptions });
    expect(run).toMatchObject({ receivedSpanCount: run.report?.endedSpanCount, duplicateSpanCount: 0 });
  });

  it.each<ExitName>(['exit', 'loop-dry'])(
    'waits for a sink that hangs no longer than exitDrainTimeoutMillis, and says how many spans it gave up (%s)',
    async (exit) => {
      await sink.setBehaviour({ hang: {} });
      // More chunks than a worker takes at a time, each of which would wait for its own time-out.
      const processorOptions = { exitDrainTimeoutMillis: 400, maxExportBatchSize: 16, exportTimeoutMillis: 8_000 };
      const run = await runService({ exit, processorOptions });
      expect(run.exitCode).toBe(0);
      const { doneUnixMillis = 0, exitStartUnixMillis = 0, exitHandlersMillis } = run.report ?? {};
      expect(exitStartUnixMillis - doneUnixMillis).toBeLessThan(2_000);
      expect(exitHandlersMillis).toBeGreaterThanOrEqual(400);
      expect(exitHandlersMillis).toBeLessThan(1_500);
      expect(run.report?.droppedSpanCountByReason).toEqual({ process_exit: run.report?.endedSpanCount });
      expect(run.report?.pendingBytes).toBe(0);
    },
  );

  it('waits for what WorkerTraceExporter was given, whose caller waits for the answer', async () => {
    await sink.setBehaviour({ delayMillis: 500 });
    const run = await runBuilt('test/fixtures/awaited-export.js', { args: [sink.tracesUrl] });
    expect(run).toMatchObject({ exitCode: 0, stdout: 'exported 1' });
  });

  it('says how many spans it lost to a full queue, of which the log had said the first only', async () => {
    await sink.setBehaviour({ hang: {} });
    const processorOptions = { exitDrainTimeoutMillis: 100, maxQueueSize: 20 };
    const run = await runService({ exit: 'exit', processorOptions, isLogged: true });
    const { queue_full: droppedSpanCount = 0 } = run.report?.droppedSpanCountByReason ?? {};
    expect(droppedSpanCount).toBeGreaterThan(1);
    expect(sumSaidDrops(run.stderr, 'queue_full')).toBe(droppedSpanCount);
  });

  it('gives up at once where exitDrainTimeoutMillis is 0', async () => {
    const run = await runService({ exit: 'exit', processorOptions: { exitDrainTimeoutMillis: 0 } });
    expect(run.receivedSpanCount).toBe(0);
    expect(run.report?.exitHandlersMillis).toBeLessThan(200);
  });
});

describe('a signal that nobody handles', () => {
  it('ends the process on the spot, as without offloop', async () => {
    const run = await runService({ exit: 'signal' });
    expect(run).toMatchObject({ signal: 'SIGTERM', receivedSpanCount: 0 });
  });

  it('is held back for a flush where flushOnSignals names it, and then ends the process', async () => {
    const run = await runService({ exit: 'signal', processorOptions: { flushOnSignals: ['SIGTERM'] } });
    expect(run.signal).toBe('SIGTERM');
    expect(run.report?.endedSpanCount).toBeGreaterThanOrEqual(20);
    expect(run).toMatchObject({ receivedSpanCount: run.report?.endedSpanCount, duplicateSpanCount: 0 });
  });

  it('is held back no longer than exitDrainTimeoutMillis', async () => {
    await sink.setBehaviour({ hang: {} });
    const processorOptions = { flushOnSignals: ['SIGTERM'], exitDrainTimeoutMillis: 300 };
    const run = await runService({ exit: 'signal', processorOptions });
    expect(run.signal).toBe('SIGTERM');
    expect(run.durationMillis).toBeLessThan(5_000);
  });
});

it('a shutdown says what the log had held back', async () => {
  const lines: string[] = [];
  const write = (...words: unknown[]) => void lines.push(words.join(' '));
  diag.setLogger(
    { error: write, warn: write, info: write, debug: write, verbose: write },
    { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: true },
  );
  try {
    const processor = new WorkerSpanProcessor({ exporter: { url: sink.tracesUrl }, maxQueueSize: 1 });
    const tracer = new BasicTracerProvider({ spanProcessors: [processor] }).getTracer('exit');
    for (let index = 0; index < 10; index++) tracer.startSpan('dropped').end();
    expect(sumSaidDrops(lines.join('\n'), 'queue_full')).toBe(1);
    await processor.shutdown();
    expect(sumSaidDrops(lines.join('\n'), 'queue_full')).toBe(processor.stats().droppedSpanCount);
  } finally {
    diag.disable();
  }
});
