import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { type LoopDelayMonitor, monitorLoopDelay } from 'offloop/loop-delay';
import { PAYLOADS } from '../bench/payloads.js';
import { SpanMaker } from '../bench/sample-spans.js';
import { LAB_RESOLUTIONS } from '../loop-delay-resolutions.js';
import { createSoakArm } from './arms/index.js';
import type { SoakArm } from './arms/soak-arm.js';
import type { Sample, ServiceMessage, ServiceSettings } from './protocol.js';

// A service of the soak: ends spans at a steady rate and tells once a second how it is.

/** A service's spans do not come one by one at even distances; 10 ms is also a timer that any machine keeps. */
const TICK_MILLIS = 10;

const SAMPLE_INTERVAL_MILLIS = 1_000;

const settings = JSON.parse(process.argv[2] ?? '{}') as ServiceSettings;

// The runner is gone, and with it the sink: nobody would read what comes.
process.once('disconnect', () => process.exit());

const arm = await createSoakArm(settings);
const maker = new SpanMaker(PAYLOADS[settings.payload], [arm.processor]);
send({ type: 'ready' });
await once(process, 'message');
await endSpans();
// Where the sink is gone it rejects, with counts that the tally has too.
await arm.processor.shutdown().catch(() => {});
send({ type: 'finished', counts: await arm.readTally() });
process.removeAllListeners('disconnect');
process.disconnect();

async function endSpans(): Promise<void> {
  const monitor = monitorLoopDelay(LAB_RESOLUTIONS);
  const startMillis = performance.now();
  let madeSpanCount = 0;
  for (let sampleIndex = 0; sampleIndex <= settings.sampleCount; ) {
    const elapsedMillis = performance.now() - startMillis;
    if (elapsedMillis >= sampleIndex * SAMPLE_INTERVAL_MILLIS) {
      send({ type: 'sample', sample: await takeSample(arm, monitor, elapsedMillis, madeSpanCount) });
      sampleIndex += 1;
    }
    await sleep(TICK_MILLIS);
    // Open loop: what a block held up is made after it.
    const dueSpanCount = Math.floor(((performance.now() - startMillis) * settings.spansPerSecond) / 1_000);
    for (; madeSpanCount < dueSpanCount; madeSpanCount++) maker.makeSpan();
  }
  monitor.stop();
}

async function takeSample(
  { readTally, readPendingBytes }: SoakArm,
  monitor: LoopDelayMonitor,
  elapsedMillis: number,
  madeSpanCount: number,
): Promise<Sample> {
  const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage();
  const { arrivalWeighted, runnableMillis } = monitor.snapshot();
  const { blocks, observedMillis } = arrivalWeighted;
  const sample: Sample = {
    elapsedMillis,
    madeSpanCount,
    spans: await readTally(),
    pendingBytes: readPendingBytes(),
    memory: { rss, heapUsed, external, arrayBuffers },
    loopDelay: { blocks, observedMillis, runnableMillis },
  };
  monitor.reset();
  return sample;
}

function send(message: ServiceMessage): void {
  process.send?.(message);
}
