import { configureGlobalLogger, LogLevel, resetGlobalLogger } from '@langfuse/core';
import { afterEach, expect, it, vi } from 'vitest';
import { logLangfuse } from './langfuse-log.js';

afterEach(() => {
  vi.restoreAllMocks();
  resetGlobalLogger();
});

it("speaks through Langfuse's logger, as it is configured by then", () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const error = vi.spyOn(console, 'error').mockImplementation(() => {});
  logLangfuse('warn', 'first');
  configureGlobalLogger({ level: LogLevel.ERROR, prefix: 'mine', enableTimestamp: false });
  logLangfuse('warn', 'second');
  logLangfuse('error', 'third');
  expect(warn.mock.calls).toEqual([[expect.stringMatching(/\[Langfuse SDK\] \[WARN\] offloop: first$/)]]);
  expect(error.mock.calls).toEqual([['mine [ERROR] offloop: third']]);
});

it('survives a console that throws', () => {
  const error = vi.spyOn(console, 'error').mockImplementation(() => {
    throw new Error('no log today');
  });
  expect(() => logLangfuse('error', 'line')).not.toThrow();
  expect(error).toHaveBeenCalledOnce();
});
