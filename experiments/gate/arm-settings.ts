import { DEFAULTS, type GateConfig } from '#gate/config/gate-config';
import { findReference, type PowerArm } from './power-arms.js';
import { chooseGate, GATES } from './power-gates.js';

/** How much a run of the gate measures at the most. */
export type GateSize = Pick<GateConfig, 'trial' | 'maxBlockCount' | 'timeBudgetMillis'>;

/** As the gate runs where nobody says otherwise. */
export const DEFAULT_SIZE: GateSize = {
  trial: DEFAULTS.trial,
  maxBlockCount: DEFAULTS.maxBlockCount,
  timeBudgetMillis: DEFAULTS.timeBudgetMillis,
};

/** Of `offloop.gate.json` of this repository what is taken over. */
export interface OwnGate {
  readonly service: { readonly command: string };
  readonly load: { readonly url: string; readonly body: string };
}

/**
 * What is set over `offloop.gate.json`: an arm of the power study against its reference, under its load, judged by the
 * gate's own defaults. Trials are recorded by the same settings.
 *
 * @param port a free one, for the service.
 */
export function listArmSettings(own: OwnGate, arm: PowerArm, size: GateSize, port: number) {
  const { application, requestsPerSecond, body } = arm.service;
  const ownPort = new URL(own.load.url).port;
  const command = `${own.service.command.replaceAll(ownPort, `${port}`)} --application ${application}`;
  return {
    'service.command': `${command}${describeInjection(arm)}`,
    'service.env.ARM': arm.armName,
    'load.url': own.load.url.replaceAll(ownPort, `${port}`),
    'load.body': JSON.stringify({ ...JSON.parse(own.load.body), ...body }),
    'load.requestsPerSecond': requestsPerSecond,
    reference: { variant: { command, env: { ARM: findReference(arm).armName } } },
    figures: listRules(arm),
    validity: DEFAULTS.validity,
    ...size,
  };
}

function describeInjection({ injectedBlocks }: PowerArm): string {
  if (injectedBlocks === null) return '';
  const { lengthMillis, ratePerSecond } = injectedBlocks;
  return ` --inject-length-millis ${lengthMillis} --inject-rate-per-second ${ratePerSecond}`;
}

/** As a config has them: what is not asked for is left out. */
function listRules(arm: PowerArm) {
  return Object.fromEntries(
    Object.entries(GATES[chooseGate(arm)]).map(([figure, rule]) => [
      figure,
      Object.fromEntries(Object.entries(rule).filter(([, amount]) => amount !== null)),
    ]),
  );
}
