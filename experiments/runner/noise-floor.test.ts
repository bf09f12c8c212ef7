import { afterEach, expect, it } from 'vitest';
import { Child } from './child.js';
import type { NoiseFloorCommand, NoiseFloorReport } from './noise-floor.js';

const MODULE = new URL('../../dist/experiments/runner/noise-floor-process.js', import.meta.url);
const TIMEOUT_MILLIS = 20_000;

let child: Child<NoiseFloorReport, NoiseFloorCommand> | undefined;

afterEach(() => child?.end());

it('measures what a process that only sleeps is kept waiting, window by window', async () => {
  child = Child.start({ name: 'the noise-floor process', moduleUrl: MODULE });
  await child.receive('ready', TIMEOUT_MILLIS);
  const floors = [];
  for (const windowMillis of [300, 100]) {
    child.send({ type: 'start' });
    await new Promise((resolve) => setTimeout(resolve, windowMillis));
    child.send({ type: 'stop' });
    floors.push((await child.receive('noise-floor', TIMEOUT_MILLIS)).noiseFloor);
  }
  const [long, short] = floors;
  if (!long || !short) throw new Error('expected two windows');
  expect(long.observedMillis).toBeGreaterThan(200);
  expect(short.observedMillis).toBeGreaterThan(50);
  for (const floor of [long, short]) {
    expect(floor.arrivalWeightedP99Millis).toBeLessThanOrEqual(floor.longestMillis);
    expect(floor.longestMillis).toBeLessThanOrEqual(floor.observedMillis);
    if (floor.cpuMillis !== null) expect(floor.cpuMillis).toBeLessThan(floor.observedMillis / 2);
    if (process.platform === 'linux') expect(floor.stolenMillis).toBeGreaterThanOrEqual(0);
  }
});
