import type { ServiceSettings, SoakArmName } from '../protocol.js';
import type { SoakArm } from './soak-arm.js';

/** Each arm is loaded alone: the modules and the garbage of one must not weigh on another. */
const SOAK_ARMS: Readonly<Record<SoakArmName, (settings: ServiceSettings) => Promise<SoakArm>>> = {
  control: async () => (await import('./control.js')).createArm(),
  offloop: async (settings) => (await import('./offloop.js')).createArm(settings),
  batch: async (settings) => (await import('./batch.js')).createArm(settings),
};

export function createSoakArm(settings: ServiceSettings): Promise<SoakArm> {
  return SOAK_ARMS[settings.arm](settings);
}
