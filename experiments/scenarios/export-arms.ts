import type { ArmName } from '../arms/index.js';
import type { Scenario } from '../runner/scenario.js';
import { CONTROL_ARM, comparedArm } from '../runner/scenario-arms.js';

const ARM_NAMES: readonly ArmName[] = [
  'simple-otlp-protobuf',
  'batch-otlp-json',
  'batch-otlp-json-tuned',
  'batch-otlp-protobuf',
  'batch-otlp-protobuf-gzip',
  'batch-yielding',
  'batch-awaited',
  'langfuse-every-span',
  'clone-to-worker',
  'child-process',
  'offloop',
  'offloop-shared',
  'offloop-hosted',
];

/** Axis B: every way of the lab for spans to leave a process, at the same load. */
export const exportArms: Scenario = {
  name: 'export-arms',
  title: 'a chat service under load, by every way its spans can leave',
  arms: [CONTROL_ARM, ...ARM_NAMES.map(comparedArm)],
  quickArms: ['control', 'batch-yielding', 'clone-to-worker'],
  load: { requestsPerSecond: 50, promptCharacters: 20_000, completionCharacters: 20_000 },
  sizes: {
    standard: { blockCount: 6, warmUpMillis: 800, measuredMillis: 2_400 },
    // Of one way that stays on the loop and one that leaves it; compare --quick has two of the usual ones.
    quick: { blockCount: 6, warmUpMillis: 500, measuredMillis: 1_500 },
    reference: { blockCount: 8, warmUpMillis: 800, measuredMillis: 4_500 },
  },
};
