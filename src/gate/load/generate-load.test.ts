import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { DelayDistribution } from '../../loop-delay/delay-distribution.js';
import { drawInstants, generateLoad } from './generate-load.js';
import type { LoadPlan } from './load-protocol.js';

const closing: (() => void)[] = [];

afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function load(listener: RequestListener, changes: Partial<LoadPlan> = {}) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => server.close().closeAllConnections());
  const plan = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/path?a=1`,
    method: 'POST',
    headers: { 'x-test': 'yes' },
    body: 'tēxt',
    requestsPerSecond: 50,
    requestTimeoutMillis: 10_000,
    warmUpMillis: 200,
    measuredMillis: 800,
    seed: 1,
    ...changes,
  };
  const phases: string[] = [];
  return { result: await generateLoad(plan, (phase) => phases.push(phase)), phases };
}

describe('generateLoad', () => {
  it('sends what it was told, and counts the measured phase only', async () => {
    const seen: string[] = [];
    const { result, phases } = await load(async (request, response) => {
      const body = Buffer.concat(await request.toArray()).toString();
      seen.push(`${request.method} ${request.url} ${request.headers['x-test']} ${body}`);
      response.end('ok');
    });
    expect(new Set(seen)).toEqual(new Set(['POST /path?a=1 yes tēxt']));
    expect(seen).toHaveLength(50);
    expect(result).toMatchObject({ dueRequestCount: 40, succeededRequestCount: 40, failedRequestCounts: {} });
    expect(phases).toEqual(['measuring', 'draining']);
  });

  it('spares a service that stalls none of the requests of that time, nor their waiting', async () => {
    const startMillis = performance.now();
    const { result } = await load((_, response) => {
      // All that come in the first 900 ms are answered at their end.
      setTimeout(() => response.end(), Math.max(0, 900 - (performance.now() - startMillis)));
    });
    expect(result.succeededRequestCount).toBe(40);
    expect(new DelayDistribution(result.latency).maxMillis).toBeGreaterThan(400);
  });

  it('says what went wrong with the others', async () => {
    let count = 0;
    const { result } = await load(
      (_, response) => {
        count += 1;
        if (count % 3 === 0) response.writeHead(503).end();
        else if (count % 3 === 1) response.socket?.destroy();
      },
      { requestTimeoutMillis: 300 },
    );
    expect(result.succeededRequestCount).toBe(0);
    expect(Object.keys(result.failedRequestCounts).sort()).toEqual(['ECONNRESET', 'HTTP 503', 'timeout']);
    expect(result.latency.reduce((sum, [, count]) => sum + count, 0)).toBe(40);
    expect(Object.values(result.failedRequestCounts).reduce((sum, failed) => sum + failed, 0)).toBe(40);
  });

  it('counts as failed what HTTP can not send', async () => {
    const { result } = await load((_, response) => response.end(), { headers: { 'x y': 'z' } });
    expect(result).toMatchObject({ succeededRequestCount: 0, failedRequestCounts: { ERR_INVALID_HTTP_TOKEN: 40 } });
  });
});

describe('drawInstants', () => {
  it('are as many as planned, within the phase, and the same for the same seed', () => {
    const instants = drawInstants(100, 2_000, 5);
    expect(instants).toHaveLength(200);
    expect(instants).toEqual(drawInstants(100, 2_000, 5));
    expect(instants).not.toEqual(drawInstants(100, 2_000, 6));
    expect(Math.min(...instants)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...instants)).toBeLessThan(2_000);
  });

  it('are one where there is room for one and a bit, and none where there is not room for half of one', () => {
    expect(drawInstants(0.2, 6_000, 1)).toHaveLength(1);
    expect(drawInstants(0.1, 2_500, 1)).toHaveLength(0);
  });
});
