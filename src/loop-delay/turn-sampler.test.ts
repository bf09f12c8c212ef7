import { performance } from 'node:perf_hooks';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { BlockLog } from './block-log.js';
import { TurnSampler } from './turn-sampler.js';

const HEARTBEAT_MILLIS = 20;

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

function start(heartbeatMillis: number) {
  const log = new BlockLog(10);
  const sampler = new TurnSampler(log, heartbeatMillis);
  ends.push(() => sampler.stop());
  if (heartbeatMillis > 0) {
    const heartbeat = setInterval(() => {}, heartbeatMillis);
    ends.push(() => clearInterval(heartbeat));
  }
  return { log, sampler };
}

function block(blockMillis: number): number {
  const startMillis = performance.now();
  while (performance.now() - startMillis < blockMillis);
  return performance.now() - startMillis;
}

function countTurns(): number {
  const { uvMetricsInfo } = performance.nodeTiming as unknown as { uvMetricsInfo: { loopCount: number } };
  return uvMetricsInfo.loopCount;
}

describe('TurnSampler', () => {
  it('does not wake an idle loop', async () => {
    start(0);
    await sleep(20);
    const turnsBefore = countTurns();
    await sleep(500);
    // The test runner's own sockets take a turn now and then; a tick of 20 ms would take 25.
    expect(countTurns() - turnsBefore).toBeLessThan(15);
  });

  it('sees two blocks that a sleep lies between as two, however close', async () => {
    const { log, sampler } = start(0);
    await sleep(20);
    const blocks: number[] = [];
    for (let count = 0; count < 10; count += 1) {
      // A timer counts from the time the loop last looked at the clock: set right after a block, it would be due at once.
      await turn();
      await sleep(3);
      blocks.push(block(30));
    }
    await sleep(10);
    sampler.sample();
    const totalMillis = blocks.reduce((sum, blockMillis) => sum + blockMillis, 0);
    // The test runner's own short turns may be shared out with one of them.
    const { blocks: found } = log.arrivalWeighted();
    expect(log.arrivalWeighted().countAbove(25), `found ${JSON.stringify(found)}`).toBeGreaterThanOrEqual(10);
    // Taken for one they would read 300; this machine may delay some.
    expect(log.arrivalWeighted().meanMillis).toBeLessThan(totalMillis / 2);
  });

  it('finds a block after a second of quiet, and the next ones one by one', async () => {
    const { log, sampler } = start(HEARTBEAT_MILLIS);
    await sleep(1_300);
    const first = block(60);
    await sleep(150);
    const second = block(60);
    await sleep(5);
    const others = [second, block(60)];
    await sleep(30);
    sampler.sample();
    const [longest] = log.longestBlocks();
    expect(log.arrivalWeighted().countAbove(55)).toBeGreaterThanOrEqual(3);
    expect(longest?.durationMillis).toBeGreaterThanOrEqual(Math.max(first, ...others) * 0.98);
    expect(log.arrivalWeighted().observedMillis).toBeGreaterThan(1_500);
  });

  it('gives turns too short to be looked at their own length, and still finds a block among them', async () => {
    const { log, sampler } = start(0);
    let blockMillis = 0;
    const endMillis = performance.now() + 600;
    const middleMillis = performance.now() + 300;
    while (performance.now() < endMillis) {
      if (blockMillis === 0 && performance.now() > middleMillis) blockMillis = block(50);
      await turn();
    }
    sampler.sample();
    const arrivalWeighted = log.arrivalWeighted();
    const turnCount = arrivalWeighted.blocks.reduce((sum, [, count]) => sum + count, 0);
    // Every tick taken for one turn, there would be 300 of them, and all of 2 ms.
    expect(turnCount).toBeGreaterThan(1_500);
    expect(arrivalWeighted.countAbove(1)).toBeLessThan(turnCount / 10);
    expect(arrivalWeighted.maxMillis).toBeGreaterThan(blockMillis * 0.95);
  });

  it('loses no time', async () => {
    const { log, sampler } = start(HEARTBEAT_MILLIS);
    const startMillis = performance.now();
    sampler.mark();
    const endMillis = startMillis + 300;
    while (performance.now() < endMillis) await turn();
    await sleep(1_200);
    block(20);
    await sleep(20);
    sampler.sample();
    const observedMillis = log.arrivalWeighted().observedMillis;
    // Between two readings of the clock a core may be taken away; a turn that is not counted takes 20 ms.
    expect(Math.abs(observedMillis - (performance.now() - startMillis))).toBeLessThan(10);
  });
});
