import { createRandom } from '#gate/statistics/random';
import type { Scenario, ScenarioArm, TrialSize } from './scenario.js';
import type { TrialPlan } from './trial.js';

/** Seeds of neighbouring blocks must not meet: the load takes the seed after its own for the warm-up. */
const SEEDS_PER_BLOCK = 2;

/**
 * Every trial of a run, in order: each block runs every arm once, in an order drawn from the seed, so that what drifts
 * on the machine meets every arm alike. The arms of a block get the same requests at the same instants.
 */
export function scheduleTrials(scenario: Scenario, size: TrialSize, seed: number): TrialPlan[] {
  const random = createRandom(seed);
  return Array.from({ length: size.blockCount }, (_, block) =>
    shuffle(scenario.arms, random).map((arm) => ({
      arm,
      block,
      seed: seed + block * SEEDS_PER_BLOCK,
      scenario,
      size,
    })),
  ).flat();
}

/** Fisher and Yates. */
function shuffle(arms: readonly ScenarioArm[], random: () => number): ScenarioArm[] {
  const shuffled = [...arms];
  for (let last = shuffled.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    const [a, b] = [shuffled[last], shuffled[other]];
    if (a === undefined || b === undefined) throw new RangeError('unreachable: both indices are within the array');
    [shuffled[last], shuffled[other]] = [b, a];
  }
  return shuffled;
}
