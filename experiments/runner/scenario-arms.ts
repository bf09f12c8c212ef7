import type { ArmName } from '../arms/index.js';
import type { InjectedBlocks } from '../service/injected-blocks.js';
import type { Scenario, ScenarioArm, SizeName } from './scenario.js';

/** What a reference run's positive control blocks the loop with, unless the command says otherwise. */
export const DEFAULT_INJECTED_BLOCKS: InjectedBlocks = { lengthMillis: 10, ratePerSecond: 2 };

export const CONTROL_ARM: ScenarioArm = {
  label: 'control',
  armName: 'control',
  role: 'control',
  injectedBlocks: null,
};

export function comparedArm(armName: ArmName): ScenarioArm {
  return { label: armName, armName, role: 'compared', injectedBlocks: null };
}

export function injectedArm(injectedBlocks: InjectedBlocks): ScenarioArm {
  return { ...CONTROL_ARM, label: 'control-injected', role: 'injected', injectedBlocks };
}

const REPEAT_ARM: ScenarioArm = { ...CONTROL_ARM, label: 'control-repeat', role: 'repeat' };

/** The scenario with the arms and the delay of flushing that a run of this size has. */
export function atSize(scenario: Scenario, sizeName: SizeName): Scenario {
  if (sizeName !== 'quick') return scenario;
  const { quickArms, quickFlushDelayMillis, arms } = scenario;
  return {
    ...scenario,
    arms: arms.filter(({ label }) => quickArms?.includes(label) ?? true),
    ...(quickFlushDelayMillis === undefined ? {} : { flushDelayMillis: quickFlushDelayMillis }),
  };
}

/** The scenario with a negative and a positive control beside its arms; one that it has already stays, once. */
export function withControls(scenario: Scenario, injectedBlocks: InjectedBlocks): Scenario {
  const arms = scenario.arms.filter(({ role }) => role === 'control' || role === 'compared');
  return { ...scenario, arms: [...arms, REPEAT_ARM, injectedArm(injectedBlocks)] };
}

/** The scenario with other injected blocks, where it has any. */
export function withInjectedBlocks(scenario: Scenario, injectedBlocks: InjectedBlocks): Scenario {
  const arms = scenario.arms.map((arm) => (arm.role === 'injected' ? { ...arm, injectedBlocks } : arm));
  return { ...scenario, arms };
}
