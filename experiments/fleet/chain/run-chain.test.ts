import { expect, it } from 'vitest';
import { runChain } from './run-chain.js';
import { CHAIN_SHAPES } from './shapes.js';

const TIMEOUT_MILLIS = 60_000;

const SETTINGS = {
  requestsPerSecond: 40,
  blockMillis: 100,
  meanPauseMillis: 100,
  warmUpMillis: 300,
  idleMillis: 500,
  measuredMillis: 1_500,
};

it.each(CHAIN_SHAPES)(
  '$name: real processes stand still, and a request waits for them',
  async (shape) => {
    const { figures, faults } = await runChain(shape, SETTINGS, 3);
    expect(faults).toEqual([]);
    expect(figures['blockedFraction']).toBeGreaterThan(0.2);
    // Half of the time each: few requests meet none.
    expect(figures['measuredLatePercent']).toBeGreaterThan(40);
    expect(figures['predictedLatePercent']).toBeGreaterThan(40);
    expect(figures['measuredP90Millis']).toBeGreaterThan(50);
  },
  TIMEOUT_MILLIS,
);
