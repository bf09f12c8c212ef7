import { diag } from '@opentelemetry/api';
import { afterEach, expect, it, vi } from 'vitest';
import { logDiag } from './diag-log.js';

afterEach(() => diag.disable());

function setLogger(log: (line: string) => void): void {
  diag.setLogger({ error: log, warn: log, info: vi.fn(), debug: vi.fn(), verbose: vi.fn() });
}

it("speaks through the service's own diag logger, and says who speaks", () => {
  const log = vi.fn();
  setLogger(log);
  logDiag('warn', 'first');
  logDiag('error', 'second');
  expect(log.mock.calls).toEqual([['offloop: first'], ['offloop: second']]);
});

it('survives a logger that throws', () => {
  const log = vi.fn(() => {
    throw new Error('no log today');
  });
  setLogger(log);
  expect(() => logDiag('error', 'line')).not.toThrow();
  expect(log).toHaveBeenCalledOnce();
});
