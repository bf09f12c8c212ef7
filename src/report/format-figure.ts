/** Milliseconds as read, not as computed: two decimals below 1, one below 100, none above. */
export function formatMillis(millis: number): string {
  if (Number.isNaN(millis)) return '-';
  if (millis < 0.995) return millis.toFixed(2);
  return millis.toFixed(millis < 99.95 ? 1 : 0);
}

/** A fraction from 0 to 1 as a percentage. */
export function formatPercent(fraction: number): string {
  return Number.isNaN(fraction) ? '-' : `${(fraction * 100).toFixed(1)} %`;
}

export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}
