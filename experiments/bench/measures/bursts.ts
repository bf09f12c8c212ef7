import { setTimeout as sleep } from 'node:timers/promises';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { createRandom } from '#gate/statistics/random';
import { expectDelivery } from '../delivery.js';
import { createExportArm } from '../export-arms/index.js';
import type { Payload } from '../payloads.js';
import { makeSpans } from '../sample-spans.js';
import { readCpuTimes } from '../thread-clock.js';
import type { BurstTask, Figures } from '../trial.js';

const MIN_BURST_SPAN_COUNT = 50;
const MAX_BURST_SPAN_COUNT = 500;

/** With a burst on top it stays below the 2,048 spans at which the SDK's batch processor begins to drop ... */
const MAX_PENDING_SPAN_COUNT = 1_500;

/** ... and below the 64 MiB at which offloop does, where a chunk counts with its whole buffer. */
const MAX_PENDING_BYTES = 8 * 1024 * 1024;

/** What of a span is not text, at most. */
const SPAN_BYTES = 1_000;

/**
 * Between two bursts, and between two looks whether there is room for the next. Short, because a loop that slept for
 * 10 ms wakes with cold caches, and then everything costs two to three times as much, the reading of a span above all:
 * what a span costs a service with little to do is in the section `load`.
 */
const PAUSE_MILLIS = 1;

/** Enough to tell what a pause costs. */
const IDLE_PAUSE_COUNT = 500;

/** A batch leaves this long after its first span instead of after 5 s, or most of the run would be waiting. */
const SCHEDULED_DELAY_MILLIS = 2;

/**
 * The main thread's CPU time for spans that leave all the way: a stream of bursts, as fast as they leave. What the pauses
 * cost by themselves is measured in the same process and subtracted, or an arm would pay for the time its spans spend
 * elsewhere.
 */
export async function measureBursts(task: BurstTask, tracesUrl: string): Promise<Figures> {
  const spans = makeSpans(task.payload, task.distinctSpanCount);
  const arm = await createExportArm(task.arm, { tracesUrl, scheduledDelayMillis: SCHEDULED_DELAY_MILLIS });
  const random = createRandom(task.seed);
  const maxPendingSpanCount = Math.min(MAX_PENDING_SPAN_COUNT, MAX_PENDING_BYTES / estimateSpanBytes(task.payload));
  let endedSpanCount = 0;
  let pauseCount = 0;
  const pause = async () => {
    pauseCount += 1;
    await sleep(PAUSE_MILLIS);
  };
  const runBursts = async (millis: number) => {
    const endMillis = performance.now() + millis;
    do {
      const range = MAX_BURST_SPAN_COUNT - MIN_BURST_SPAN_COUNT + 1;
      const burstSpanCount = MIN_BURST_SPAN_COUNT + Math.floor(random() * range);
      for (let ended = 0; ended < burstSpanCount; ended++) {
        arm.processor.onEnd(spans[endedSpanCount++ % spans.length] as ReadableSpan);
      }
      do await pause();
      while (endedSpanCount - arm.deliveredSpanCount() > maxPendingSpanCount && performance.now() < endMillis);
    } while (performance.now() < endMillis);
    await expectDelivery(arm, endedSpanCount, PAUSE_MILLIS);
  };
  await runBursts(task.measureMillis / 2);
  const warmUp = { spanCount: endedSpanCount, pauseCount };
  const before = readCpuTimes();
  await runBursts(task.measureMillis);
  const after = readCpuTimes();
  const spanCount = endedSpanCount - warmUp.spanCount;
  const pausesMicros = (pauseCount - warmUp.pauseCount) * (await measurePauseMicros());
  await arm.processor.shutdown();
  return {
    mainThreadMicrosPerSpan: (after.threadMicros - before.threadMicros - pausesMicros) / spanCount,
    pausesMicrosPerSpan: pausesMicros / spanCount,
    spanCount,
  };
}

/** Two bytes a character, as in memory. */
function estimateSpanBytes({ textCount, textCharacters }: Payload): number {
  return SPAN_BYTES + textCount * textCharacters * 2;
}

/** With an exporter that has nothing to do. */
async function measurePauseMicros(): Promise<number> {
  const before = readCpuTimes();
  for (let pauses = 0; pauses < IDLE_PAUSE_COUNT; pauses++) await sleep(PAUSE_MILLIS);
  return (readCpuTimes().threadMicros - before.threadMicros) / IDLE_PAUSE_COUNT;
}
