import { describe, expect, it } from 'vitest';
import type { ClaimTrial, EstimateOf } from './claim.js';
import { concludeClaim, Estimates, FEWEST_BLOCKS } from './estimate.js';
import { makeTrials } from './trials.test-data.js';

const CLAIM = { name: 'test', cases: ['a', 'b'] };
const holds = () => ({ status: 'holds', sentence: 'It does.', vietnameseSentence: 'Đúng thế.' }) as const;

describe('Estimates', () => {
  it('pairs the cases of a block, so that what drifts from block to block drops out', () => {
    const trials = [1, 50, 900, 7, 33, 2].flatMap((drift, block): ClaimTrial[] => [
      { case: 'a', block, figures: { callMicros: drift }, faults: [] },
      { case: 'b', block, figures: { callMicros: drift + 5 }, faults: [] },
    ]);
    const added = new Estimates(CLAIM, trials).estimate(
      (figure) => figure('b', 'callMicros') - figure('a', 'callMicros'),
    );
    expect(added).toMatchObject({ estimate: 5, low: 5, high: 5 });
  });

  it('leaves out a block in which a case is missing or has a fault', () => {
    const trials = makeTrials({ a: { callMicros: 1 }, b: { callMicros: 2 } }, 8)
      .filter(({ case: caseName, block }) => caseName === 'a' || block !== 0)
      .map((trial) => (trial.case === 'b' && trial.block === 3 ? { ...trial, faults: ['lost'] } : trial));
    expect(new Estimates(CLAIM, trials).blocks.map(({ block }) => block)).toEqual([1, 2, 4, 5, 6, 7]);
  });

  it('says which figure a claim asks for in vain', () => {
    const estimates = new Estimates(CLAIM, makeTrials({ a: { callMicros: 1 }, b: {} }));
    expect(() => estimates.estimate((figure) => figure('b', 'callMicros'))).toThrow(
      "test: expected case 'b' to have the figure 'callMicros'",
    );
  });
});

describe('concludeClaim', () => {
  const figures = { a: { callMicros: 1 }, b: { callMicros: 2 } };

  it('can not tell from too few blocks, whatever they say', () => {
    const few = makeTrials(figures, FEWEST_BLOCKS - 1);
    expect(concludeClaim({ ...CLAIM, verdict: holds }, few)).toMatchObject({ status: 'cannot tell' });
  });

  it('asks the verdict where there are enough', () => {
    const enough = makeTrials(figures, FEWEST_BLOCKS);
    const verdict = (estimate: EstimateOf) => {
      const { estimate: micros } = estimate((figure) => figure('b', 'callMicros'));
      return { ...holds(), sentence: `It takes ${micros.toFixed(1)} µs.` };
    };
    expect(concludeClaim({ ...CLAIM, verdict }, enough)).toEqual({ ...holds(), sentence: 'It takes 2.0 µs.' });
  });
});
