import { expect, it, onTestFinished, vi } from 'vitest';
import { sayCounts } from './count-lines.js';

it('says what more has come each second, after a reset too, and the rest at its end', () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const lines: string[] = [];
  let count = 0;
  const end = sayCounts(
    () => count,
    (line) => lines.push(line),
  );
  for (const next of [0, 1, 1, 5, 3]) {
    count = next;
    vi.advanceTimersByTime(1_000);
  }
  count = 4;
  end();
  vi.advanceTimersByTime(5_000);
  expect(lines).toEqual([
    '1 span came, 1 in all',
    '4 spans came, 5 in all',
    '3 spans came, 3 in all',
    '1 span came, 4 in all',
  ]);
});
