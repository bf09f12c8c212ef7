import { setTimeout as sleep } from 'node:timers/promises';
import { waitForDelivery } from '../delivery.js';
import { createExportArm } from '../export-arms/index.js';
import { SpanMaker } from '../sample-spans.js';
import { readCpuTimes } from '../thread-clock.js';
import type { Figures, PacedTask } from '../trial.js';

/** A service's spans do not come one by one at even distances; 10 ms is also a timer that any machine keeps. */
const TICK_MILLIS = 10;

const WARM_UP_FRACTION = 0.5;

const PAUSE_MILLIS = 5;

const MICROS_PER_MILLI = 1_000;

/** CPU time of a process that makes spans at a fixed rate, up to the arrival of the last one; the arm's own defaults. */
export async function measurePaced(task: PacedTask, tracesUrl: string): Promise<Figures> {
  const arm = await createExportArm(task.arm, { tracesUrl });
  const maker = new SpanMaker(task.payload, [arm.processor]);
  let madeSpanCount = 0;
  let lostSpanCount = 0;
  const run = async (millis: number) => {
    const startMillis = performance.now();
    const startSpanCount = madeSpanCount;
    for (let elapsedMillis = 0; elapsedMillis < millis; ) {
      await sleep(TICK_MILLIS);
      elapsedMillis = Math.min(millis, performance.now() - startMillis);
      const dueSpanCount = startSpanCount + Math.floor((elapsedMillis * task.spansPerSecond) / 1_000);
      for (; madeSpanCount < dueSpanCount; madeSpanCount++) maker.makeSpan();
    }
    await arm.processor.forceFlush();
    const lost = await waitForDelivery(arm, madeSpanCount - lostSpanCount, PAUSE_MILLIS);
    lostSpanCount += lost;
    return lost;
  };
  await run(task.measureMillis * WARM_UP_FRACTION);
  const warmUpSpanCount = madeSpanCount;
  const startMillis = performance.now();
  const before = readCpuTimes();
  const lostInMeasure = await run(task.measureMillis);
  const after = readCpuTimes();
  const elapsedMicros = (performance.now() - startMillis) * MICROS_PER_MILLI;
  // Of those that arrived: an arm must not look cheap because it drops.
  const spanCount = madeSpanCount - warmUpSpanCount - lostInMeasure;
  const mainThreadMicros = after.threadMicros - before.threadMicros;
  const processMicros = after.processMicros - before.processMicros;
  await arm.processor.shutdown();
  return {
    mainThreadMicrosPerSpan: mainThreadMicros / spanCount,
    otherThreadsMicrosPerSpan: (processMicros - mainThreadMicros) / spanCount,
    processMicrosPerSpan: processMicros / spanCount,
    mainThreadShare: mainThreadMicros / elapsedMicros,
    spanCount,
    lostSpanCount: lostInMeasure,
  };
}
