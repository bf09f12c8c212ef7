import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import { quantileOfSorted } from '#gate/statistics/sample-statistics';
import type { Figures, MeasureCase } from '../claim.js';
import { type LocalCalls, startLocalCalls } from './local-calls.js';

/** Let go of the loop so often: the calls of a service come in requests, and not all in one turn. */
const CALLS_PER_TURN = 10;

/** More spans than the batch processor's queue of 2,048 takes would be dropped. */
const CALLS_PER_FLUSH = 1_000;

/** Of the calls that are made before the hot ones, to have V8 compile what is behind them. */
const WARM_UP_SHARE = 0.5;

/**
 * Times every call by itself, and what the loop was busy with until all of it had been sent: the rest of the work comes
 * after the call.
 */
export const measure: MeasureCase = async ({ case: caseName, settings, baseUrls }) => {
  const callCount = settings['callCount'] ?? 0;
  const calls = await startLocalCalls(caseName, baseUrls[0]);
  const [coldCallMillis = Number.NaN] = await timeCalls(calls, 1);
  await calls.flush();
  const warmUpCount = Math.round(callCount * WARM_UP_SHARE);
  await timeCalls(calls, warmUpCount);
  await calls.flush();
  const before = performance.eventLoopUtilization();
  const hotMillis = Float64Array.from(await timeCalls(calls, callCount)).sort();
  await calls.flush();
  const figures: Figures = {
    coldCallMillis,
    hotCallP50Millis: quantileOfSorted(hotMillis, 0.5),
    hotCallP99Millis: quantileOfSorted(hotMillis, 0.99),
    loopMillisPerCall: performance.eventLoopUtilization(before).active / callCount,
  };
  const made = await calls.finish(1 + warmUpCount + callCount);
  return { figures, made };
};

async function timeCalls(calls: LocalCalls, callCount: number): Promise<number[]> {
  const millis: number[] = [];
  for (let call = 0; call < callCount; call += 1) {
    const startMillis = performance.now();
    const end = calls.call();
    millis.push(performance.now() - startMillis);
    end();
    if ((call + 1) % CALLS_PER_TURN === 0) await setImmediate();
    if ((call + 1) % CALLS_PER_FLUSH === 0) await calls.flush();
  }
  return millis;
}
