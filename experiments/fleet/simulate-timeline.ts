import { createRandom } from '#gate/statistics/random';

/** A service and those it asks, all at once, before it answers. */
export interface Hop {
  /** Of its loop, from 0; no two hops have the same. */
  readonly loop: number;
  readonly next: readonly Hop[];
}

export interface TimelineSettings {
  readonly blockMillis: number;
  /** Mean of the pauses between blocks, which are exponential. */
  readonly meanPauseMillis: number;
  /** From one process to the next. */
  readonly hopMillis: number;
  /** An answer, too, has to wait for the loop of whoever asked. @default true */
  readonly hasWayBack?: boolean;
  readonly requestCount: number;
  readonly seed: number;
}

const LATE_CYCLE_COUNT = 100;

/** By loop, the starts of its blocks. */
type Blocks = readonly Float64Array[];

/**
 * What each request waits for all loops together, in milliseconds, by brute force: every loop gets a timeline of blocks,
 * every request comes at a random instant and goes its way. Pure; what the closed forms are checked against.
 */
export function simulateTimeline(root: Hop, settings: TimelineSettings): Float64Array {
  const { requestCount, seed, blockMillis, meanPauseMillis } = settings;
  const random = createRandom(seed);
  const cycleMillis = blockMillis + meanPauseMillis;
  // As many blocks as requests: with fewer blocks many requests would meet the same.
  const spanMillis = cycleMillis * requestCount;
  // The last request still has blocks before it.
  const lateMillis = cycleMillis * LATE_CYCLE_COUNT;
  const starts = Array.from({ length: countLoops(root) }, () => layBlocks(settings, spanMillis + lateMillis, random));
  const idleMillis = travel(root, 0, [], settings);
  return Float64Array.from({ length: requestCount }, () => {
    const startMillis = random() * spanMillis;
    return travel(root, startMillis, starts, settings) - startMillis - idleMillis;
  });
}

/** When the hop's own answer leaves it. */
function travel(hop: Hop, atMillis: number, starts: Blocks, settings: TimelineSettings): number {
  const { hopMillis, blockMillis, hasWayBack = true } = settings;
  const wait = (millis: number) => waitFor(starts[hop.loop], millis, blockMillis);
  const readyMillis = wait(atMillis);
  const answeredMillis = hop.next.map((next) => travel(next, readyMillis + hopMillis, starts, settings));
  if (answeredMillis.length === 0) return readyMillis;
  const lastMillis = Math.max(...answeredMillis);
  return hasWayBack ? wait(lastMillis + hopMillis) : lastMillis;
}

/** The end of the block that the instant falls into, or the instant itself. */
function waitFor(starts: Float64Array | undefined, atMillis: number, blockMillis: number): number {
  if (starts === undefined) return atMillis;
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] as number) <= atMillis) low = middle + 1;
    else high = middle;
  }
  const start = starts[low - 1];
  return start !== undefined && atMillis < start + blockMillis ? start + blockMillis : atMillis;
}

/** The starts of one loop's blocks. */
function layBlocks(
  { blockMillis, meanPauseMillis }: TimelineSettings,
  spanMillis: number,
  random: () => number,
): Float64Array {
  const starts: number[] = [];
  let atMillis = -meanPauseMillis * Math.log(1 - random());
  while (atMillis < spanMillis) {
    starts.push(atMillis);
    atMillis += blockMillis - meanPauseMillis * Math.log(1 - random());
  }
  return Float64Array.from(starts);
}

function countLoops({ next }: Hop): number {
  return next.reduce((sum, hop) => sum + countLoops(hop), 1);
}
