import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import type { EncodeArm } from './encode-arm.js';

interface EncodeArmSettings {
  /** The spans that will be encoded, for an arm that prepares something for each. */
  readonly spans: readonly ReadableSpan[];
  /** A folder in which dd-trace is installed. */
  readonly ddTraceFolder: string;
}

/** Each arm is loaded alone: the modules and the garbage of one must not weigh on another. */
const ENCODE_ARMS = {
  'otlp-json': async () => (await import('./otlp-json.js')).createArm(),
  'otlp-protobuf': async () => (await import('./otlp-protobuf.js')).createArm(),
  'structured-clone': async () => (await import('./structured-clone.js')).createArm(),
  'msgpackr-sequential': async () => (await import('./msgpackr.js')).createSequentialArm(),
  'msgpackr-bundled': async () => (await import('./msgpackr.js')).createBundledArm(),
  'dd-trace': async (settings) => (await import('./dd-trace.js')).createArm(settings.spans, settings.ddTraceFolder),
  offloop: async () => (await import('./offloop.js')).createArm(),
  memcpy: async ({ spans }) => (await import('./memcpy.js')).createArm(spans),
} satisfies Record<string, (settings: EncodeArmSettings) => Promise<EncodeArm>>;

export type EncodeArmName = keyof typeof ENCODE_ARMS;

export const ENCODE_ARM_NAMES = Object.keys(ENCODE_ARMS) as EncodeArmName[];

export function createEncodeArm(name: EncodeArmName, settings: EncodeArmSettings): Promise<EncodeArm> {
  return ENCODE_ARMS[name](settings);
}
