import { DEFAULTS, type GateConfig } from '#gate/config/gate-config';
import type { FigureName } from '#gate/figures';
import { type PowerArm, SPANS_ARM } from './power-arms.js';

const { absoluteMargin } = DEFAULTS.figures.arrivalWeightedP99Millis;

/** The default; a gate on CPU time; and what many gate on, the raw p99, by the default's absolute margin. */
export const GATES = {
  'arrival-weighted p99': DEFAULTS.figures,
  'main-thread CPU': { mainThreadCpuMillisPerSecond: { absoluteMargin: null, relativeMargin: 0.05, budget: null } },
  'raw p99': { rawP99Millis: { absoluteMargin, relativeMargin: null, budget: null } },
} as const satisfies Record<string, GateConfig['figures']>;

export type GateName = keyof typeof GATES;

export const GATE_NAMES = Object.keys(GATES) as readonly GateName[];

/** For the words below a table. */
export const GATE_MARGINS =
  'The margin is 2 ms or 20 % of the arrival-weighted p99, the default, 5 % of main-thread CPU, and 2 ms of the raw p99, ' +
  'which is that of `monitorEventLoopDelay` at a resolution of 50 ms, as the gate has it.';

/** In the service of spans CPU time is the matter, in the other one delay. */
export function chooseGate({ service }: Pick<PowerArm, 'service'>): Exclude<GateName, 'raw p99'> {
  return service.application === SPANS_ARM.service.application ? 'main-thread CPU' : 'arrival-weighted p99';
}

/** The figure by which a candidate is judged. */
export function chooseFigure(arm: PowerArm): FigureName {
  const [figure] = Object.keys(GATES[chooseGate(arm)]) as FigureName[];
  if (figure === undefined) throw new RangeError(`unreachable: a gate judges a figure (${arm.label})`);
  return figure;
}
