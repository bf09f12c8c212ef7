import type { ArmName } from '../arms/index.js';
import { describeInjectedBlocks } from '../runner/conclusion.js';
import type { ApplicationName } from '../service/applications.js';
import type { InjectedBlocks } from '../service/injected-blocks.js';
import { SPANS_PER_REQUEST } from '../service/spans-per-request.js';

/** An application of the lab's service under a load: what the gate is tried on. */
export interface PowerService {
  readonly application: ApplicationName;
  readonly requestsPerSecond: number;
  readonly spansPerRequest: number;
  /** Set over the body of `offloop.gate.json`. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** A variant of a service. */
export interface PowerArm {
  /** In tables and in the raw data. */
  readonly label: string;
  readonly service: PowerService;
  readonly armName: ArmName;
  /** Null: none. */
  readonly injectedBlocks: InjectedBlocks | null;
}

/** The lab's service, as in its other experiments. */
const CHAT: PowerService = {
  application: 'chat',
  requestsPerSecond: 50,
  spansPerRequest: SPANS_PER_REQUEST.chat,
  body: { promptCharacters: 20_000, completionCharacters: 20_000 },
};

/** In the chat service an encoder that costs 30 % more is lost in what two trials of the same differ by. */
const SPANS: PowerService = {
  application: 'spans',
  requestsPerSecond: 20,
  spansPerRequest: SPANS_PER_REQUEST.spans,
  body: {},
};

/** The service as it should be. */
export const REFERENCE_ARM: PowerArm = { label: 'offloop', service: CHAT, armName: 'offloop', injectedBlocks: null };

/** The same service once more. */
export const REPEAT_ARM: PowerArm = { ...REFERENCE_ARM, label: 'offloop-repeat' };

export const BLOCKED_ARM: PowerArm = {
  ...REFERENCE_ARM,
  label: 'offloop-blocked',
  injectedBlocks: { lengthMillis: 20, ratePerSecond: 1 },
};

export const BATCH_ARM: PowerArm = {
  ...REFERENCE_ARM,
  label: 'batch-otlp-protobuf',
  armName: 'batch-otlp-protobuf',
};

/** The service of spans as it should be. */
export const SPANS_ARM: PowerArm = { ...REFERENCE_ARM, label: 'spans-offloop', service: SPANS };

export const DEARER_ARM: PowerArm = { ...SPANS_ARM, label: 'spans-offloop-dearer', armName: 'offloop-dearer' };

export const SPANS_REPEAT_ARM: PowerArm = { ...SPANS_ARM, label: 'spans-offloop-repeat' };

/** Of each service a recording of its own: a block has a trial of each of its arms. */
export const POWER_ARMS = {
  chat: [REFERENCE_ARM, REPEAT_ARM, BLOCKED_ARM, BATCH_ARM],
  spans: [SPANS_ARM, SPANS_REPEAT_ARM, DEARER_ARM],
} as const satisfies Partial<Record<ApplicationName, readonly PowerArm[]>>;

export type PowerServiceName = keyof typeof POWER_ARMS;

export const POWER_SERVICE_NAMES = Object.keys(POWER_ARMS) as readonly PowerServiceName[];

/** Each is held against its {@link findReference}. */
export function listCandidates(arms: readonly PowerArm[]): PowerArm[] {
  return arms.filter((arm) => arm.label !== findReference(arm).label);
}

/** The arm that a candidate is compared with: its service as it should be. */
export function findReference({ service }: PowerArm): PowerArm {
  return service.application === SPANS.application ? SPANS_ARM : REFERENCE_ARM;
}

/** Whether it is its reference once more: whatever the gate says against it is a false alarm. */
export function isRepeat({ label }: Pick<PowerArm, 'label'>): boolean {
  return [REPEAT_ARM, SPANS_REPEAT_ARM].some((arm) => arm.label === label);
}

/** For a table: its label, and what was done to the service. */
export function describeArm({ label, injectedBlocks }: PowerArm): string {
  if (injectedBlocks !== null) return `${label}: ${describeInjectedBlocks(injectedBlocks)}`;
  if (isRepeat({ label })) return `${label}: the same`;
  return label === DEARER_ARM.label ? `${label}: encoder 30 % dearer` : label;
}
