import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { keepMetricsInMemory } from '../../test/fixtures/metrics-in-memory.js';
import { observeLoopDelay } from './loop-delay-metrics.js';
import { type LoopDelayMonitor, monitorLoopDelay } from './loop-delay-monitor.js';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

function start(...args: Parameters<typeof monitorLoopDelay>) {
  const monitor: LoopDelayMonitor = monitorLoopDelay(...args);
  const metrics = keepMetricsInMemory();
  const stopObserving = observeLoopDelay(monitor, metrics.provider.getMeter('test'));
  ends.push(() => monitor.stop(), metrics.shutdown);
  return { monitor, stopObserving, read: metrics.read };
}

function block(blockMillis: number): void {
  const endMillis = performance.now() + blockMillis;
  while (performance.now() < endMillis);
}

const THRESHOLD = 'offloop.eventloop.threshold';

describe('observeLoopDelay', () => {
  it('gives raw delays their conventional names and the rest names of its own, in seconds', async () => {
    const { read } = start({ thresholdsMillis: [50] });
    await sleep(100);
    block(200);
    await sleep(100);
    const metrics = await read();
    for (const suffix of ['min', 'max', 'mean', 'stddev', 'p50', 'p90', 'p99']) {
      expect(metrics[`nodejs.eventloop.delay.${suffix}`]).toMatchObject({ unit: 's', kind: 'gauge' });
    }
    expect(metrics['nodejs.eventloop.delay.max']?.points[0]?.value).toBeGreaterThan(0.15);
    for (const suffix of ['mean', 'max', 'p50', 'p90', 'p99', 'p999']) {
      expect(metrics[`offloop.eventloop.arrival_weighted_delay.${suffix}`]).toMatchObject({ unit: 's', kind: 'gauge' });
    }
    expect(metrics['offloop.eventloop.arrival_weighted_delay.max']?.points[0]?.value).toBeGreaterThan(0.199);
    expect(metrics['nodejs.eventloop.utilization']).toMatchObject({ unit: '1', kind: 'gauge' });
    const states = metrics['nodejs.eventloop.time']?.points.map(
      ({ attributes }) => attributes['nodejs.eventloop.state'],
    );
    expect(states).toEqual(['idle', 'active']);
    expect(metrics['offloop.eventloop.over_threshold.time']).toMatchObject({
      unit: 's',
      kind: 'monotonic sum',
      points: [{ attributes: { [THRESHOLD]: 0.05 } }],
    });
    expect(metrics['offloop.eventloop.over_threshold.blocks']?.points[0]?.value).toBeGreaterThanOrEqual(1);
  });

  it('starts a window with each collection, and lets counters go on', async () => {
    const { read } = start({ thresholdsMillis: [250] });
    block(400);
    await sleep(30);
    const first = await read();
    await sleep(50);
    const second = await read();
    expect(first['offloop.eventloop.arrival_weighted_delay.max']?.points[0]?.value).toBeGreaterThan(0.399);
    expect(second['offloop.eventloop.arrival_weighted_delay.max']?.points[0]?.value).toBeLessThan(0.399);
    expect(second['offloop.eventloop.over_threshold.time']?.points[0]?.value).toBeGreaterThan(0.149);
  });

  it('leaves out what is not measured', async () => {
    const { read } = start({ rawResolutionMillis: 0 });
    await sleep(30);
    const metrics = await read();
    expect(Object.keys(metrics).filter((name) => name.startsWith('nodejs.eventloop.delay.'))).toEqual([]);
    expect(metrics['offloop.eventloop.arrival_weighted_delay.p99']?.points).toHaveLength(1);
  });

  it('adds the last window of a stopped monitor once', async () => {
    const { monitor, read } = start({ thresholdsMillis: [100] });
    const readTotals = async () =>
      Object.entries(await read()).flatMap(([name, { kind, points }]) =>
        kind === 'monotonic sum' && name.startsWith('offloop.') ? points.map(({ value }) => ({ name, value })) : [],
      );
    block(200);
    await sleep(20);
    monitor.stop();
    const last = await readTotals();
    expect(last.find(({ name }) => name.endsWith('over_threshold.time'))?.value).toBeGreaterThan(0.099);
    for (let collection = 0; collection < 3; collection += 1) {
      for (const total of await readTotals()) expect(last).toContainEqual(total);
    }
  });

  it('observes nothing once it was ended', async () => {
    const { read, stopObserving } = start();
    stopObserving();
    expect(Object.values(await read()).flatMap(({ points }) => points)).toEqual([]);
  });
});
