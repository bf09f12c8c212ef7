import { createRandom } from '#gate/statistics/random';
import type { BlockTrigger, PlannedBlock } from './inject-blocks.js';

export interface Pattern {
  readonly durationMillis: number;
  readonly plan: () => Iterable<PlannedBlock>;
  /** The highest percentile that has to come back; unset for all, 0 for none. */
  readonly judgedUpTo?: number;
}

/** Blocks of known length and rate. Some are random; the seed is fixed, the machine's clock is not. */
export const PATTERNS: Readonly<Record<string, Pattern>> = {
  // A loop on a virtual core that slept takes 0.1 to 0.4 ms to wake up and call back, which a request waits for too: more
  // than a twentieth of this p99.
  '10 ms every 500 ms, timer': { durationMillis: 5_200, plan: () => repeat(10, 500, 'timer'), judgedUpTo: 0 },
  '10 ms every 500 ms, socket': { durationMillis: 5_200, plan: () => repeat(10, 500, 'socket'), judgedUpTo: 0 },
  '20 ms every 500 ms, timer': { durationMillis: 5_200, plan: () => repeat(20, 500, 'timer') },
  '20 ms every 500 ms, socket': { durationMillis: 5_200, plan: () => repeat(20, 500, 'socket') },
  '320 ms every 5 s, socket': { durationMillis: 10_200, plan: () => repeat(320, 5_000, 'socket') },
  'random 1 to 50 ms, timer': { durationMillis: 5_000, plan: () => mix('timer') },
  'random 1 to 50 ms, socket': { durationMillis: 5_000, plan: () => mix('socket') },
  // One block in a thousand of those is as long as the machine's own hiccups.
  'requests of 1 to 3 ms': { durationMillis: 4_000, plan: serve, judgedUpTo: 99 },
};

function* repeat(blockMillis: number, everyMillis: number, trigger: BlockTrigger): Iterable<PlannedBlock> {
  while (true) yield { blockMillis, trigger, gapMillis: everyMillis - blockMillis };
}

function* mix(trigger: BlockTrigger): Iterable<PlannedBlock> {
  const random = createRandom(5);
  while (true) yield { blockMillis: 1 + random() * 49, trigger, gapMillis: 2 + random() * 80 };
}

function* serve(): Iterable<PlannedBlock> {
  const random = createRandom(7);
  while (true) yield { blockMillis: 1 + random() * 2, trigger: 'socket', gapMillis: 1 + random() * 3 };
}
