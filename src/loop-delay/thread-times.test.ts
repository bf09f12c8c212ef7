import { describe, expect, it } from 'vitest';
import { parseSchedstat, readThreadTimes, subtractThreadTimes } from './thread-times.js';

describe('parseSchedstat', () => {
  it('reads nanoseconds on a core and nanoseconds without one', () => {
    expect(parseSchedstat('353389000 2000000 3\n')).toEqual({ cpuMillis: 353.389, runnableMillis: 2 });
  });

  it('gives null for anything else, and where the kernel keeps no statistics', () => {
    for (const text of [null, '', '0 0 0\n', '1 2\n', 'a b c\n']) expect(parseSchedstat(text)).toBeNull();
  });
});

describe('readThreadTimes', () => {
  it('counts the time this thread was busy, where the system tells', () => {
    const start = readThreadTimes();
    const endMillis = performance.now() + 100;
    while (performance.now() < endMillis);
    const { cpuMillis, runnableMillis } = subtractThreadTimes(readThreadTimes(), start);
    if (process.platform !== 'linux') {
      expect(runnableMillis).toBeNull();
      return;
    }
    // Whatever was not on a core was waiting for one; the kernel brings both up to date at its own ticks.
    expect((cpuMillis ?? 0) + (runnableMillis ?? 0)).toBeGreaterThan(80);
    expect(cpuMillis).toBeLessThan(150);
  });
});

describe('subtractThreadTimes', () => {
  it('keeps unknown what is unknown', () => {
    expect(subtractThreadTimes({ cpuMillis: 5, runnableMillis: null }, { cpuMillis: 2, runnableMillis: null })).toEqual(
      { cpuMillis: 3, runnableMillis: null },
    );
  });
});
