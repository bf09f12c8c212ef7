import { describe, expect, it } from 'vitest';
import { DEFAULTS } from '#gate/config/gate-config';
import type { Figures } from '#gate/figures';
import { createRandom } from '#gate/statistics/random';
import { drawGateRuns, judgeRun } from './draw-gate-runs.js';
import type { FigurePair } from './trial-figures.js';

const RULES = DEFAULTS.figures;
const SETTINGS = { blockCount: 18, runCount: 40, seed: 1, isSwapped: false };

function withP99(arrivalWeightedP99Millis: number | null): Figures {
  return {
    arrivalWeightedP99Millis,
    rawP99Millis: 50,
    longestBlockMillis: null,
    utilization: 0.5,
    mainThreadCpuMillisPerSecond: null,
    latencyP99Millis: null,
  };
}

/** Around 10 ms, up to `noiseMillis` off, the candidate slower by `addedMillis`. */
function record(blockCount: number, addedMillis: number, noiseMillis: number): FigurePair[] {
  const random = createRandom(7);
  const measure = () => 10 + (random() * 2 - 1) * noiseMillis;
  return Array.from({ length: blockCount }, () => ({
    reference: withP99(measure()),
    candidate: withP99(measure() + addedMillis),
  }));
}

describe('drawGateRuns', () => {
  it('catches what got worse by more than the margin, and ends such a run early', () => {
    const { verdicts, meanBlockCount } = drawGateRuns(record(150, 6, 1), RULES, SETTINGS);
    expect(verdicts).toEqual({ regressed: 40, holds: 0, 'cannot judge': 0 });
    expect(meanBlockCount).toBe(8);
  });

  it('calls what stayed within the margin by no name', () => {
    const { verdicts } = drawGateRuns(record(150, 0, 1), RULES, { ...SETTINGS, isSwapped: true });
    expect(verdicts).toEqual({ regressed: 0, holds: 40, 'cannot judge': 0 });
  });

  it('cannot judge what is noisier than the margin, after all of its blocks', () => {
    const { verdicts, meanBlockCount } = drawGateRuns(record(150, 2, 20), RULES, SETTINGS);
    expect(verdicts['cannot judge']).toBeGreaterThan(20);
    expect(meanBlockCount).toBeGreaterThan(15);
  });

  it('tosses which of two is the candidate only where it is told to', () => {
    const pairs = record(150, 6, 1);
    const { verdicts } = drawGateRuns(pairs, RULES, { ...SETTINGS, isSwapped: true });
    expect(verdicts.regressed).toBeGreaterThan(5);
    expect(verdicts.holds).toBeGreaterThan(5);
  });

  it('asks for more blocks than a run has', () => {
    expect(() => drawGateRuns(record(17, 0, 1), RULES, SETTINGS)).toThrow('expected at least 18 blocks');
  });
});

describe('judgeRun', () => {
  it('says nothing of a figure that is not known in every trial', () => {
    const pairs = record(18, 6, 1).map((pair, index) => (index === 3 ? { ...pair, candidate: withP99(null) } : pair));
    expect(judgeRun(pairs, RULES)).toEqual({ verdict: 'cannot judge', blockCount: 18 });
  });

  it('says nothing by fewer blocks than a look takes', () => {
    expect(judgeRun(record(5, 6, 1), RULES)).toEqual({ verdict: 'cannot judge', blockCount: 5 });
  });
});
