import { performance } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { median } from '#gate/statistics/sample-statistics';
import type { ClaimSize, Figures } from '../claim.js';
import type { Sdk, TracedClient } from './traced-client.js';

interface TimedCall {
  /** What the caller waited for, less the function itself. */
  readonly addedMillis: number;
  /** What the event loop was busy with from the call to its result, the function's own timer included. */
  readonly loopMillis: number;
}

export interface TimedCalls {
  readonly figures: Figures;
  readonly callCount: number;
}

/** The first call of a process, and later ones, of a function that only waits: one after the other. */
export async function measureOnce(sdk: Sdk, way: string, settings: ClaimSize['settings']): Promise<TimedCalls> {
  const { functionMillis = 0, laterCallCount = 0 } = settings;
  const startMillis = performance.now();
  let kept: TracedClient | undefined = way === 'at start-up' ? sdk.createClient() : undefined;
  const setUpMillis = performance.now() - startMillis;
  const flushesMillis: number[] = [];
  const call = async (): Promise<TimedCall> => {
    let used: TracedClient | undefined;
    const timed = await timeCall(functionMillis, (run) => {
      used = kept ?? sdk.createClient();
      if (way !== 'per call') kept = used;
      return used.trace(run);
    });
    if (way === 'per call') flushesMillis.push(await timeEnd(used));
    return timed;
  };
  const first = await call();
  const later: TimedCall[] = [];
  for (let index = 0; index < laterCallCount; index += 1) later.push(await call());
  await kept?.end();
  return {
    figures: {
      setUpMillis,
      firstAddedMillis: first.addedMillis,
      firstLoopMillis: first.loopMillis,
      laterAddedMillis: median(later.map(({ addedMillis }) => addedMillis)),
      laterLoopMillis: median(later.map(({ loopMillis }) => loopMillis)),
      ...(flushesMillis.length === 0 ? {} : { flushMillis: median(flushesMillis) }),
    },
    callCount: 1 + laterCallCount,
  };
}

async function timeCall(
  functionMillis: number,
  traced: (run: () => Promise<string>) => Promise<string>,
): Promise<TimedCall> {
  let ownMillis = 0;
  const before = performance.eventLoopUtilization();
  const startMillis = performance.now();
  await traced(async () => {
    const ownStartMillis = performance.now();
    await setTimeout(functionMillis);
    // The timer's own lateness is not tracing's.
    ownMillis = performance.now() - ownStartMillis;
    return 'an answer';
  });
  const addedMillis = performance.now() - startMillis - ownMillis;
  return { addedMillis, loopMillis: performance.eventLoopUtilization(before).active };
}

/** What a call would wait for that does not leave its client's spans behind. */
async function timeEnd(client: TracedClient | undefined): Promise<number> {
  const startMillis = performance.now();
  await client?.end();
  return performance.now() - startMillis;
}
