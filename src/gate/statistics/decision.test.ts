import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countFewestPairs, decide } from './decision.js';
import { createRandom } from './random.js';

const rule = { marginMillis: 1, confidence: 0.95 };
const differences = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 6, maxLength: 12 });

describe('decide', () => {
  it('calls different what is past the margin, whichever way', () => {
    expect(decide([4, 5, 6, 5, 4, 6], rule)).toMatchObject({ verdict: 'different', doubt: null });
    expect(decide([-4, -5, -6, -5, -4, -6], rule).verdict).toBe('different');
  });

  it('calls the same what is within the margin, a small true difference included', () => {
    expect(decide([0.1, 0.2, 0.3, 0.2, 0.1, 0.2], rule)).toMatchObject({ verdict: 'same', doubt: null });
  });

  it('can not tell when the interval reaches over the margin', () => {
    expect(decide([0.5, 3, -2, 4, 1, 0], rule)).toMatchObject({ verdict: 'cannot tell', doubt: 'too noisy' });
  });

  it('can not tell from too few pairs, however clear they look', () => {
    expect(decide([50, 50, 50, 51, 50], rule)).toMatchObject({ verdict: 'cannot tell', doubt: 'too few pairs' });
    expect(decide([], rule)).toMatchObject({ verdict: 'cannot tell', difference: null, pairCount: 0 });
  });

  it('is never different under a wider margin when it is not under a narrower one', () => {
    fc.assert(
      fc.property(differences, fc.nat(20), fc.nat(20), (sample, margin, more) => {
        const wide = decide(sample, { marginMillis: margin + more, confidence: 0.95 }).verdict;
        const narrow = decide(sample, { marginMillis: margin, confidence: 0.95 }).verdict;
        if (wide === 'different') expect(narrow).toBe('different');
        if (narrow === 'same') expect(wide).toBe('same');
      }),
      { numRuns: 50 },
    );
  });

  it('calls two equals different no more often than the level, with no margin to help', () => {
    const random = createRandom(3);
    // Skewed noise as a machine makes it: mostly small, now and then large.
    const noise = () => 1 / (1 - random()) ** 0.5;
    const runCount = 400;
    let falseAlarmCount = 0;
    for (let run = 0; run < runCount; run += 1) {
      const sample = Array.from({ length: 8 }, () => noise() - noise());
      if (decide(sample, { marginMillis: 0, confidence: 0.95, seed: run }).verdict === 'different')
        falseAlarmCount += 1;
    }
    // 5 % of 400 is 20; two standard deviations above it 29.
    expect(falseAlarmCount).toBeLessThanOrEqual(29);
  });
});

describe('countFewestPairs', () => {
  it('is where chance alone could not put all pairs on one side too often', () => {
    for (const confidence of [0.8, 0.9, 0.95, 0.99]) {
      const pairCount = countFewestPairs(confidence);
      expect(2 * 0.5 ** pairCount).toBeLessThanOrEqual(1 - confidence + 1e-12);
      expect(2 * 0.5 ** (pairCount - 1)).toBeGreaterThan(1 - confidence);
    }
  });
});
