import { describe, expect, it } from 'vitest';
import { checkOrder, type OrderCheck } from './check-order.js';
import { concludeOrder, drawOrderCheck, writeOrderSummary } from './order-report.js';
import type { OrderedRecord } from './ordered-record.js';

interface MadeUp {
  readonly blockCount?: number;
  /** What the arm adds where it runs before the control. */
  readonly addedBefore: number;
  /** What it adds where it runs after. */
  readonly addedAfter: number;
  /** Of the control's figure, what each place adds. */
  readonly driftPerPlace?: number;
}

/** Of two arms, in the one order and in the other by turns; blocks differ by a few per cent, as on a quiet machine. */
function makeRecord({ blockCount = 24, addedBefore, addedAfter, driftPerPlace = 0 }: MadeUp): OrderedRecord {
  const rule = { marginMillis: 1, confidence: 0.95 };
  return {
    name: 'made/up',
    control: 'control',
    selfControls: ['A/A', 'injected'],
    contrasts: [{ arm: 'exporter', control: 'control', figure: 'p99', rule }],
    followedFigures: ['p99'],
    figures: Array.from({ length: blockCount }, (_, block) => {
      const isArmFirst = block % 2 === 0;
      const place = isArmFirst ? 1 : 0;
      const noise = ((block * 7) % 5) / 50;
      const control = 10 * (1 + driftPerPlace * place) + noise;
      const arm = control + (isArmFirst ? addedBefore : addedAfter) + ((block * 3) % 7) / 50;
      return [
        { arm: 'control', block, place, name: 'p99', value: control },
        { arm: 'exporter', block, place: 1 - place, name: 'p99', value: arm },
      ];
    }).flat(),
  };
}

function checkOnly(check: OrderCheck) {
  expect(check.contrasts).toHaveLength(1);
  return check.contrasts[0] as OrderCheck['contrasts'][number];
}

describe('the order of arms', () => {
  it('is called harmless where both orders give the same verdict', () => {
    const check = checkOrder(makeRecord({ addedBefore: 5, addedAfter: 5 }));
    const { outcome, all, before, after } = checkOnly(check);
    expect(outcome).toBe('agree');
    expect([all.pairCount, before.pairCount, after.pairCount]).toEqual([24, 12, 12]);
    expect(all.verdict).toBe('different');
    expect(check).toMatchObject({ blockCount: 24, placeCount: 2 });
  });

  it.each([
    ['one order says more and the other the same', 5, 0],
    ['one order says more and the other less', 5, -5],
    ['one order says the same and the other less', 0, -5],
  ])('is found to decide where %s', (_, addedBefore, addedAfter) => {
    expect(checkOnly(checkOrder(makeRecord({ addedBefore, addedAfter }))).outcome).toBe('contradict');
  });

  it('is found to move a figure that is called the same in both orders', () => {
    expect(checkOnly(checkOrder(makeRecord({ addedBefore: 5, addedAfter: 8 }))).outcome).toBe('apart');
  });

  it('is left open where an order has fewer than 6 blocks', () => {
    const { outcome, all, before } = checkOnly(
      checkOrder(makeRecord({ blockCount: 10, addedBefore: 5, addedAfter: 5 })),
    );
    expect(outcome).toBe('cannot tell');
    expect(all.verdict).toBe('different');
    expect(before).toMatchObject({ verdict: 'cannot tell', doubt: 'too few pairs', pairCount: 5 });
  });

  it('is seen in few blocks where the intervals do not meet, and in fewer is not', () => {
    const outcomeOf = (blockCount: number) =>
      checkOnly(checkOrder(makeRecord({ blockCount, addedBefore: 5, addedAfter: 8 }))).outcome;
    expect(outcomeOf(8)).toBe('apart');
    expect(outcomeOf(6)).toBe('cannot tell');
  });

  it('is told by blocks that have both arms only, and by none where nothing differs', () => {
    const { figures, ...record } = makeRecord({ addedBefore: 5, addedAfter: 5 });
    const torn = figures.filter(({ arm, block }) => arm === 'control' || block !== 3);
    expect(checkOnly(checkOrder({ ...record, figures: torn })).all.pairCount).toBe(23);
    const constant = figures.map((figure) => ({ ...figure, value: 1 }));
    expect(checkOrder({ ...record, figures: constant }).contrasts).toEqual([]);
  });
});

describe('the places of a block', () => {
  it('are followed by the control', () => {
    const drifting = checkOrder(makeRecord({ addedBefore: 5, addedAfter: 5, driftPerPlace: 0.2 })).controlDrift;
    expect(drifting?.estimate).toBeCloseTo(0.2, 1);
    expect(drifting?.low).toBeGreaterThan(0.15);
    const steady = checkOrder(makeRecord({ addedBefore: 5, addedAfter: 5 })).controlDrift;
    expect(steady?.low).toBeLessThanOrEqual(0);
    expect(steady?.high).toBeGreaterThanOrEqual(0);
  });

  it('are not followed where a figure may be 0, or there is no control', () => {
    const record = makeRecord({ addedBefore: 5, addedAfter: 5 });
    const { controlDrift, drift } = checkOrder({ ...record, control: null });
    expect(controlDrift).toBeNull();
    expect(drift).not.toBeNull();
    const zero = record.figures.map((figure) => (figure.block === 0 ? { ...figure, value: 0 } : figure));
    expect(checkOrder({ ...record, figures: zero }).drift).toBeNull();
  });
});

describe('the report of the order', () => {
  const harmless = checkOrder(makeRecord({ addedBefore: 5, addedAfter: 5 }));
  const deciding = { ...checkOrder(makeRecord({ addedBefore: 5, addedAfter: 0 })), name: 'made/worse' };

  it('shows each order with its figure and interval, in 80 columns', () => {
    const text = drawOrderCheck(deciding, { unicode: false, styled: false });
    expect(text).toMatch(/^ exporter +24 +\d\.\d+ \(.* to .*\) +(more|can't tell)$/m);
    expect(text).toMatch(/^ {3}before control +12 +5\.\d+ \(.* to .*\) +more$/m);
    expect(text).toMatch(/^ {3}after control +12 +0\.\d+ \(.* to .*\) +same$/m);
    expect(text).toMatch(/^ {3}the two orders +contradict$/m);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('names what contradicts itself, and has a line a record', () => {
    const summary = writeOrderSummary([harmless, deciding]);
    expect(summary).toContain('2 records: 2 comparisons, each with a verdict in both orders.');
    expect(summary).toContain('Contradicted by the other order: exporter over control (p99, made/worse).');
    expect(summary).toMatch(/^\| made\/up \| 24 \| A\/A, injected \| 1 \| 1 \| 0 \| 0 \| .* \|$/m);
    expect(summary).toMatch(/^\| made\/worse \| 24 \| A\/A, injected \| 1 \| 1 \| 1 \| 0 \| .* \|$/m);
    expect(concludeOrder([harmless])).toContain('None of these contradicts itself.');
  });

  it('says first of how few comparisons both orders have a verdict', () => {
    const short = checkOrder({ ...makeRecord({ blockCount: 6, addedBefore: 5, addedAfter: 5 }), selfControls: [] });
    expect(writeOrderSummary([harmless, short, short])).toMatch(
      /^3 records: only 1 of 3 comparisons with a verdict in both orders, so that most are not checked\. None of these/,
    );
    expect(writeOrderSummary([harmless, harmless, short])).toContain(
      'only 2 of 3 comparisons with a verdict in both orders, the others are not checked.',
    );
    const alone = writeOrderSummary([short]);
    expect(alone).toMatch(
      /^made\/up: 1 comparison, none with a verdict in both orders, so that nothing is checked\. 1 can't/,
    );
    expect(alone).toMatch(/^\| made\/up \| 6 \| none \|/m);
  });
});
