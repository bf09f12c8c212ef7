import type { GateResult } from './gate-result.js';

/** Whether all that stood in the way of a verdict was the machine, and whoever runs the gate lets that pass. */
export function isTolerated(
  { verdict, cause }: Pick<GateResult, 'verdict' | 'cause'>,
  toleratesNoise: boolean,
): boolean {
  return toleratesNoise && verdict === 'cannot judge' && cause === 'noise';
}
