import { describe, expect, it } from 'vitest';
import { compare } from '../scenarios/compare.js';
import { scheduleTrials } from './schedule.js';

const size = { blockCount: 40, warmUpMillis: 1, measuredMillis: 1 };
const plans = scheduleTrials(compare, size, 7);
const blocks = Array.from({ length: size.blockCount }, (_, block) => plans.filter((plan) => plan.block === block));

describe('scheduleTrials', () => {
  it('runs every arm once a block', () => {
    for (const block of blocks) expect(new Set(block.map(({ arm }) => arm))).toEqual(new Set(compare.arms));
    for (const block of blocks) expect(block).toHaveLength(compare.arms.length);
    expect(plans.map(({ block }) => block)).toEqual([...plans.map(({ block }) => block)].sort((a, b) => a - b));
  });

  it('puts every arm in every place, so that what drifts meets all alike', () => {
    for (let place = 0; place < compare.arms.length; place += 1) {
      expect(new Set(blocks.map((block) => block[place]?.arm))).toEqual(new Set(compare.arms));
    }
  });

  it('gives the arms of a block the same load, and each block another', () => {
    for (const block of blocks) expect(new Set(block.map(({ seed }) => seed)).size).toBe(1);
    expect(new Set(plans.map(({ seed }) => seed)).size).toBe(size.blockCount);
  });

  it('is the same for the same seed and differs for another', () => {
    expect(scheduleTrials(compare, size, 7)).toEqual(plans);
    expect(scheduleTrials(compare, size, 8).map(({ arm }) => arm)).not.toEqual(plans.map(({ arm }) => arm));
  });
});
