/** Minutes and seconds: 6:05. */
export function formatClock(millis: number): string {
  const seconds = Math.round(millis / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
