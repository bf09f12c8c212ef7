import { setTimeout } from 'node:timers/promises';
import { monitorLoopDelay } from 'offloop/loop-delay';

const BLOCK_MILLIS = 200;

const monitor = monitorLoopDelay();
await setTimeout(100);
const end = performance.now() + BLOCK_MILLIS;
while (performance.now() < end);
await setTimeout(100);
const { longestBlocks } = monitor.stop();
const longestMillis = longestBlocks[0]?.durationMillis ?? 0;
if (!(longestMillis >= BLOCK_MILLIS * 0.9)) {
  throw new Error(`expected a block of ${BLOCK_MILLIS} ms to be found, the longest is ${longestMillis} ms`);
}
