import { parseLoopDelaySnapshot } from 'offloop/loop-delay';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ask, Bench, finish, REQUEST, SPANS_A_REQUEST, TIMEOUT_MILLIS } from './test-bench.js';

const shared = new Bench();
const bench = new Bench();
let modelServerUrl: string;

beforeAll(async () => {
  modelServerUrl = await shared.startModelServer();
});
afterAll(() => shared.close());
afterEach(() => bench.close());

describe('over its channel the service', () => {
  it('measures the window between start and stop', async () => {
    const { child, url } = await bench.startService('control', { modelServerUrl });
    await ask(url, REQUEST);
    const measuring = child.receive('measuring', TIMEOUT_MILLIS);
    child.send({ type: 'start-measuring' });
    await measuring;
    await Promise.all(Array.from({ length: 5 }, () => ask(url, REQUEST).then((response) => response.text())));
    const measuredReport = child.receive('measured', TIMEOUT_MILLIS);
    child.send({ type: 'stop-measuring' });
    const measured = await measuredReport;
    expect(measured.windowMillis).toBeGreaterThan(10);
    // The server's own span ends with the connection, which may be a moment after the answer.
    expect(measured.madeSpanCount).toBeGreaterThanOrEqual(5 * (SPANS_A_REQUEST - 1));
    expect(measured.madeSpanCount).toBeLessThanOrEqual(6 * SPANS_A_REQUEST);
    expect(measured.processCpu.userMillis).toBeGreaterThan(0);
    expect(measured.residentSetBytes).toBeGreaterThan(10_000_000);
    expect(measured.garbageCollection.totalMillis).toBeGreaterThanOrEqual(measured.garbageCollection.longestMillis);
    const loopDelay = parseLoopDelaySnapshot(measured.loopDelay);
    // The monitor's window opens and closes with the measurement's, give or take the time the snapshot itself takes.
    expect(loopDelay.durationMillis).toBeGreaterThan(measured.windowMillis * 0.5);
    expect(loopDelay.utilization).toBeGreaterThan(0);
    expect((await finish(child)).madeSpanCount).toBe(6 * SPANS_A_REQUEST);
  });

  it('keeps serving when the sink is down, and says at the end what was lost', async () => {
    const downSinkUrl = await bench.listenNowhere();
    const { child, url } = await bench.startService('batch-otlp-json', {
      modelServerUrl,
      sinkUrl: downSinkUrl,
      // The exporter tries again for ten seconds otherwise.
      environment: { OTEL_EXPORTER_OTLP_TIMEOUT: '1000' },
    });
    expect((await ask(url, REQUEST)).status).toBe(200);
    const finished = await finish(child);
    expect(finished).toMatchObject({ madeSpanCount: 7, droppedSpanCount: 0, failedSpanCount: 7 });
    expect(finished.errors.join()).toContain('ECONNREFUSED');
  });

  it.each(['control', 'batch-otlp-json', 'batch-otlp-protobuf', 'offloop'] as const)(
    'finishes with arm %s',
    async (arm) => {
      const acceptingSinkUrl = await bench.listen((request, response) => {
        request.resume().on('end', () => response.end());
      });
      const { child, url } = await bench.startService(arm, { modelServerUrl, sinkUrl: acceptingSinkUrl });
      expect((await ask(url, REQUEST)).status).toBe(200);
      expect(await finish(child)).toMatchObject({ madeSpanCount: 7, droppedSpanCount: 0, failedSpanCount: 0 });
    },
  );
});
