import { formatMillis } from '#report/format-figure';

export { formatCount, formatMillis, formatPercent } from '#report/format-figure';

/** A difference in milliseconds. */
export function formatSigned(millis: number): string {
  return millis < 0 ? `-${formatMillis(-millis)}` : formatMillis(millis);
}

/** The least and the greatest of them, once where they read the same. */
export function formatRange(values: readonly number[], format: (value: number) => string = String): string {
  const ends = [Math.min(...values), Math.max(...values)].map((value) => format(value));
  return [...new Set(ends)].join(' to ');
}

/** A duration for people who wait: seconds, and minutes from one and a half up. */
export function formatDuration(millis: number): string {
  const seconds = Math.max(1, Math.round(millis / 1_000));
  if (seconds < 90) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
