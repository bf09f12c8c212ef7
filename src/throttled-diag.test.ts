import { DiagLogLevel, diag } from '@opentelemetry/api';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ThrottledDiag } from './throttled-diag.js';

const warn = vi.fn();

beforeEach(() => {
  vi.useFakeTimers();
  warn.mockClear();
  diag.setLogger(
    { error: vi.fn(), warn, info: vi.fn(), debug: vi.fn(), verbose: vi.fn() },
    { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: true },
  );
});

afterEach(() => {
  diag.disable();
  vi.useRealTimers();
});

it('speaks at once, then once a minute with the spans met meanwhile', () => {
  const throttled = new ThrottledDiag('warn');
  const say = () => throttled.say('queue_full', 1, (count) => `${count} dropped`);
  for (let i = 0; i < 10; i++) say();
  expect(warn.mock.calls).toEqual([['offloop: 1 dropped']]);
  vi.advanceTimersByTime(60_000);
  say();
  expect(warn.mock.calls.slice(1)).toEqual([['offloop: 10 dropped']]);
});

it('says what was held back at the end, once', () => {
  const throttled = new ThrottledDiag('warn');
  for (let i = 0; i < 10; i++) throttled.say('queue_full', 1, (count) => `${count} dropped`);
  throttled.say('other', 1, () => 'other');
  warn.mockClear();
  throttled.sayRest();
  expect(warn.mock.calls).toEqual([['offloop: 9 dropped']]);
  throttled.sayRest();
  expect(warn).toHaveBeenCalledTimes(1);
});

it('throttles each kind on its own', () => {
  const throttled = new ThrottledDiag('warn');
  throttled.say('a', 1, () => 'a');
  throttled.say('b', 1, () => 'b');
  expect(warn).toHaveBeenCalledTimes(2);
});

it('keeps a text on one line and cuts it: exporters may answer with a page of HTML', () => {
  const throttled = new ThrottledDiag('warn');
  throttled.say('a', 1, () => `first\r\n\tsecond${'x'.repeat(1_000)}`);
  const line = String(warn.mock.calls[0]?.[0]);
  expect(line).toMatch(/^offloop: first secondx+…$/);
  expect(line.length).toBeLessThan(520);
});

it('is not kept silent by a wall clock that is set back', () => {
  const throttled = new ThrottledDiag('warn');
  throttled.say('a', 1, () => 'a');
  vi.advanceTimersByTime(60_000);
  vi.setSystemTime(0);
  throttled.say('a', 1, () => 'a');
  expect(warn).toHaveBeenCalledTimes(2);
});
