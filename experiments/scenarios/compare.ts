import type { Scenario } from '../runner/scenario.js';
import { CONTROL_ARM, comparedArm, DEFAULT_INJECTED_BLOCKS } from '../runner/scenario-arms.js';

/** What `npm start` runs: the same chat service without an exporter, with the stock ones, and with offloop. */
export const compare: Scenario = {
  name: 'compare',
  title: 'a chat service under load, by the way its spans leave',
  arms: [CONTROL_ARM, comparedArm('batch-otlp-json'), comparedArm('batch-otlp-protobuf'), comparedArm('offloop')],
  quickArms: ['control', 'batch-otlp-protobuf', 'offloop'],
  load: { requestsPerSecond: 50, promptCharacters: 20_000, completionCharacters: 20_000 },
  powered: { injectedBlocks: DEFAULT_INJECTED_BLOCKS, blockCount: 12, measuredMillis: 8_000 },
  sizes: {
    // 24 trials of under 5 s: the whole stays under two minutes. With fewer than 6 blocks nothing can be told.
    standard: { blockCount: 6, warmUpMillis: 800, measuredMillis: 2_400 },
    quick: { blockCount: 6, warmUpMillis: 500, measuredMillis: 1_500 },
    reference: { blockCount: 12, warmUpMillis: 2_000, measuredMillis: 8_000 },
  },
};
