import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { Child } from '../runner/child.js';
import { generateLoad } from './generator.js';
import { findFault } from './plan.js';
import { type LatencySummary, type LoadCommand, type LoadPlan, type LoadReport, PLAN_DEFAULTS } from './protocol.js';

const LOAD_MODULE = new URL('../../dist/experiments/load/main.js', import.meta.url);
const TIMEOUT_MILLIS = 20_000;

let server: Server | undefined;

afterEach(async () => {
  server?.closeAllConnections();
  server?.close();
  if (server?.listening) await once(server, 'close');
  server = undefined;
});

async function listen(listener: RequestListener): Promise<string> {
  server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function planFor(url: string, changes: Partial<LoadPlan> = {}): LoadPlan {
  return {
    ...PLAN_DEFAULTS,
    url,
    ratePerSecond: 50,
    warmUpMillis: 0,
    measuredMillis: 1_000,
    promptCharacters: 200,
    completionCharacters: 200,
    ...changes,
  };
}

function countAbove({ buckets }: LatencySummary, millis: number): number {
  return buckets.filter(({ upToMillis }) => upToMillis > millis).reduce((sum, { count }) => sum + count, 0);
}

const ignorePhase = () => {};

describe('the load generator in a process of its own', () => {
  async function runPlan(plan: LoadPlan, onMeasuring = ignorePhase) {
    const child = Child.start<LoadReport, LoadCommand>({ name: 'load', moduleUrl: LOAD_MODULE });
    try {
      await child.receive('ready', TIMEOUT_MILLIS);
      const measuring = child.receive('phase', TIMEOUT_MILLIS).then(onMeasuring);
      const done = child.receive('done', TIMEOUT_MILLIS);
      child.send({ type: 'run', plan });
      return (await Promise.all([done, measuring]))[0].result;
    } finally {
      await child.end();
    }
  }

  it('holds its rate, and counts every request as answered', async () => {
    let requestCount = 0;
    const url = await listen((request, response) => {
      requestCount += 1;
      request.resume().on('end', () => response.end('{}'));
    });
    const result = await runPlan(planFor(url, { measuredMillis: 2_000 }));
    expect(result.achievedRatePerSecond).toBeGreaterThan(47.5);
    expect(result.achievedRatePerSecond).toBeLessThan(52.5);
    expect(result).toMatchObject({ dueRequestCount: 100, sentRequestCount: 100, succeededRequestCount: 100 });
    expect(result.latency.count).toBe(100);
    expect(requestCount).toBe(100);
  });

  it('keeps sending while the server stalls, and counts the wait of every request that came meanwhile', async () => {
    let stallEnd: Promise<void> | undefined;
    const url = await listen(async (request, response) => {
      request.resume();
      await stallEnd;
      response.end('{}');
    });
    const result = await runPlan(planFor(url, { arrivals: 'even', measuredMillis: 2_000 }), () => {
      setTimeout(() => {
        stallEnd = delay(800);
      }, 500);
    });
    expect(result.succeededRequestCount).toBe(100);
    expect(result.achievedRatePerSecond).toBeCloseTo(50, 5);
    // 40 requests come in the 800 ms, and 30 of them with 200 ms or more still to wait. One that waits its turn
    // behind the answer before it would have seen a single slow one.
    expect(countAbove(result.latency, 200)).toBeGreaterThan(24);
    expect(countAbove(result.latency, 200)).toBeLessThan(60);
    expect(result.latency.maxMillis).toBeGreaterThan(600);
    expect(result.peakInFlightCount).toBeGreaterThan(24);
  });

  it('refuses a plan that makes no sense, in one line', async () => {
    const child = Child.start<LoadReport, LoadCommand>({ name: 'load', moduleUrl: LOAD_MODULE });
    try {
      await child.receive('ready', TIMEOUT_MILLIS);
      const failed = child.receive('failed', TIMEOUT_MILLIS);
      child.send({ type: 'run', plan: planFor('http://127.0.0.1:1', { ratePerSecond: 0 }) });
      expect((await failed).message).toBe('ratePerSecond: expected a number from 0.1 to 100000, got 0');
    } finally {
      await child.end();
    }
  });
});

it('counts its own lateness into the latency', async () => {
  const url = await listen((request, response) => request.resume().on('end', () => response.end('{}')));
  const load = generateLoad(planFor(url, { arrivals: 'even', measuredMillis: 600 }), ignorePhase);
  await delay(200);
  const blockedUntilMillis = performance.now() + 250;
  while (performance.now() < blockedUntilMillis);
  const { lateness, latency } = await load;
  expect(lateness.maxMillis).toBeGreaterThan(200);
  expect(latency.maxMillis).toBeGreaterThanOrEqual(lateness.maxMillis);
  // 12 requests were due in the 250 ms.
  expect(countAbove(latency, 50)).toBeGreaterThanOrEqual(8);
});

it('counts the measured phase only', async () => {
  let requestCount = 0;
  const url = await listen((request, response) => {
    requestCount += 1;
    request.resume().on('end', () => response.end('{}'));
  });
  const phases: string[] = [];
  const plan = planFor(url, { warmUpMillis: 400, measuredMillis: 400 });
  const result = await generateLoad(plan, (phase) => phases.push(phase));
  expect(phases).toEqual(['warming-up', 'measuring', 'draining']);
  expect(result.dueRequestCount).toBe(20);
  expect(requestCount).toBe(40);
});

it('tells refused requests, by status, from those that succeeded', async () => {
  let requestCount = 0;
  const url = await listen((request, response) => {
    requestCount += 1;
    response.statusCode = requestCount % 2 === 0 ? 503 : 200;
    request.resume().on('end', () => response.end('{}'));
  });
  const result = await generateLoad(planFor(url, { measuredMillis: 400 }), ignorePhase);
  expect(result).toMatchObject({ succeededRequestCount: 10, refusedRequestCounts: { 503: 10 } });
  expect(result.latency.count).toBe(10);
});

it('counts requests that nobody takes, by the code of the error', async () => {
  const url = await listen(() => {});
  server?.close();
  const result = await generateLoad(planFor(url, { measuredMillis: 200 }), ignorePhase);
  expect(result).toMatchObject({ succeededRequestCount: 0, failedRequestCounts: { ECONNREFUSED: 10 } });
});

it('ends by itself when the server never answers, and sends no more than it may', async () => {
  const url = await listen((request) => request.resume());
  const plan = planFor(url, { measuredMillis: 200, maxInFlightCount: 3, requestTimeoutMillis: 1_000 });
  const result = await generateLoad(plan, ignorePhase);
  expect(result).toMatchObject({ dueRequestCount: 10, sentRequestCount: 3, unsentRequestCount: 7 });
  const failedRequestCount = Object.values(result.failedRequestCounts).reduce((sum, count) => sum + count, 0);
  expect(failedRequestCount + result.unansweredRequestCount).toBe(3);
  expect(result.latency.count).toBe(0);
});

it.each([
  ['url', { url: 'ftp://host' }],
  ['url', { url: 'http://host/chat' }],
  ['arrivals', { arrivals: 'uniform' as LoadPlan['arrivals'] }],
  ['measuredMillis', { measuredMillis: Number.NaN }],
  ['maxInFlightCount', { maxInFlightCount: 0 }],
])('names %s as the fault of a plan', (key, changes) => {
  expect(findFault(planFor('http://127.0.0.1:3000'))).toBeUndefined();
  expect(findFault(planFor('http://127.0.0.1:3000', changes))).toMatch(new RegExp(`^${key}: expected`));
});
