import { millis } from './effect-tables.js';
import type { Effect, MeanMillis, NamedEffect } from './effects.js';

interface Gains {
  /** The interval lies above 0. */
  readonly saving: readonly NamedEffect[];
  /** Below it. */
  readonly costing: readonly NamedEffect[];
  /** Not told from 0, and the mean lies below it. */
  readonly losing: readonly NamedEffect[];
}

/** Of less a table of one decimal shows nothing. */
export const LEAST_SHOWN_MILLIS = 0.05;

/** Three lines, each with its rows. @param titles of the lines */
export function writeGains(
  rows: readonly NamedEffect[],
  read: (effect: Effect) => MeanMillis,
  titles: Readonly<Record<keyof Gains, string>>,
): string {
  const gains = sortByGain(rows, read);
  const list = (own: readonly NamedEffect[]) =>
    own.length === 0
      ? 'none'
      : own.map(({ title, effect }) => `${title} (${millis(read(effect).meanMillis)} ms)`).join('; ');
  return (['saving', 'costing', 'losing'] as const)
    .map((kind) => `- ${titles[kind]}: ${list(gains[kind])}.`)
    .join('\n');
}

function sortByGain(rows: readonly NamedEffect[], read: (effect: Effect) => MeanMillis): Gains {
  const saving = rows.filter(({ effect }) => (read(effect).interval?.low ?? 0) > 0);
  const costing = rows.filter(({ effect }) => (read(effect).interval?.high ?? 0) < 0);
  const losing = rows.filter((row) => read(row.effect).meanMillis < -LEAST_SHOWN_MILLIS && !costing.includes(row));
  return { saving, costing, losing };
}
