import type { Scenario } from '../runner/scenario.js';
import { CONTROL_ARM, DEFAULT_INJECTED_BLOCKS, injectedArm } from '../runner/scenario-arms.js';

/** What the lab's word is worth: a known difference, and trials enough to replay the decision on. */
export const controls: Scenario = {
  name: 'controls',
  title: 'the same service with and without blocks of known length',
  arms: [CONTROL_ARM, injectedArm(DEFAULT_INJECTED_BLOCKS)],
  load: { requestsPerSecond: 20, promptCharacters: 2_000, completionCharacters: 2_000 },
  // Replayed from 100 recorded blocks: 99 % of runs of 9 blocks find them, 99.9 % of runs of 10.
  powered: { injectedBlocks: DEFAULT_INJECTED_BLOCKS, blockCount: 9, measuredMillis: 2_000 },
  sizes: {
    standard: { blockCount: 20, warmUpMillis: 300, measuredMillis: 2_000 },
    quick: { blockCount: 9, warmUpMillis: 200, measuredMillis: 2_000 },
    reference: { blockCount: 100, warmUpMillis: 300, measuredMillis: 2_000 },
  },
};
