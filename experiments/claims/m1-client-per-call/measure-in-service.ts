import { performance } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { quantileOfSorted } from '#gate/statistics/sample-statistics';
import type { ClaimSize } from '../claim.js';
import type { TimedCalls } from './measure-once.js';
import type { Sdk, TracedClient } from './traced-client.js';

const STEPS_PER_REQUEST = 3;
/** Of a step: many requests are under way at once, and none of them does anything but wait. */
const STEP_MILLIS = 5;
/** Requests that are not counted: the first ones meet code that nobody has run yet. */
const WARM_UP_SHARE = 0.25;

/**
 * Requests at fixed instants, whether the ones before have ended or not, each timed from its instant: a busy loop that
 * is late for one counts. Clients of a call or a request are ended behind its back.
 */
export async function measureInService(sdk: Sdk, way: string, settings: ClaimSize['settings']): Promise<TimedCalls> {
  const { requestCount = 0, requestIntervalMillis = 1 } = settings;
  const ends: Promise<void>[] = [];
  const shared = way === 'per call' || way === 'per request' ? undefined : sdk.createClient();
  const endLater = (client: TracedClient) => ends.push(client.end());
  const startMillis = performance.now();
  const requests = Array.from({ length: requestCount }, async (_, index) => {
    const dueMillis = startMillis + index * requestIntervalMillis;
    await setTimeout(Math.max(0, dueMillis - performance.now()));
    const ofRequest = shared ?? (way === 'per request' ? sdk.createClient() : undefined);
    for (let step = 0; step < STEPS_PER_REQUEST; step += 1) {
      const client = ofRequest ?? sdk.createClient();
      await client.trace(takeStep);
      if (way === 'per call') endLater(client);
    }
    if (way === 'per request' && ofRequest !== undefined) endLater(ofRequest);
    return performance.now() - dueMillis;
  });
  const millis = await Promise.all(requests);
  await Promise.all(ends);
  await shared?.end();
  const sorted = Float64Array.from(millis.slice(Math.round(requestCount * WARM_UP_SHARE))).sort();
  return {
    figures: { requestP50Millis: quantileOfSorted(sorted, 0.5), requestP99Millis: quantileOfSorted(sorted, 0.99) },
    callCount: requestCount * STEPS_PER_REQUEST,
  };
}

async function takeStep(): Promise<string> {
  await setTimeout(STEP_MILLIS);
  return 'a step';
}
