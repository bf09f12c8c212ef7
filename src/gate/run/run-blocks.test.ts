import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Arm } from './arm.js';
import { runBlocks } from './run-blocks.js';
import type { TrialPlan } from './trial.js';
import type { TrialRecord } from './trial-record.js';

const TRIAL_MILLIS = 8_000;
const BUDGET_MILLIS = 360_000;
const MAX_BLOCK_COUNT = 20;

interface Scripts {
  readonly program: string | null;
  readonly scriptOf: (arm: TrialRecord['arm']) => string;
}

const ONE_SCRIPT: Scripts = { program: null, scriptOf: () => 'server.mjs' };

/** A run on a clock of its own, in which the machine disturbs the trials that `isDisturbed` says, over and over. */
async function runOn(isDisturbed: readonly boolean[], { program, scriptOf } = ONE_SCRIPT) {
  let nowMillis = 0;
  const trials: TrialRecord[] = [];
  const takeTrial = async ({ arm, block }: TrialPlan) => {
    // A run without an end would hang the test.
    if (trials.length > 1_000) throw new Error('expected an end');
    nowMillis += TRIAL_MILLIS;
    const isFaulty = isDisturbed[trials.length % isDisturbed.length] === true;
    const faults = isFaulty ? ['the machine stood still for 300 ms'] : [];
    const faultKinds = isFaulty ? ['standstill'] : [];
    const script = scriptOf(arm.name);
    return { arm: arm.name, block, script, figures: {}, faults, faultKinds } as unknown as TrialRecord;
  };
  const end = await runBlocks({
    arms: [{ name: 'reference' } as Arm, { name: 'candidate' } as Arm],
    takeTrial,
    readMillis: () => nowMillis,
    timeBudgetMillis: BUDGET_MILLIS,
    lookPlan: { interim: [], finalConfidence: 0.95 },
    maxBlockCount: MAX_BLOCK_COUNT,
    seed: 1,
    program,
    judge: () => [],
    onTrial: (trial) => trials.push(trial),
    onProgress: () => {},
  });
  return { end, millis: nowMillis };
}

it('ends in time however the machine disturbs it', async () => {
  const pattern = fc.array(fc.boolean(), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(pattern, async (isDisturbed) => {
      const { end, millis } = await runOn(isDisturbed);
      expect(['all blocks', 'out of time', 'invalid trials']).toContain(end);
      // The first whole block may be longer than those before it, which a fault cut short.
      expect(millis).toBeLessThanOrEqual(BUDGET_MILLIS + TRIAL_MILLIS);
    }),
    { examples: [[[true]], [[false, true]], [[true, true, true, false]]] },
  );
});

it('runs all blocks where nothing disturbs them, and gives up where everything does', async () => {
  expect(await runOn([false])).toEqual({ end: 'all blocks', millis: 2 * MAX_BLOCK_COUNT * TRIAL_MILLIS });
  expect((await runOn([true])).end).toBe('invalid trials');
});

it('compares scripts where nobody says which one is to be measured, and there only', async () => {
  const scriptOf = (arm: TrialRecord['arm']) => (arm === 'candidate' ? 'dist/main.js' : 'dist/server.js');
  const named = { program: 'dist/', scriptOf };
  expect((await runOn([false], named)).end).toBe('all blocks');
  await expect(runOn([false], { program: null, scriptOf })).rejects.toThrow(/name a part of the path that they share/);
});
