import { DEFAULTS } from '#gate/config/gate-config';
import type { Scenario, ScenarioArm, TrialSize } from '../runner/scenario.js';

/** What the issue asks for: fewer blocks, and drawn runs would be too much alike. */
const RECORDED_BLOCK_COUNT = 150;

/** As a trial of the gate is by default. */
export const GATE_TRIAL: TrialSize = { blockCount: RECORDED_BLOCK_COUNT, ...DEFAULTS.trial };

/** Whether what a trial of this size finds is what the gate finds by default. */
export function isDefaultTrial({ warmUpMillis, measuredMillis }: Omit<TrialSize, 'blockCount'>): boolean {
  const { trial } = DEFAULTS;
  return warmUpMillis === trial.warmUpMillis && measuredMillis === trial.measuredMillis;
}

/** The service as it should be: the reference of every comparison. */
export const REFERENCE_ARM: ScenarioArm = {
  label: 'offloop',
  armName: 'offloop',
  role: 'control',
  injectedBlocks: null,
};

/** The same service once more: whatever the gate says against it is a false alarm. */
export const REPEAT_ARM: ScenarioArm = { ...REFERENCE_ARM, label: 'offloop-repeat', role: 'repeat' };

export const BLOCKED_ARM: ScenarioArm = {
  ...REFERENCE_ARM,
  label: 'offloop-blocked',
  role: 'injected',
  injectedBlocks: { lengthMillis: 20, ratePerSecond: 1 },
};

export const BATCH_ARM: ScenarioArm = {
  ...REFERENCE_ARM,
  label: 'batch-otlp-protobuf',
  armName: 'batch-otlp-protobuf',
  role: 'compared',
};

export const DEARER_ARM: ScenarioArm = {
  ...REFERENCE_ARM,
  label: 'offloop-dearer',
  armName: 'offloop-dearer',
  role: 'compared',
};

/** Trials to draw runs of the gate from: a service and three ways in which it may have got worse. */
export const gatePower: Scenario = {
  name: 'gate-power',
  title: 'the service as it should be, once more, and with three regressions',
  arms: [REFERENCE_ARM, REPEAT_ARM, BLOCKED_ARM, BATCH_ARM, DEARER_ARM],
  load: { requestsPerSecond: 50, promptCharacters: 20_000, completionCharacters: 20_000 },
  sizes: { standard: GATE_TRIAL, quick: GATE_TRIAL, reference: GATE_TRIAL },
};
