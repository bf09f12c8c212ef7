import { readFileSync } from 'node:fs';

/** Linux counts in ticks of 10 ms, whatever the kernel's own. */
const TICK_MILLIS = 10;

/** Time that the host gave to others, of all cores together, since the machine started; null where none is counted. */
export function readStolenMillis(): number | null {
  try {
    // cpu user nice system idle iowait irq softirq steal …
    const [, , , , , , , , ticks] = readFileSync('/proc/stat', 'utf8').split(/\s+/, 9);
    return ticks === undefined ? null : Number(ticks) * TICK_MILLIS;
  } catch {
    return null;
  }
}
