import http from 'node:http';
import https from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import { BlockHistogram } from '../../loop-delay/block-histogram.js';
import { DelayDistribution } from '../../loop-delay/delay-distribution.js';
import { createRandom } from '../statistics/random.js';
import type { LoadPlan, LoadReport, LoadResult } from './load-protocol.js';
import { RequestSender } from './request-sender.js';

/** A request that is due while so many are unanswered is not sent: the service is past help. */
const MAX_IN_FLIGHT_COUNT = 4_096;

/**
 * Sends requests at random instants, whatever became of the ones before, and measures each from the instant it was due:
 * a service that stalls is not spared the requests of that time.
 */
export async function generateLoad(
  plan: LoadPlan,
  onPhase: (type: Exclude<LoadReport['type'], 'done'>) => void,
): Promise<LoadResult> {
  const client = new URL(plan.url).protocol === 'https:' ? https : http;
  const agent = new client.Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });
  const sender = new RequestSender(client, agent, plan);
  const inFlight = new Set<Promise<void>>();
  const runPhase = async (startMillis: number, phaseMillis: number, seed: number) => {
    const tally = new Tally();
    for (const instantMillis of drawInstants(plan.requestsPerSecond, phaseMillis, seed)) {
      const dueMillis = startMillis + instantMillis;
      await waitUntil(dueMillis);
      if (inFlight.size >= MAX_IN_FLIGHT_COUNT) {
        tally.addUnsent();
        continue;
      }
      tally.addSent(performance.now() - dueMillis);
      const request = sender.send().then((problem) => {
        tally.addAnswer(problem, performance.now() - dueMillis);
        inFlight.delete(request);
      });
      inFlight.add(request);
    }
    await waitUntil(startMillis + phaseMillis);
    return tally;
  };
  const startMillis = performance.now();
  // The next seed: with the same one the measured phase would repeat the instants of the warm-up.
  if (plan.warmUpMillis > 0) await runPhase(startMillis, plan.warmUpMillis, plan.seed + 1);
  onPhase('measuring');
  const tally = await runPhase(startMillis + plan.warmUpMillis, plan.measuredMillis, plan.seed);
  onPhase('draining');
  // Each settles, by its own time-out at the latest.
  await Promise.all(inFlight);
  agent.destroy();
  return tally.summarize(plan.measuredMillis);
}

/**
 * Poisson arrivals of a given count: as many independent uniform instants. Every seed offers exactly the planned rate,
 * and trials differ in when requests come and not in how many.
 */
export function drawInstants(requestsPerSecond: number, phaseMillis: number, seed: number): Float64Array {
  const random = createRandom(seed);
  const length = countRequests(requestsPerSecond, phaseMillis);
  return Float64Array.from({ length }, () => random() * phaseMillis).sort();
}

/** How many are due in a phase: the nearest whole number. */
export function countRequests(requestsPerSecond: number, phaseMillis: number): number {
  return Math.round((requestsPerSecond * phaseMillis) / 1_000);
}

/** Never returns early: a request that was sent before it was due would look faster than it is. */
async function waitUntil(instantMillis: number): Promise<void> {
  for (;;) {
    const restMillis = instantMillis - performance.now();
    if (restMillis <= 0) return;
    await delay(Math.max(1, Math.floor(restMillis)));
  }
}

/** The books of one phase. */
class Tally {
  readonly #latency = new BlockHistogram();
  readonly #lateness = new BlockHistogram();
  readonly #failedRequestCounts: Record<string, number> = {};
  #dueRequestCount = 0;
  #sentRequestCount = 0;
  #succeededRequestCount = 0;

  addUnsent(): void {
    this.#dueRequestCount += 1;
    this.#count('unsent');
  }

  addSent(latenessMillis: number): void {
    this.#dueRequestCount += 1;
    this.#sentRequestCount += 1;
    this.#lateness.record(Math.max(0, latenessMillis));
  }

  addAnswer(problem: string | null, latencyMillis: number): void {
    // Without the failed ones the slowest, which time out, would make the rest look faster.
    this.#latency.record(latencyMillis);
    if (problem === null) this.#succeededRequestCount += 1;
    else this.#count(problem);
  }

  summarize(measuredMillis: number): LoadResult {
    return {
      dueRequestCount: this.#dueRequestCount,
      sentRequestCount: this.#sentRequestCount,
      succeededRequestCount: this.#succeededRequestCount,
      failedRequestCounts: this.#failedRequestCounts,
      achievedRequestsPerSecond: this.#sentRequestCount / (measuredMillis / 1_000),
      latency: this.#latency.listBuckets(),
      // 0 where nothing was sent: a missing number does not survive the channel.
      latenessP99Millis: new DelayDistribution(this.#lateness.listBuckets()).percentileMillis(99) || 0,
    };
  }

  #count(problem: string): void {
    this.#failedRequestCounts[problem] = (this.#failedRequestCounts[problem] ?? 0) + 1;
  }
}
