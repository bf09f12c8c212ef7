import { setTimeout as sleep } from 'node:timers/promises';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { createRandom } from '../../load/random.js';
import { expectDelivery } from '../delivery.js';
import { createExportArm } from '../export-arms/index.js';
import { makeSpans } from '../sample-spans.js';
import { readCpuTimes } from '../thread-clock.js';
import type { BurstTask, Figures } from '../trial.js';

const MIN_BURST_SPAN_COUNT = 50;
const MAX_BURST_SPAN_COUNT = 500;

/**
 * Between two bursts, to begin with. Waking the loop costs as much as tens of spans, and to look again and again whether
 * a burst has left would weigh on the arms whose bursts take long: where one has not left after the pause, the pause
 * grows for good, until every arm wakes once a burst, as the control does.
 */
const MIN_PAUSE_MILLIS = 10;
const PAUSE_GROWTH = 1.3;

/** A batch leaves this long after its first span instead of after 5 s, or most of the run would be waiting. */
const SCHEDULED_DELAY_MILLIS = 2;

/** The main thread's CPU time for spans that leave all the way, the loop that ends them included. */
export async function measureBursts(task: BurstTask, tracesUrl: string): Promise<Figures> {
  const spans = makeSpans(task.payload, task.distinctSpanCount);
  const arm = await createExportArm(task.arm, { tracesUrl, scheduledDelayMillis: SCHEDULED_DELAY_MILLIS });
  const random = createRandom(task.seed);
  let endedSpanCount = 0;
  let pauseMillis = MIN_PAUSE_MILLIS;
  const runBursts = async (millis: number) => {
    const endMillis = performance.now() + millis;
    do {
      const range = MAX_BURST_SPAN_COUNT - MIN_BURST_SPAN_COUNT + 1;
      const burstSpanCount = MIN_BURST_SPAN_COUNT + Math.floor(random() * range);
      for (let ended = 0; ended < burstSpanCount; ended++) {
        arm.processor.onEnd(spans[endedSpanCount++ % spans.length] as ReadableSpan);
      }
      await sleep(pauseMillis);
      if (arm.deliveredSpanCount() === endedSpanCount) continue;
      pauseMillis *= PAUSE_GROWTH;
      await expectDelivery(arm, endedSpanCount, pauseMillis);
    } while (performance.now() < endMillis);
  };
  await runBursts(task.measureMillis / 2);
  const warmUpSpanCount = endedSpanCount;
  const before = readCpuTimes();
  await runBursts(task.measureMillis);
  const after = readCpuTimes();
  const spanCount = endedSpanCount - warmUpSpanCount;
  await arm.processor.shutdown();
  return { mainThreadMicrosPerSpan: (after.threadMicros - before.threadMicros) / spanCount, spanCount };
}
