import { diag } from '@opentelemetry/api';
import { afterEach, expect, it, onTestFinished, vi } from 'vitest';
import { logDiag, logSetUpFault } from './diag-log.js';
import { OffloopError } from './errors.js';

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

it('tells of what loses every span once: to the logger, or by the process where none is set', () => {
  const emitWarning = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  onTestFinished(() => emitWarning.mockRestore());
  const log = vi.fn();
  setLogger(log);
  for (let time = 0; time < 2; time++) logSetUpFault(new OffloopError('ERR_OFFLOOP_WORKER', 'no worker here'));
  expect(log.mock.calls).toEqual([['offloop: no worker here']]);
  expect(emitWarning).not.toHaveBeenCalled();
  diag.disable();
  for (let time = 0; time < 2; time++) logSetUpFault(new OffloopError('ERR_OFFLOOP_WORKER', 'no worker there'));
  expect(emitWarning.mock.calls).toEqual([['offloop: no worker there', { code: 'ERR_OFFLOOP_WORKER' }]]);
});
