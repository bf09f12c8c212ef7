import type { PowerServiceName } from './power-arms.js';

/** What the study is called on the command line. */
export const GATE_POWER_NAME = 'gate-power';

/** The folder of its results of a service, below the folder of all. */
export function namePowerFolder(service: PowerServiceName): string {
  return `${GATE_POWER_NAME}-${service}`;
}
