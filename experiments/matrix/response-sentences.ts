import { CORE_CHOICES, listChoiceEffects, TEXT_CHOICES } from './choices.js';
import type { DesignAxis } from './design/design-axis.js';
import { describeMean, findAxis, millis } from './effect-tables.js';
import { type ComparedOutcome, describeEffect, type Effect, listLevelEffects } from './effects.js';
import { type NamedEffect, sortByGain } from './gains.js';

/** What the latency of requests says of all cells together; empty of none. */
export function concludeResponse(peers: readonly ComparedOutcome[]): string {
  const effect = describeEffect(peers);
  if (effect === null) return '';
  const { arm, offloop, savedLatencyP99 } = effect;
  return (
    `To the p99 of a request's latency the arms that are not offloop add ${millis(arm.latencyP99Millis)} ms (median ` +
    `${millis(arm.medianLatencyP99Millis)}), offloop ${millis(offloop.latencyP99Millis)} (median ` +
    `${millis(offloop.medianLatencyP99Millis)}): it saves ${describeMean(savedLatencyP99)} ms on ` +
    `average${nameMedian(effect)}.`
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
      `are ${rows.length}.`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** Each arm as a row of its own. */
export function listArmRows(axes: readonly DesignAxis[], peers: readonly ComparedOutcome[]): NamedEffect[] {
  const effects = listLevelEffects(findAxis(axes, 'exporter'), peers);
  return effects.map((effect) => ({ title: `beside \`${effect.level}\``, effect }));
}

/** By the p99 of latency. */
export function describeResponseGains(rows: readonly NamedEffect[]): string {
  const { saving, costing, losing } = sortByGain(rows, readSaved);
  const list = (own: readonly NamedEffect[]) =>
    own.length === 0
      ? 'none'
      : own.map(({ title, effect }) => `${title} (${millis(effect.savedLatencyP99.meanMillis)} ms)`).join('; ');
  return [
    `- offloop answers **sooner** at p99, the interval above 0: ${list(saving)}.`,
    `- **Later**, the interval below 0: ${list(costing)}.`,
    `- Later on average, though it can't be told from 0: ${list(losing)}.`,
  ].join('\n');
}

const readSaved = ({ savedLatencyP99 }: Effect): Effect['saved'] => savedLatencyP99;

/** Where the mean and the median of the cells do not agree. */
function nameMedian({ arm, offloop, savedLatencyP99 }: Effect): string {
  const isBehind = offloop.medianLatencyP99Millis > arm.medianLatencyP99Millis;
  return savedLatencyP99.meanMillis > 0 && isBehind ? ', though at the median it adds more' : '';
}

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
