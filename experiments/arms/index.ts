import type { CreateArm } from './arm.js';

/** Each arm is loaded alone: the modules and the garbage of one must not weigh on another. */
const ARMS = {
  control: () => import('./control.js'),
  'simple-otlp-protobuf': () => import('./simple-otlp-protobuf.js'),
  'batch-otlp-json': () => import('./batch-otlp-json.js'),
  'batch-otlp-json-tuned': () => import('./batch-otlp-json-tuned.js'),
  'batch-otlp-protobuf': () => import('./batch-otlp-protobuf.js'),
  'batch-otlp-protobuf-gzip': () => import('./batch-otlp-protobuf-gzip.js'),
  'batch-yielding': () => import('./batch-yielding.js'),
  'batch-awaited': () => import('./batch-awaited.js'),
  'langfuse-every-span': () => import('./langfuse-every-span.js'),
  'clone-to-worker': () => import('./clone-to-worker.js'),
  'child-process': () => import('./child-process.js'),
  offloop: () => import('./offloop.js'),
  'offloop-shared': () => import('./offloop-shared.js'),
  'offloop-hosted': () => import('./offloop-hosted.js'),
  langfuse: () => import('./langfuse.js'),
  'offloop-langfuse': () => import('./offloop-langfuse.js'),
  'offloop-dearer': () => import('./offloop-dearer.js'),
} satisfies Record<string, () => Promise<{ createArm: CreateArm }>>;

export type ArmName = keyof typeof ARMS;

export const ARM_NAMES = Object.keys(ARMS) as ArmName[];

export function isArmName(name: string): name is ArmName {
  return Object.hasOwn(ARMS, name);
}

export async function loadArm(name: ArmName): Promise<CreateArm> {
  return (await ARMS[name]()).createArm;
}
