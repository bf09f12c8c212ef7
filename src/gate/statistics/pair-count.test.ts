import { describe, expect, it } from 'vitest';
import { bootstrapInterval } from './bootstrap-interval.js';
import { estimatePairCount } from './pair-count.js';
import { createRandom } from './random.js';
import { median } from './sample-statistics.js';

const RUN_COUNT = 100;
const OBTAINED_COUNT = 20;

const random = createRandom(1);

/** Standard normal (Box and Muller). */
function drawNormal(): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** One difference in ten is of a trial that something disturbed. */
function drawDisturbed(): number {
  return random() < 0.1 ? 10 * drawNormal() : drawNormal();
}

function obtain(draw: () => number, pairCount: number) {
  const differences = Array.from({ length: pairCount }, draw);
  return { difference: bootstrapInterval(differences, median, { resampleCount: 400 }), pairCount };
}

/** Over runs of so many pairs, the median of what `read` makes of them. */
function overRuns(draw: () => number, pairCount: number, read: (run: ReturnType<typeof obtain>) => number): number {
  return median(Array.from({ length: RUN_COUNT }, () => read(obtain(draw, pairCount))));
}

describe('estimatePairCount', () => {
  const wanted: [name: string, draw: () => number, halfWidthMillis: number][] = [
    ['normal', drawNormal, 0.6],
    ['normal', drawNormal, 0.4],
    ['disturbed', drawDisturbed, 0.6],
    ['disturbed', drawDisturbed, 0.45],
  ];

  it.each(wanted)('of %s differences: so many pairs do give the interval', (_, draw, halfWidthMillis) => {
    const needed = overRuns(draw, OBTAINED_COUNT, (run) => estimatePairCount(run, halfWidthMillis) ?? Number.NaN);
    const halfWidth = overRuns(draw, Math.round(needed), ({ difference }) =>
      difference === null ? Number.NaN : (difference.high - difference.low) / 2,
    );
    expect(halfWidth / halfWidthMillis).toBeGreaterThan(0.85);
    expect(halfWidth / halfWidthMillis).toBeLessThan(1.15);
  });

  const difference = { estimate: 0.4, low: -0.7, high: 1.6, confidence: 0.95 };

  it('is more than there are when the interval is too wide, and fewer when it is narrow enough', () => {
    expect(estimatePairCount({ difference, pairCount: 10 }, 1.16)).toBe(10);
    expect(estimatePairCount({ difference, pairCount: 10 }, 1)).toBeGreaterThan(11);
    expect(estimatePairCount({ difference, pairCount: 10 }, 1.5)).toBeLessThan(10);
  });

  it('grows with the square of the precision', () => {
    const coarse = estimatePairCount({ difference, pairCount: 100 }, 0.1) ?? Number.NaN;
    const fine = estimatePairCount({ difference, pairCount: 100 }, 0.05) ?? Number.NaN;
    expect(fine / coarse).toBeGreaterThan(3.95);
    expect(fine / coarse).toBeLessThan(4.05);
  });

  it('is the least there can be when the differences are all the same', () => {
    const same = { estimate: 2, low: 2, high: 2, confidence: 0.95 };
    expect(estimatePairCount({ difference: same, pairCount: 3 }, 1)).toBe(3);
  });

  it('is unknown without an interval', () => {
    expect(estimatePairCount({ difference: null, pairCount: 2 }, 1)).toBeNull();
  });
});
