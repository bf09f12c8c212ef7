import { describe, expect, it } from 'vitest';
import { DEFAULTS } from '#gate/config/gate-config';
import { type ReplaySettings, replayGate } from './replay-gate.js';
import { type ArmFigures, makePowerRun, TRIAL_MILLIS } from './test-power-run.js';

const RULES = DEFAULTS.figures;
const LABELS = { reference: 'good', candidate: 'bad' };
const SETTINGS: ReplaySettings = { runCount: 30, seed: 1, order: 'drawn', isSwapped: false };

function replay(bad: ArmFigures, good: ArmFigures = {}, settings: Partial<ReplaySettings> = {}, blockCount = 100) {
  const { trials } = makePowerRun(blockCount, { good, bad });
  return replayGate(trials, LABELS, RULES, { ...SETTINGS, ...settings });
}

describe.each(['drawn', 'as recorded'] as const)('blocks %s', (order) => {
  it('are enough to catch what got worse by more than the margin, early', async () => {
    const { verdicts, recordedBlockCount, meanBlockCount, longestRunMillis } = await replay(
      { p99Millis: 16 },
      {},
      { order },
    );
    expect(verdicts).toEqual({ regressed: 30, holds: 0, 'cannot judge': 0 });
    expect(recordedBlockCount).toBe(100);
    expect(meanBlockCount).toBe(8);
    expect(longestRunMillis).toBe(2 * 8 * TRIAL_MILLIS);
  });

  it('say of what stayed as it was that it holds', async () => {
    const { verdicts } = await replay({}, {}, { order, isSwapped: true });
    // In a row each is the candidate once.
    expect(verdicts).toEqual({ regressed: 0, holds: order === 'drawn' ? 30 : 60, 'cannot judge': 0 });
  });
});

it('is not told by noise, and ends when the time is over', async () => {
  const noisy = { p99Millis: 20, noise: 0.9 };
  const { verdicts, longestRunMillis } = await replay(noisy, noisy);
  expect(verdicts['cannot judge']).toBeGreaterThan(20);
  expect(longestRunMillis).toBeLessThanOrEqual(DEFAULTS.timeBudgetMillis);
  expect(longestRunMillis).toBeGreaterThan(DEFAULTS.timeBudgetMillis - 2 * TRIAL_MILLIS);
});

it('tosses which of two is the candidate only where it is told to', async () => {
  const { verdicts } = await replay({ p99Millis: 16 }, {}, { isSwapped: true });
  expect(verdicts.regressed).toBeGreaterThan(5);
  expect(verdicts.holds).toBeGreaterThan(5);
});

it('leaves out what a live run leaves out, and doubts what is left where that is uneven', async () => {
  const disturb = (rest: number) => (block: number) => (block % 10 === rest ? ('standstill' as const) : undefined);
  const still = await replay({ p99Millis: 16, faultOf: disturb(0) }, { faultOf: disturb(5) });
  expect(still.verdicts.regressed).toBe(30);
  expect(still.longestRunMillis).toBeGreaterThan(2 * 8 * TRIAL_MILLIS);
  const starved = (block: number) => (block % 2 === 0 ? ('starvation' as const) : undefined);
  expect((await replay({ p99Millis: 16, faultOf: starved })).verdicts['cannot judge']).toBeGreaterThan(20);
  const alone = (block: number) => (block % 3 > 0 ? ('standstill' as const) : undefined);
  expect((await replay({ p99Millis: 16, faultOf: alone })).verdicts['cannot judge']).toBeGreaterThan(20);
});

it('asks for more blocks where a run has not enough', async () => {
  const noisy = { p99Millis: 20, noise: 0.9 };
  await expect(replay(noisy, noisy, {}, 10)).rejects.toThrow('expected more than 10 blocks');
});
