import type { ExportArm, ExportArmSettings } from './export-arm.js';

/** Each arm is loaded alone: the modules and the garbage of one must not weigh on another. */
const EXPORT_ARMS = {
  control: async () => (await import('./control.js')).createArm(),
  'batch-otlp-json': async (settings) => (await import('./batch-otlp-json.js')).createArm(settings),
  'batch-otlp-protobuf': async (settings) => (await import('./batch-otlp-protobuf.js')).createArm(settings),
  'structured-clone': async (settings) => (await import('./structured-clone.js')).createArm(settings),
  'offloop-transfer': async (settings) => (await import('./offloop.js')).createArm('transfer', settings),
  'offloop-shared': async (settings) => (await import('./offloop.js')).createArm('shared', settings),
} satisfies Record<string, (settings: ExportArmSettings) => Promise<ExportArm>>;

export type ExportArmName = keyof typeof EXPORT_ARMS;

export const EXPORT_ARM_NAMES = Object.keys(EXPORT_ARMS) as ExportArmName[];

export function createExportArm(name: ExportArmName, settings: ExportArmSettings): Promise<ExportArm> {
  return EXPORT_ARMS[name](settings);
}
