import { diag } from '@opentelemetry/api';
import { afterEach, expect, it, onTestFinished, vi } from 'vitest';
import { logDiag, warnUnlessLogged } from './diag-log.js';
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

it('warns of what loses every span by the process where no logger is set, of each once', () => {
  const emitWarning = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  onTestFinished(() => emitWarning.mockRestore());
  const error = new OffloopError('ERR_OFFLOOP_WORKER', 'no worker');
  setLogger(vi.fn());
  warnUnlessLogged(error);
  expect(emitWarning).not.toHaveBeenCalled();
  diag.disable();
  warnUnlessLogged(error);
  warnUnlessLogged(error);
  expect(emitWarning.mock.calls).toEqual([['offloop: no worker', { code: 'ERR_OFFLOOP_WORKER' }]]);
});
