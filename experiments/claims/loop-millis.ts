import { performance } from 'node:perf_hooks';

/** How long the event loop was busy until `run` had resolved, in milliseconds: what it waits for is not counted. */
export async function measureLoopMillis(run: () => Promise<void>): Promise<number> {
  const before = performance.eventLoopUtilization();
  await run();
  return performance.eventLoopUtilization(before).active;
}
