import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { createRandom } from '#gate/statistics/random';
import { expectDelivery } from '../delivery.js';
import { createExportArm } from '../export-arms/index.js';
import { payloadOfText } from '../payloads.js';
import { makeSpans } from '../sample-spans.js';
import { readStarvedMillis } from '../thread-clock.js';
import type { BlockTask, Figures } from '../trial.js';

/** Up to 64 kB a span. */
const TEXT_CHARACTERS = [0, 1_000, 4_000, 16_000, 32_000, 64_000];

const SPANS_PER_TEXT_LENGTH = 8;

/** Enough for several batches of 512 in a run. */
const SPANS_PER_SECOND = 500;

const TICK_MILLIS = 1;

/** Shorter stretches are not looked into. */
const NOTICED_MILLIS = 0.1;

const PAUSE_MILLIS = 5;

/**
 * The longest an event loop is busy at a stretch that has nothing to do but to end spans, with the arm's own defaults:
 * its batches, timers, and messages are all in it, and so is garbage collection. A stretch is what the loop did from one
 * tick of a timer to the next, less the time it slept and the time the thread waited for a core. A loop that spins would
 * show turns more sharply, and mostly the collections of its own garbage.
 */
export async function measureBlock(task: BlockTask, tracesUrl: string): Promise<Figures> {
  const spans = TEXT_CHARACTERS.flatMap((characters) =>
    makeSpans(payloadOfText(String(characters), characters), SPANS_PER_TEXT_LENGTH),
  );
  const arm = await createExportArm(task.arm, { tracesUrl });
  const random = createRandom(task.seed);
  let endedSpanCount = 0;
  const endSpan = () => {
    arm.processor.onEnd(spans[Math.floor(random() * spans.length)] as ReadableSpan);
    endedSpanCount += 1;
  };
  await watch(task.measureMillis / 2, endSpan);
  // The batch that is still open would otherwise leave in the middle of the measure or not, by chance.
  await arm.processor.forceFlush();
  const turns = await watch(task.measureMillis, endSpan);
  await arm.processor.forceFlush();
  await expectDelivery(arm, endedSpanCount, PAUSE_MILLIS);
  await arm.processor.shutdown();
  return { longestBlockMillis: turns.longestMillis, secondLongestBlockMillis: turns.secondLongestMillis };
}

function watch(millis: number, endSpan: () => void): Promise<{ longestMillis: number; secondLongestMillis: number }> {
  return new Promise((resolve) => {
    const startMillis = performance.now();
    let [longestMillis, secondLongestMillis] = [0, 0];
    let lastMillis = startMillis;
    let lastIdleMillis = performance.nodeTiming.idleTime;
    let starvedMillis = readStarvedMillis();
    let nextSpanMillis = startMillis;
    const timer = setTimeout(() => {
      const nowMillis = performance.now();
      const { idleTime: idleMillis } = performance.nodeTiming;
      const busyMillis = nowMillis - lastMillis - (idleMillis - lastIdleMillis);
      [lastMillis, lastIdleMillis] = [nowMillis, idleMillis];
      if (busyMillis > NOTICED_MILLIS) {
        const starvedNowMillis = readStarvedMillis();
        const ownMillis = busyMillis - (starvedNowMillis - starvedMillis);
        starvedMillis = starvedNowMillis;
        if (ownMillis > longestMillis) [longestMillis, secondLongestMillis] = [ownMillis, longestMillis];
        else if (ownMillis > secondLongestMillis) secondLongestMillis = ownMillis;
      }
      if (nowMillis - startMillis > millis) {
        resolve({ longestMillis, secondLongestMillis });
        return;
      }
      timer.refresh();
      if (nowMillis < nextSpanMillis) return;
      nextSpanMillis += 1_000 / SPANS_PER_SECOND;
      endSpan();
    }, TICK_MILLIS);
  });
}
