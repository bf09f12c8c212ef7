import { setTimeout as sleep } from 'node:timers/promises';
import type { ExportArm } from './export-arms/export-arm.js';

/** An arm that delivers nothing for so long has lost what is missing. */
const STALL_MILLIS = 5_000;

/** Looks every `pauseMillis`, once at least, until so many spans have arrived; resolves with how many never will. */
export async function waitForDelivery(arm: ExportArm, spanCount: number, pauseMillis: number): Promise<number> {
  let deliveredSpanCount = arm.deliveredSpanCount();
  let progressMillis = performance.now();
  do {
    await sleep(pauseMillis);
    const nowDelivered = arm.deliveredSpanCount();
    if (nowDelivered > deliveredSpanCount) {
      deliveredSpanCount = nowDelivered;
      progressMillis = performance.now();
    }
  } while (deliveredSpanCount < spanCount && performance.now() - progressMillis < STALL_MILLIS);
  return spanCount - deliveredSpanCount;
}

/**
 * The same, where a loss makes the figures worthless.
 *
 * @throws {Error} when a span was lost.
 */
export async function expectDelivery(arm: ExportArm, spanCount: number, pauseMillis: number): Promise<void> {
  const lostSpanCount = await waitForDelivery(arm, spanCount, pauseMillis);
  if (lostSpanCount > 0) throw new Error(`expected ${spanCount} spans to arrive, ${lostSpanCount} did not`);
}
