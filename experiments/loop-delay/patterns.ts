import { createRandom } from '#gate/statistics/random';
import type { BlockTrigger, PlannedBlock } from './inject-blocks.js';

export interface Pattern {
  readonly durationMillis: number;
  readonly plan: () => Iterable<PlannedBlock>;
  /** The highest percentile that is judged; unset for all. */
  readonly judgedUpTo?: number;
  /** What all blocks may be off by past 5 %, in place of what it takes to wake up. */
  readonly grantedMillis?: number;
  /** The waits are so short that waking up decides over 5 % of them: judged by all blocks, waking up granted. */
  readonly isShort?: true;
}

/** Blocks of known length and rate. Some are random; the seed is fixed, the machine's clock is not. */
export const PATTERNS: Readonly<Record<string, Pattern>> = {
  // What the lab's positive control injects.
  '10 ms every 500 ms, timer': { durationMillis: 5_200, plan: () => repeat(10, 500, 'timer'), isShort: true },
  '10 ms every 500 ms, socket': { durationMillis: 5_200, plan: () => repeat(10, 500, 'socket'), isShort: true },
  '20 ms every 500 ms, timer': { durationMillis: 5_200, plan: () => repeat(20, 500, 'timer') },
  '20 ms every 500 ms, socket': { durationMillis: 5_200, plan: () => repeat(20, 500, 'socket') },
  '320 ms every 5 s, socket': { durationMillis: 10_200, plan: () => repeat(320, 5_000, 'socket') },
  'random 1 to 50 ms, timer': { durationMillis: 5_000, plan: () => mix('timer') },
  'random 1 to 50 ms, socket': { durationMillis: 5_000, plan: () => mix('socket') },
  // One block in a thousand of those is as long as the machine's own hiccups.
  'requests of 1 to 3 ms': { durationMillis: 4_000, plan: serve, judgedUpTo: 99 },
  // Short handlers must not read as long blocks, neither one after the other nor where a loop that was idle begins again.
  'requests of 0.7 ms': {
    durationMillis: 5_000,
    plan: () => repeat(0.7, 5, 'socket'),
    judgedUpTo: 99,
    isShort: true,
  },
  // Of so few only the p99.9 tells, where the machine's own hiccups are: granted, they are a fraction of what it must not read.
  'bursts of 0.7 ms requests': { durationMillis: 7_000, plan: burst, grantedMillis: 3, isShort: true },
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

function* burst(): Iterable<PlannedBlock> {
  while (true) {
    yield { blockMillis: 0.7, trigger: 'socket', gapMillis: 1_200 };
    for (let count = 1; count < 100; count += 1) yield { blockMillis: 0.7, trigger: 'socket', gapMillis: 1 };
  }
}
