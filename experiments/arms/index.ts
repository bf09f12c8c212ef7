import type { CreateArm } from './arm.js';

/** Each arm is loaded alone: the modules and the garbage of one must not weigh on another. */
const ARMS = {
  control: () => import('./control.js'),
  'batch-otlp-json': () => import('./batch-otlp-json.js'),
  'batch-otlp-protobuf': () => import('./batch-otlp-protobuf.js'),
  offloop: () => import('./offloop.js'),
  langfuse: () => import('./langfuse.js'),
  'offloop-langfuse': () => import('./offloop-langfuse.js'),
} satisfies Record<string, () => Promise<{ createArm: CreateArm }>>;

export type ArmName = keyof typeof ARMS;

export const ARM_NAMES = Object.keys(ARMS) as ArmName[];

export function isArmName(name: string): name is ArmName {
  return Object.hasOwn(ARMS, name);
}

export async function loadArm(name: ArmName): Promise<CreateArm> {
  return (await ARMS[name]()).createArm;
}
