import { createRandom } from '#gate/statistics/random';
import type { LoadPlan } from './protocol.js';

/**
 * The instants at which requests of one phase are due, in order, in milliseconds from the start of the phase.
 *
 * Poisson arrivals are drawn for a given count, as that many independent uniform instants: a Poisson process that is
 * known to have had so many arrivals. Every seed then offers exactly the planned rate, and trials of different seeds
 * differ in when requests come and not in how many.
 */
export function arrivalsOf(
  { arrivals, ratePerSecond, seed }: Pick<LoadPlan, 'arrivals' | 'ratePerSecond' | 'seed'>,
  phaseMillis: number,
): Float64Array {
  const requestCount = Math.round((ratePerSecond * phaseMillis) / 1_000);
  const intervalMillis = phaseMillis / requestCount;
  const random = createRandom(seed);
  const instants = new Float64Array(requestCount);
  for (let index = 0; index < requestCount; index += 1) {
    instants[index] = arrivals === 'even' ? index * intervalMillis : random() * phaseMillis;
  }
  return instants.sort();
}
