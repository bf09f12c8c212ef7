import { readFileSync } from 'node:fs';

/** Linux counts in ticks of 10 ms, whatever the kernel's own. */
const TICK_MILLIS = 10;

/**
 * Counts from now on. What it returns gives the time in milliseconds that the host gave to others since, of all cores
 * together; null where none is counted.
 */
export function watchStolenTime(): () => number | null {
  const startMillis = readStolenMillis();
  return () => {
    const stolenMillis = readStolenMillis();
    return stolenMillis === null || startMillis === null ? null : stolenMillis - startMillis;
  };
}

/** Since the machine started. */
function readStolenMillis(): number | null {
  try {
    // cpu user nice system idle iowait irq softirq steal …
    const [, , , , , , , , ticks] = readFileSync('/proc/stat', 'utf8').split(/\s+/, 9);
    return ticks === undefined ? null : Number(ticks) * TICK_MILLIS;
  } catch {
    return null;
  }
}
