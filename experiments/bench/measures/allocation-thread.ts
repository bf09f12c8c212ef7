import { setTimeout as sleep } from 'node:timers/promises';
import { runInNewContext } from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';
import { ArmUnavailableError } from '../encode-arms/encode-arm.js';
import { createEncodeArm } from '../encode-arms/index.js';
import { makeSpans } from '../sample-spans.js';
import type { Figures } from '../trial.js';
import type { AllocationResult, AllocationSettings } from './allocations.js';

const SPAN_COUNT = 64;

const SWEEP_MILLIS = 100;

/** Until the compiler is through, and every chunk has been taken once. */
const WARM_UP_ROUND_COUNT = 40;

parentPort?.postMessage(await run(workerData as AllocationSettings));

async function run(settings: AllocationSettings): Promise<AllocationResult> {
  try {
    return { figures: await countAllocations(settings) };
  } catch (error) {
    if (error instanceof ArmUnavailableError) return { unavailable: error.message };
    throw error;
  }
}

async function countAllocations({ task, ddTraceFolder }: AllocationSettings): Promise<Figures> {
  const spans = makeSpans(task.payload, SPAN_COUNT);
  const arm = await createEncodeArm(task.arm, { spans, ddTraceFolder });
  for (let round = 0; round < WARM_UP_ROUND_COUNT; round++) {
    arm.encode(spans);
    await arm.settle?.();
  }
  const collectGarbage = runInNewContext('gc') as () => void;
  collectGarbage();
  // Buffers are freed by another thread a moment after; the second collection accounts for them.
  await sleep(SWEEP_MILLIS);
  collectGarbage();
  const before = process.memoryUsage();
  arm.encode(spans);
  const after = process.memoryUsage();
  await arm.settle?.();
  await arm.end?.();
  return {
    heapBytesPerSpan: (after.heapUsed - before.heapUsed) / SPAN_COUNT,
    externalBytesPerSpan: (after.external - before.external) / SPAN_COUNT,
    bytesPerSpan: (after.heapUsed - before.heapUsed + after.external - before.external) / SPAN_COUNT,
  };
}
