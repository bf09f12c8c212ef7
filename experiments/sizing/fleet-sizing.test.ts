import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FleetPlan, sizeFleet } from './fleet-sizing.js';

const COST = { byteLength: 1_500, processMicros: 25, mainThreadMicros: 10 };
const PLAN = { processCount: 20, spansPerSecondPerProcess: 1_000, outageSeconds: 3_600, decisionWaitSeconds: 30 };

describe('the size of a fleet', () => {
  it('is what one span costs times the spans', () => {
    expect(sizeFleet(COST, PLAN)).toEqual({
      spansPerSecond: 20_000,
      bytesPerSecond: 30e6,
      processCores: 0.5,
      mainThreadShare: 0.01,
      queuedBytes: 108e9,
      undecidedBytes: 900e6,
      bytesPerDay: 2.592e12,
    });
  });

  it('doubles with its processes, but for the share of a main thread', () => {
    const plans: fc.Arbitrary<FleetPlan> = fc.record({
      processCount: fc.integer({ min: 1, max: 100_000 }),
      spansPerSecondPerProcess: fc.integer({ min: 1, max: 100_000 }),
      outageSeconds: fc.integer({ min: 0, max: 86_400 }),
      decisionWaitSeconds: fc.integer({ min: 0, max: 600 }),
    });
    fc.assert(
      fc.property(plans, (plan) => {
        const one = sizeFleet(COST, plan);
        const two = sizeFleet(COST, { ...plan, processCount: plan.processCount * 2 });
        for (const [name, value] of Object.entries(one)) {
          const factor = name === 'mainThreadShare' ? 1 : 2;
          expect(two[name as keyof typeof two], name).toBeCloseTo(value * factor, 6);
        }
      }),
    );
  });
});
