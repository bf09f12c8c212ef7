import type { ArrivalWeightedDelay } from 'offloop/loop-delay';
import { createRandom } from '#gate/statistics/random';
import { waitsOf } from '../loop-waits.js';
import type { ChainShape } from './shapes.js';

export interface PredictionSettings {
  readonly requestCount: number;
  readonly seed: number;
}

/**
 * What requests take longer than one usually takes, ascending, in milliseconds: each loop makes them wait independently of
 * the others, and the way itself takes as long as some way without blocks did. Pure; it is the simulated fleet's arithmetic.
 *
 * @param idleExcesses what requests without blocks took longer, as often as it was seen
 * @param delays of the services, the first one's first
 */
export function predictWaits(
  idleExcesses: ArrayLike<number>,
  delays: readonly ArrivalWeightedDelay[],
  order: ChainShape['order'],
  { requestCount, seed }: PredictionSettings,
): Float64Array {
  const random = createRandom(seed);
  const [first, ...others] = delays.map(waitsOf);
  return Float64Array.from({ length: requestCount }, () => {
    const idleMillis = idleExcesses[Math.floor(random() * idleExcesses.length)] ?? 0;
    const firstMillis = first?.(random) ?? 0;
    const otherMillis = others.map((draw) => draw(random));
    return (
      idleMillis +
      firstMillis +
      (order === 'in turn' ? otherMillis.reduce((sum, millis) => sum + millis, 0) : Math.max(0, ...otherMillis))
    );
  }).sort();
}
