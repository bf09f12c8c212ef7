import { once } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { ArmUnavailableError } from '../encode-arms/encode-arm.js';
import type { AllocationTask, Figures } from '../trial.js';

/** What the thread is given. */
export interface AllocationSettings {
  readonly task: AllocationTask;
  readonly ddTraceFolder: string;
}

export type AllocationResult = { readonly figures: Figures } | { readonly unavailable: string };

/**
 * Counts the memory that encoding takes anew, in the heap and outside, recycled chunks not included. In a thread of its
 * own, since V8 takes these flags for heaps that begin after them: a new space so large that it is never collected.
 */
export async function measureAllocations(task: AllocationTask, ddTraceFolder: string): Promise<Figures> {
  for (const flag of ['--expose-gc', '--min-semi-space-size=256', '--max-semi-space-size=256'])
    setFlagsFromString(flag);
  const workerData: AllocationSettings = { task, ddTraceFolder };
  const worker = new Worker(new URL('./allocation-thread.js', import.meta.url), { workerData });
  const [result] = (await once(worker, 'message')) as [AllocationResult];
  if ('figures' in result) return result.figures;
  throw new ArmUnavailableError(result.unavailable);
}
