import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ExportCoincidence, measureCoincidence } from './export-coincidence.js';
import { makeTrial } from './test-trial.js';

const WINDOW_MILLIS = 1_000;

type Block = readonly [startMillis: number, lengthMillis: number];

/** A trial of one second from the instant 0, by the sink's clock and the service's alike. */
function makeWindow(blocks: readonly Block[], exportMillis: readonly number[], wireByteLength = 1_000_000) {
  const { measured } = makeTrial({ arm: 'batch-otlp-json' });
  const longestBlocks = blocks.map(([startedAtUnixMillis, durationMillis]) => ({
    startedAtUnixMillis,
    durationMillis,
  }));
  return {
    measured: { ...measured, loopDelay: { ...measured.loopDelay, longestBlocks } },
    exports: exportMillis.map((receivedAtUnixMillis) => ({ receivedAtUnixMillis, wireByteLength })),
  };
}

function measure(...trials: ReturnType<typeof makeWindow>[]): ExportCoincidence {
  const coincidence = measureCoincidence(trials);
  if (coincidence === null) throw new Error('expected a coincidence');
  return coincidence;
}

describe('what lies at an export', () => {
  it.each([
    ['one length before the block', 90, 1],
    ['just further before it', 89, 0],
    ['one length after its end', 120, 1],
    ['just further after it', 121, 0],
  ])('reaches from one length before a block to one after it: %s', (_, exportMillis, share) => {
    expect(measure(makeWindow([[100, 10]], [exportMillis])).observedShare).toBe(share);
  });

  it('is asked of as many of the longest blocks as there were exports in the window', () => {
    const blocks: Block[] = [
      [300, 5],
      [100, 20],
      [500, 10],
    ];
    expect(measure(makeWindow(blocks, [110]))).toMatchObject({ blockCount: 1, observedShare: 1 });
    // An export of the warm-up and one of the last flush are none of the window's.
    expect(measure(makeWindow(blocks, [-5, 110, 505, 1_001]))).toMatchObject({ blockCount: 2, observedShare: 1 });
  });

  it('is asked of ten blocks at the most, and of none that has no length', () => {
    const many = Array.from({ length: 30 }, (_, index): Block => [index * 30, index]);
    const exports = many.map(([startMillis]) => startMillis);
    expect(measure(makeWindow(many, exports)).blockCount).toBe(10);
    expect(measureCoincidence([makeWindow([[100, 0]], [100])])).toBeNull();
    expect(measureCoincidence([makeWindow([[100, 10]], [])])).toBeNull();
  });

  it('tells how long a block takes by what was sent at it', () => {
    expect(measure(makeWindow([[100, 30]], [110, 140], 1_500_000)).millisPerMegabyte).toBeCloseTo(10, 9);
    expect(measure(makeWindow([[100, 30]], [500])).millisPerMegabyte).toBeNull();
  });
});

describe('what chance would give', () => {
  it('is the share of the window in which a block of this length could begin and have an export near it', () => {
    // It may begin in 990 ms, and has the export near it where it begins from 480 to 510.
    expect(measure(makeWindow([[100, 10]], [500])).chanceShare).toBeCloseTo(30 / 990, 9);
  });

  it('is certain where a block is as long as the window, or exports are everywhere', () => {
    expect(measure(makeWindow([[0, WINDOW_MILLIS]], [500])).chanceShare).toBe(1);
    const everywhere = Array.from({ length: 101 }, (_, index) => index * 10);
    expect(measure(makeWindow([[100, 10]], everywhere)).chanceShare).toBeCloseTo(1, 9);
  });

  it('is what counting instants gives, however the exports lie', () => {
    const instants = 20_000;
    fc.assert(
      fc.property(
        fc.double({ min: 0.5, max: 900, noNaN: true }),
        fc.array(fc.double({ min: -100, max: 1_100, noNaN: true }), { maxLength: 8 }),
        (lengthMillis, others) => {
          const exportMillis = [500, ...others];
          const { chanceShare } = measure(makeWindow([[0, lengthMillis]], exportMillis));
          let nearCount = 0;
          for (let index = 0; index < instants; index += 1) {
            const startMillis = ((WINDOW_MILLIS - lengthMillis) * (index + 0.5)) / instants;
            const isNear = (at: number) => at >= startMillis - lengthMillis && at <= startMillis + 2 * lengthMillis;
            if (exportMillis.some(isNear)) nearCount += 1;
          }
          // Each end of a stretch is off by one instant at the most.
          expect(Math.abs(chanceShare - nearCount / instants)).toBeLessThanOrEqual(
            (2 * exportMillis.length) / instants,
          );
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('the excess over chance', () => {
  it('has an interval over the trials, from three on', () => {
    const hit = () => makeWindow([[495, 10]], [500]);
    expect(measure(hit(), hit()).excess).toBeNull();
    const { excess } = measure(hit(), hit(), hit());
    expect(excess?.estimate).toBeCloseTo(1 - 30 / 990, 9);
    expect(excess?.low).toBeCloseTo(1 - 30 / 990, 9);
  });

  it('is below nothing where blocks avoid the exports', () => {
    const miss = () => makeWindow([[100, 10]], [500]);
    expect(measure(miss(), miss(), miss()).excess?.high).toBeLessThan(0);
  });
});
