import type { ValueOfBlock } from '../claim.js';
import type { CaseName, Way } from './cases.js';

const MICROS_PER_MILLI = 1_000;

/** Of a turn: time on a core, or time in which the loop was busy. Both of the main thread, in microseconds. */
export type CostName = 'cpuMicros' | 'loopMicros';

/** What a way adds to a turn over the same service without it. */
export function addedToTurn({ name, baseline }: Pick<Way, 'name' | 'baseline'>, cost: CostName): ValueOfBlock {
  return addedOver(name, baseline, cost);
}

export function addedOver(caseName: string, baseline: CaseName, cost: CostName): ValueOfBlock {
  return (figure) => figure(caseName, cost) - figure(baseline, cost);
}

/** What the way adds for each thing that the document counts by, in milliseconds as there. */
export function addedMillisOfUnit(way: Way): ValueOfBlock {
  const added = addedToTurn(way, 'cpuMicros');
  return (figure) => added(figure) / way.unitCount / MICROS_PER_MILLI;
}

/** What the way adds for each span it makes, in microseconds; the legacy client makes events in their place. */
export function addedMicrosOfSpan(way: Way): ValueOfBlock {
  const added = addedToTurn(way, 'cpuMicros');
  return (figure) => added(figure) / (way.made.spanCount || way.made.eventCount);
}
