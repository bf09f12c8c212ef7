import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { expectDelivery } from '../delivery.js';
import { createExportArm } from '../export-arms/index.js';
import { makeSpans } from '../sample-spans.js';
import type { Figures, SaturationTask } from '../trial.js';

/** Raised well past the default of 2,048, so that it is the exporter that binds and not its queue. */
const MAX_QUEUE_SPAN_COUNT = 65_536;

/** Spans end as long as fewer are on their way: no arm has to drop one, and none is ever idle. */
const MAX_PENDING_SPAN_COUNT = MAX_QUEUE_SPAN_COUNT / 2;

const SPANS_A_TURN = 128;

/** The SDK's 5 s would only add to the wait for the last batch. */
const SCHEDULED_DELAY_MILLIS = 100;

const DISTINCT_SPAN_COUNT = 512;
const PAUSE_MILLIS = 5;
const WAIT_MILLIS = 1;

/** How many spans a second leave, without a loss, when there are always more. */
export async function measureSaturation(task: SaturationTask, tracesUrl: string): Promise<Figures> {
  const spans = makeSpans(task.payload, DISTINCT_SPAN_COUNT);
  const arm = await createExportArm(task.arm, {
    tracesUrl,
    maxQueueSize: MAX_QUEUE_SPAN_COUNT,
    maxExportBatchSize: task.maxExportBatchSize,
    scheduledDelayMillis: SCHEDULED_DELAY_MILLIS,
  });
  let endedSpanCount = 0;
  const saturate = async (millis: number) => {
    const startMillis = performance.now();
    const startSpanCount = arm.deliveredSpanCount();
    let elapsedMillis = 0;
    do {
      const roomSpanCount = MAX_PENDING_SPAN_COUNT - (endedSpanCount - arm.deliveredSpanCount());
      const lastSpanCount = endedSpanCount + Math.min(SPANS_A_TURN, roomSpanCount);
      for (; endedSpanCount < lastSpanCount; endedSpanCount++) {
        arm.processor.onEnd(spans[endedSpanCount % spans.length] as ReadableSpan);
      }
      // A loop that spins while it has to wait takes a core from those it waits for.
      await (roomSpanCount < SPANS_A_TURN ? sleep(WAIT_MILLIS) : nextTurn());
      elapsedMillis = performance.now() - startMillis;
    } while (elapsedMillis < millis);
    return ((arm.deliveredSpanCount() - startSpanCount) / elapsedMillis) * 1_000;
  };
  await saturate(task.measureMillis / 2);
  const spansPerSecond = await saturate(task.measureMillis);
  await expectDelivery(arm, endedSpanCount, PAUSE_MILLIS);
  await arm.processor.shutdown();
  return { spansPerSecond };
}
