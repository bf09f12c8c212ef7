import { describe, expect, it } from 'vitest';
import { CAPTURE_LEVELS } from './axes.js';
import { listOutcomes } from './cell-figures.js';
import { CORE_CHOICES, TEXT_CHOICES } from './choices.js';
import { describeEffect, listInteractions, listLevelEffects, listPeers } from './effects.js';
import { designMatrix } from './matrix-order.js';
import { changeLatency, makeMatrixRun } from './test-run.js';

/** A block of so many ms once in a second has a p99 10 ms below its length. */
const CONTROL_MILLIS = 15;

const isHeavy = (capture: string) => capture === '20 kB' || capture === '200 kB';

/** Peers add 40 ms where there is much text and 2 ms elsewhere, offloop and its kin 1 ms everywhere. */
const RUN = makeMatrixRun((arm, { capture }) => {
  if (arm === 'control') return CONTROL_MILLIS;
  if (arm.startsWith('offloop')) return CONTROL_MILLIS + 1;
  return CONTROL_MILLIS + (isHeavy(capture) ? 40 : 2);
});

const AXES = RUN.matrix.axes;
const PEERS = listPeers(listOutcomes(RUN));

function findAxis(name: string) {
  const axis = AXES.find((candidate) => candidate.name === name);
  if (axis === undefined) throw new Error(`expected an axis '${name}'`);
  return axis;
}

describe('outcomes', () => {
  it("say what the arm and offloop add to the control of the same cell, and what offloop saves of the arm's", () => {
    for (const { levels, arm, offloop, savedMillis } of PEERS) {
      const addedMillis = isHeavy(levels.capture) ? 40 : 2;
      expect(arm.p99Millis).toBeCloseTo(addedMillis);
      expect(offloop.p99Millis).toBeCloseTo(1);
      expect(savedMillis).toBeCloseTo(addedMillis - 1);
      expect(arm.p99Ratio).toBeCloseTo((addedMillis + 5) / 5);
    }
  });

  it('leave out what can not be compared: without its control a cell says nothing, without its arm only of offloop', () => {
    const matrix = designMatrix(1, 2, true);
    const [first, second] = matrix.cells;
    const isFirst = (levels: object) => JSON.stringify(levels) === JSON.stringify(first?.levels);
    const faulty = makeMatrixRun((arm, levels) => {
      if (isFirst(levels)) return arm === 'control' ? null : 20;
      return arm === second?.levels.exporter ? null : 20;
    }, matrix);
    const [withoutControl, withoutArm] = listOutcomes(faulty);
    expect(withoutControl).toMatchObject({ control: null, arm: null, offloop: null, savedMillis: null });
    expect(withoutArm).toMatchObject({ arm: null, offloop: { p99Millis: 0 }, savedMillis: null });
    expect(listPeers(listOutcomes(faulty))).toEqual([]);
  });
});

describe('effects', () => {
  it('find the level that matters, and the same mean in every level of an axis that does not', () => {
    const byCapture = listLevelEffects(findAxis('capture'), PEERS);
    expect(byCapture.map(({ level, arm }) => [level, Math.round(arm.p99Millis)])).toEqual(
      Object.keys(CAPTURE_LEVELS).map((level) => [level, isHeavy(level) ? 40 : 2]),
    );
    // A third of the cells are heavy, in each arm alike.
    for (const { arm } of listLevelEffects(findAxis('exporter'), PEERS)) {
      expect(arm.p99Millis).toBeCloseTo((2 * 40 + 4 * 2) / 6);
    }
  });

  it('count the cells in which offloop saves more than the margin of 1 ms', () => {
    const light = PEERS.filter(({ levels }) => !isHeavy(levels.capture));
    expect(describeEffect(PEERS)).toMatchObject({ cellCount: PEERS.length, worthCount: PEERS.length - light.length });
    expect(describeEffect(light)?.saved).toMatchObject({ meanMillis: expect.closeTo(1), interval: { low: 1 } });
    expect(describeEffect([])).toBeNull();
  });

  it('count the cells in which offloop costs more than that', () => {
    const dear = makeMatrixRun((arm) => (arm === 'offloop' ? 18 : 16));
    const peers = listPeers(listOutcomes(dear));
    expect(describeEffect(peers)).toMatchObject({ worthCount: 0, costCount: peers.length });
    expect(describeEffect(PEERS)).toMatchObject({ costCount: 0 });
  });

  it('name first the axis on which it depends how much offloop saves', () => {
    const [first, ...others] = listInteractions(AXES, PEERS);
    expect(first?.axis).toBe('capture');
    expect(first?.explainedRatio).toBeCloseTo(1);
    for (const { explainedRatio } of others) expect(explainedRatio).toBeLessThan(0.35);
  });
});

describe('response time', () => {
  it('is what the arm adds to the latency of the control, and what offloop saves of it', () => {
    const slow = changeLatency(RUN, ({ arm }) =>
      arm === 'control' ? [100, 120] : arm === 'offloop' ? [101, 130] : [103, 125],
    );
    const peers = listPeers(listOutcomes(slow));
    const effect = describeEffect(peers);
    expect(effect?.arm).toMatchObject({ latencyP50Millis: 3, latencyP99Millis: 5, medianLatencyP99Millis: 5 });
    expect(effect?.offloop).toMatchObject({ latencyP50Millis: 1, latencyP99Millis: 10 });
    expect(effect?.savedLatencyP50).toMatchObject({ meanMillis: 2, interval: { low: 2, high: 2 } });
    expect(effect?.savedLatencyP99).toMatchObject({ meanMillis: -5, interval: { low: -5, high: -5 } });
    expect(describeEffect(peers.slice(0, 2))?.savedLatencyP99.interval).toBeNull();
  });

  it('rests on the answers of the trial that has fewest', () => {
    const uneven = changeLatency(RUN, ({ arm, block }) => [1, 1, arm === 'offloop' && block === 0 ? 21 : 23]);
    const outcomes = listOutcomes(uneven);
    expect(outcomes.map(({ requestCount }) => requestCount)).toEqual(outcomes.map((_, at) => (at === 0 ? 21 : 23)));
  });
});

describe('choices', () => {
  const cells = designMatrix(1, null, true).cells;

  it.each([
    ['text', TEXT_CHOICES],
    ['cores', CORE_CHOICES],
  ])('by %s: every cell of the design is like one of them, and each has cells', (_, choices) => {
    for (const cell of cells) expect(choices.filter(({ isLike }) => isLike(cell))).toHaveLength(1);
    for (const { title, isLike } of choices) expect(cells.some(isLike), title).toBe(true);
  });
});
