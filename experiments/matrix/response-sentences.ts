import { CORE_CHOICES, listChoiceEffects, TEXT_CHOICES } from './choices.js';
import type { DesignAxis } from './design/design-axis.js';
import { describeMean, findAxis, millis } from './effect-tables.js';
import { type ComparedOutcome, describeEffect, type Effect, listLevelEffects, type NamedEffect } from './effects.js';
import { writeGains } from './gains.js';

/** What the latency of requests says of all cells together; empty of none. */
export function concludeResponse(peers: readonly ComparedOutcome[]): string {
  const effect = describeEffect(peers);
  if (effect === null) return '';
  const { arm, offloop, savedLatencyP99 } = effect;
  return (
    `To the p99 of a request's latency the arms that are not offloop add ${millis(arm.latencyP99Millis)} ms (median ` +
    `${millis(arm.medianLatencyP99Millis)}), offloop ${millis(offloop.latencyP99Millis)} (median ` +
    `${millis(offloop.medianLatencyP99Millis)}): it saves ${describeMean(savedLatencyP99)} ms on ` +
    `average${isTold(savedLatencyP99) ? '' : ", which can't be told from 0"}${countSooner(peers)}.`
  );
}

/** Where offloop answers sooner and where later, over every table of the page, and how little a percentile rests on. */
export function describeResponse(axes: readonly DesignAxis[], peers: readonly ComparedOutcome[]): string {
  const services = listChoiceEffects([...TEXT_CHOICES, ...CORE_CHOICES], peers).flatMap(
    ({ title, effect }): NamedEffect[] => (effect === null ? [] : [{ title, effect }]),
  );
  const rows = [...services, ...listArmRows(axes, peers)];
  return [
    concludeResponse(peers),
    describeResponseGains(rows),
    `A p99 of latency rests on little: ${listRanks(peers).join(', ')}. Of intervals of 95 % one in twenty misses; here ` +
      `are ${rows.length}${describeNarrow(rows)}.`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** Of so few cells an interval is their range, whatever it is called. */
function describeNarrow(rows: readonly NamedEffect[]): string {
  const narrowCount = rows.filter(({ effect }) => effect.cellCount < LEAST_CELL_COUNT).length;
  if (narrowCount === 0) return '';
  return `; ${narrowCount} of them rest on fewer than ${LEAST_CELL_COUNT} cells, and say no more than how far apart these lie`;
}

/** Each arm as a row of its own. */
export function listArmRows(axes: readonly DesignAxis[], peers: readonly ComparedOutcome[]): NamedEffect[] {
  const effects = listLevelEffects(findAxis(axes, 'exporter'), peers);
  return effects.map((effect) => ({ title: `beside \`${effect.level}\``, effect }));
}

/** By the p99 of latency. */
export function describeResponseGains(rows: readonly NamedEffect[]): string {
  return writeGains(rows, ({ savedLatencyP99 }) => savedLatencyP99, {
    saving: 'offloop answers **sooner** at p99, the interval above 0',
    costing: '**Later**, the interval below 0',
    losing: "Later on average, though it can't be told from 0",
  });
}

function isTold({ interval }: Effect['saved']): boolean {
  return interval !== null && (interval.low > 0 || interval.high < 0);
}

/** In how many of the cells it is so. */
function countSooner(peers: readonly ComparedOutcome[]): string {
  const soonerCount = peers.filter(({ arm, offloop }) => offloop.latencyP99Millis < arm.latencyP99Millis).length;
  return `, and is sooner in ${soonerCount} of ${peers.length} cells`;
}

/** Below it no verdict is given elsewhere in the lab. */
const LEAST_CELL_COUNT = 6;

const RANKS = ['the slowest', 'the second slowest', 'the third slowest'];

/** By load, the fewest requests of a trial and which of them the p99 is. */
function listRanks(peers: readonly ComparedOutcome[]): string[] {
  const loads = [...new Set(peers.map(({ levels }) => levels.load))].sort((a, b) => Number(a) - Number(b));
  return loads.map((load) => {
    const own = peers.filter(({ levels }) => levels.load === load).map(({ requestCount }) => requestCount);
    const fewest = Math.min(...own);
    const rank = fewest - Math.ceil(0.99 * fewest);
    return `at ${load} requests/s it is ${RANKS[rank] ?? `slower than all but ${rank}`} of a trial's ${fewest}`;
  });
}
