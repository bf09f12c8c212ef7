import { ARM_NAMES, type ArmName } from '../arms/index.js';
import type { DesignAxis, ImpossiblePair } from './design/design-axis.js';
import { INSTRUMENTATIONS, PAYLOAD_KINDS, type Workload } from './workload/workload.js';

/** In the order of tables; B, A, C with the size of E, D, the kind of E, F and G of the lab's plan. */
export const AXIS_NAMES = ['exporter', 'instrumentation', 'capture', 'spans', 'kind', 'cores', 'load'] as const;
export type AxisName = (typeof AXIS_NAMES)[number];

/** For heads of tables. */
export const AXIS_TITLES: Readonly<Record<AxisName, string>> = {
  exporter: 'how spans leave',
  instrumentation: 'instrumentation',
  capture: 'capture',
  spans: 'spans a request',
  kind: 'kind of payload',
  cores: "the service's cores",
  load: 'requests/s',
};

/** The arms that every cell has beside the one it is about: what that is compared with. */
export const REFERENCE_ARMS = ['control', 'offloop'] as const satisfies readonly ArmName[];

/** No levels: `langfuse` without its filter and its mask, and an offloop made dearer for the gate's power study. */
const LEFT_OUT_ARMS: readonly ArmName[] = ['langfuse-every-span', 'offloop-dearer'];

/** They take only spans of a language model; of other instrumentation they would deliver a part. */
export const LANGFUSE_ARMS: readonly ArmName[] = ['langfuse', 'offloop-langfuse'];

/** Two spans are the least that is a trace: a request and its model's answer. */
export const SPAN_COUNTS = { '2': 2, '20': 20 } as const;

/**
 * What of the payload goes into the spans, and how large it is: one axis, for the size matters to a full capture only, and
 * what an arm costs hangs on both together. Crossed with the arms, each of them meets each of these once.
 */
export const CAPTURE_LEVELS = {
  none: { capture: 'none', payloadByteLength: 20_000 },
  metadata: { capture: 'metadata', payloadByteLength: 20_000 },
  '200 characters': { capture: 'cut', payloadByteLength: 20_000 },
  '2 kB': { capture: 'full', payloadByteLength: 2_000 },
  '20 kB': { capture: 'full', payloadByteLength: 20_000 },
  '200 kB': { capture: 'full', payloadByteLength: 200_000 },
} as const satisfies Record<string, Pick<Workload, 'capture' | 'payloadByteLength'>>;

/** The higher one with the largest payload fills a batch of 40 MB: the stand-ins take requests of up to 64 MB. */
export const REQUEST_RATES = { '5': 5, '40': 40 } as const;

export type CoreLevel = 'all' | '1';

/** The arms that are levels of the axis `exporter`: all there are but those every cell has. */
export function listComparedArms(): ArmName[] {
  const others: readonly ArmName[] = [...REFERENCE_ARMS, ...LEFT_OUT_ARMS];
  return ARM_NAMES.filter((name) => !others.includes(name));
}

/** @param canPin whether the service can be bound to one core; without, it has all in every cell. */
export function listAxes({ canPin }: { readonly canPin: boolean }): DesignAxis[] {
  const cores: readonly CoreLevel[] = canPin ? ['all', '1'] : ['all'];
  const levels: Readonly<Record<AxisName, readonly string[]>> = {
    exporter: listComparedArms(),
    instrumentation: INSTRUMENTATIONS,
    capture: Object.keys(CAPTURE_LEVELS),
    spans: Object.keys(SPAN_COUNTS),
    kind: PAYLOAD_KINDS,
    cores,
    load: Object.keys(REQUEST_RATES),
  };
  return AXIS_NAMES.map((axis) => ({ name: axis, levels: levels[axis].map((name) => ({ name, weight: 1 })) }));
}

export function listImpossiblePairs(): ImpossiblePair[] {
  const others = INSTRUMENTATIONS.filter((name) => name !== 'observe');
  return LANGFUSE_ARMS.flatMap((arm) => others.map((name) => ['exporter', arm, 'instrumentation', name] as const));
}
