// A service that ends spans at a steady rate for a while, kills its own worker if told to, and prints what it saw.
import { setTimeout as delay } from 'node:timers/promises';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import type { ProcessorStats } from 'offloop';
import { monitorLoopDelay } from 'offloop/loop-delay';
import { LAB_RESOLUTIONS } from '../loop-delay-resolutions.js';
import { BareDeath } from './bare-death.js';
import { LoopWindows } from './loop-windows.js';
import type { ServiceOptions, ServiceReport } from './service-options.js';
import { SpanSource } from './span-source.js';
import { startProcessor } from './start-processor.js';
import { WorkerKiller } from './worker-killer.js';

const SAMPLE_MILLIS = 500;
const QUIET_WINDOW_MILLIS = 1_000;

/** Kills come at random moments of a chunk's life. */
const MAX_KILL_DELAY_MILLIS = 500;

const [argument = '{}'] = process.argv.slice(2);
await run(JSON.parse(argument) as ServiceOptions);

async function run({ durationMillis, kills, settleTimeoutMillis, ...options }: ServiceOptions): Promise<void> {
  const startMillis = performance.now();
  const killer = new WorkerKiller();
  let toldDropCount = 0;
  const onDrop = ({ spanCount }: { readonly spanCount: number }) => {
    toldDropCount += spanCount;
  };
  const { spanProcessor, offloop } = startProcessor(
    options.processor === 'offloop'
      ? { ...options, processorOptions: { ...options.processorOptions, onDrop } }
      : options,
  );
  const source = new SpanSource(new BasicTracerProvider({ spanProcessors: [spanProcessor] }), options);
  let killedWorkerCount = 0;
  const windows = new LoopWindows(monitorLoopDelay(LAB_RESOLUTIONS));
  const samples: ServiceReport['samples'][number][] = [];
  const sampling = setInterval(() => {
    samples.push({
      atMillis: performance.now() - startMillis,
      rssBytes: process.memoryUsage.rss(),
      pendingBytes: offloop?.stats().pendingBytes ?? 0,
      droppedSpanCount: offloop?.stats().droppedSpanCount ?? 0,
    });
  }, SAMPLE_MILLIS);
  source.start();

  if (offloop !== undefined && kills !== undefined) {
    // Until the first delivery there is no exporter in the worker that could be told to die.
    await waitFor(() => offloop.stats().exportedSpanCount > 0);
    const { bareDeath } = kills;
    const bare = bareDeath && { victim: new BareDeath(killer), death: bareDeath };
    for (let index = 0; index < kills.count; index++) {
      await windows.measure('quiet', () => delay(kills.quietMillis));
      await delay(Math.random() * MAX_KILL_DELAY_MILLIS);
      await windows.measure('killed', async () => {
        const recovered = killAndRecover(kills, killer, () => offloop.stats());
        const [isKilled] = await Promise.all([recovered, delay(kills.killedMillis)]);
        if (isKilled) killedWorkerCount += 1;
      });
      if (!bare) continue;
      await delay(Math.random() * MAX_KILL_DELAY_MILLIS);
      await windows.measure('bare', () => Promise.all([bare.victim.die(bare.death), delay(kills.killedMillis)]));
    }
  } else {
    const endMillis = performance.now() + durationMillis;
    while (!source.isFinished && performance.now() < endMillis) {
      await windows.measure('quiet', () => Promise.race([delay(QUIET_WINDOW_MILLIS), source.finished]));
    }
  }
  source.stop();
  clearInterval(sampling);

  const deadlineMillis = performance.now() + settleTimeoutMillis;
  if (offloop !== undefined) await waitFor(() => offloop.stats().pendingSpanCount === 0, deadlineMillis);
  await Promise.race([
    spanProcessor.shutdown().catch(() => {}),
    delay(Math.max(1, deadlineMillis - performance.now()), undefined, { ref: false }),
  ]);
  const report: ServiceReport = {
    endedSpanCount: source.endedSpanCount,
    stats: offloop?.stats() ?? null,
    toldDropCount,
    killedWorkerCount,
    startedWorkerCount: killer.startedWorkerCount,
    quietP99Millis: windows.p99Millis('quiet'),
    killedP99Millis: windows.p99Millis('killed'),
    bareP99Millis: windows.p99Millis('bare'),
    samples,
  };
  process.stdout.write(JSON.stringify(report), () => process.exit(0));
}

/**
 * Returns once all that ended before the death has been settled: no chunk may meet two deaths by chance.
 *
 * @returns whether a worker died
 */
async function killAndRecover(
  { death }: NonNullable<ServiceOptions['kills']>,
  killer: WorkerKiller,
  getStats: () => ProcessorStats,
): Promise<boolean> {
  const hasDied = killer.kill(death);
  await waitFor(hasDied);
  // Read now: a worker that loops is given chunks until it is found out.
  const { acceptedSpanCount } = getStats();
  await waitFor(() => {
    const stats = getStats();
    return stats.acceptedSpanCount - stats.pendingSpanCount >= acceptedSpanCount;
  });
  return hasDied();
}

async function waitFor(isReached: () => boolean, deadlineMillis = performance.now() + 60_000): Promise<void> {
  while (!isReached() && performance.now() < deadlineMillis) await delay(10);
}
