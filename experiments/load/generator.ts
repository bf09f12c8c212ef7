import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'undici';
import { arrivalsOf } from './arrivals.js';
import type { LoadPhase, LoadPlan, LoadResult } from './protocol.js';
import { bodiesOf } from './requests.js';
import { type RequestOutcome, Tally } from './tally.js';

const PATH = '/chat';

/**
 * Sends requests at the planned instants, whatever became of the ones before, and measures each from the instant it
 * was due. Ends when every request is settled, at the latest one request time-out after the last one was sent.
 */
export async function generateLoad(plan: LoadPlan, onPhase: (phase: LoadPhase) => void): Promise<LoadResult> {
  // No limit on connections: a request never waits for another's, and `maxInFlightCount` bounds them.
  const pool = new Pool(plan.url, {
    pipelining: 1,
    connections: null,
    headersTimeout: plan.requestTimeoutMillis,
    bodyTimeout: plan.requestTimeoutMillis,
  });
  const bodies = bodiesOf(plan);
  const inFlight = new Set<Promise<void>>();

  const send = (dueMillis: number, tally: Tally) => {
    const body = bodies.next().value;
    if (inFlight.size >= plan.maxInFlightCount) return tally.addUnsent();
    const request = sendRequest(pool, body).then((outcome) => {
      tally.addOutcome(outcome, performance.now() - dueMillis);
      inFlight.delete(request);
    });
    inFlight.add(request);
    tally.addSent(performance.now() - dueMillis, inFlight.size);
  };
  const runPhase = async (startMillis: number, phaseMillis: number, seed: number) => {
    const tally = new Tally();
    for (const arrivalMillis of arrivalsOf({ ...plan, seed }, phaseMillis)) {
      await waitUntil(startMillis + arrivalMillis);
      send(startMillis + arrivalMillis, tally);
    }
    await waitUntil(startMillis + phaseMillis);
    return tally;
  };

  try {
    const startMillis = performance.now();
    if (plan.warmUpMillis > 0) {
      onPhase('warming-up');
      // The next seed: with the same one the measured phase would repeat the instants of the warm-up.
      await runPhase(startMillis, plan.warmUpMillis, plan.seed + 1);
    }
    onPhase('measuring');
    const tally = await runPhase(startMillis + plan.warmUpMillis, plan.measuredMillis, plan.seed);
    onPhase('draining');
    await settle(inFlight, plan.requestTimeoutMillis);
    return tally.summarize(plan);
  } finally {
    await pool.destroy();
  }
}

/** Every request settles by the pool's own time-outs; they are coarse, and one more second is more than their grain. */
async function settle(inFlight: ReadonlySet<Promise<void>>, requestTimeoutMillis: number): Promise<void> {
  const done = new AbortController();
  const timeout = delay(requestTimeoutMillis + 1_000, undefined, { signal: done.signal }).catch(() => {});
  await Promise.race([Promise.all(inFlight), timeout]);
  done.abort();
}

async function sendRequest(pool: Pool, body: string): Promise<RequestOutcome> {
  try {
    const headers = { 'content-type': 'application/json' };
    const response = await pool.request({ method: 'POST', path: PATH, headers, body });
    for await (const _ of response.body) {
      // Read to its end: that is when the user has the answer.
    }
    if (response.statusCode >= 200 && response.statusCode < 300) return { status: 'succeeded' };
    return { status: 'refused', statusCode: response.statusCode };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return { status: 'failed', errorCode: typeof code === 'string' ? code : 'unknown' };
  }
}

/** Never returns early: a request that was sent before it was due would look faster than it is. */
async function waitUntil(instantMillis: number): Promise<void> {
  for (;;) {
    const restMillis = instantMillis - performance.now();
    if (restMillis <= 0) return;
    await delay(Math.max(1, Math.floor(restMillis)));
  }
}
