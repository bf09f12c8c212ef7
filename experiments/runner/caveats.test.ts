import { describe, expect, it } from 'vitest';
import { compare } from '../scenarios/compare.js';
import { controls } from '../scenarios/controls.js';
import { SCENARIOS } from '../scenarios/index.js';
import { listCaveats } from './caveats.js';
import { makeTrial } from './test-trial.js';

const trial = makeTrial({ arm: 'offloop' });
const { measured } = trial;
const { runnableMillis: _, ...untold } = measured.loopDelay;

describe('listCaveats', () => {
  it('says of a run that is too small for the blocks of the positive control that it is', () => {
    const [caveat, ...others] = listCaveats({ scenario: compare, size: compare.sizes.quick, trials: [trial] });
    expect(caveat).toBe(
      'Not powered for 10 ms blocks: at the load of compare, 10 ms x 2/s take 12 blocks of 8000 ms to be found; ' +
        'this run has 6 of 1500 ms.',
    );
    expect(others).toEqual([]);
    const short = { ...compare.sizes.reference, measuredMillis: 7_999 };
    expect(listCaveats({ scenario: compare, size: short, trials: [] })).toHaveLength(1);
  });

  it('says nothing of a run that is large enough, or whose scenario does not know', () => {
    expect(listCaveats({ scenario: compare, size: compare.sizes.reference, trials: [trial] })).toEqual([]);
    expect(listCaveats({ scenario: controls, size: controls.sizes.quick, trials: [trial] })).toEqual([]);
    for (const { powered: __, ...scenario } of SCENARIOS) {
      expect(listCaveats({ scenario, size: scenario.sizes.quick, trials: [trial] })).toEqual([]);
    }
  });

  it.each([
    ['does not tell', { ...measured.loopDelay, runnableMillis: null }],
    ['did not tell yet, in an old run,', untold],
  ])('says that starvation was not checked where the system %s how long the service had no core', (__, loopDelay) => {
    const unchecked = { ...trial, measured: { ...measured, loopDelay: loopDelay as typeof measured.loopDelay } };
    expect(listCaveats({ scenario: controls, size: controls.sizes.quick, trials: [trial, unchecked] })).toEqual([
      expect.stringMatching(/^Not checked in 1 of 2 trials: whether the service lacked a core\./),
    ]);
  });

  it('says of a service that was to have one core how many it had', () => {
    const onOneCore = { ...controls, serviceCoreCount: 1 } as const;
    const withCores = (availableCoreCount: number) => ({ ...trial, measured: { ...measured, availableCoreCount } });
    const listOf = (...trials: readonly (typeof trial)[]) =>
      listCaveats({ scenario: onOneCore, size: controls.sizes.quick, trials });
    expect(listOf(withCores(1), withCores(1))).toEqual([]);
    expect(listOf(withCores(1), withCores(4), withCores(4))).toEqual([
      expect.stringMatching(/^Not on one core: the service had 4 cores in 2 of 3 trials\. .*taskset/),
    ]);
    const { availableCoreCount: __, ...uncounted } = measured;
    expect(listOf({ ...trial, measured: uncounted })).toEqual([
      expect.stringContaining('had an unknown number of cores'),
    ]);
    expect(listCaveats({ scenario: controls, size: controls.sizes.quick, trials: [withCores(4)] })).toEqual([]);
  });
});
