import { expect, it } from 'vitest';
import { parseBehaviour } from './behaviour.js';

it('a behaviour with every key set is taken as it is', () => {
  const schedule = { everyRequestCount: 2, fireCount: 3 };
  const behaviour = {
    delayMillis: 5,
    maxBodyBytes: 100,
    reset: { ...schedule, moment: 'after-accepting' },
    hang: schedule,
    fail: { ...schedule, status: 503, retryAfterSeconds: 1, retryAfterForm: 'http-date', message: 'later' },
    garbageBody: schedule,
    endlessBody: schedule,
    partialSuccess: { ...schedule, rejectedSpans: 0, errorMessage: '' },
  };
  expect(parseBehaviour(behaviour)).toEqual(behaviour);
});

it.each([
  [null, 'behaviour: expected an object, got null'],
  [[], 'behaviour: expected an object, got []'],
  [{ toString: 1 }, 'behaviour.toString: unknown key; expected one of delayMillis, maxBodyBytes, reset, '],
  [{ hang: { every: 2 } }, 'behaviour.hang.every: unknown key; expected one of everyRequestCount, fireCount'],
  [{ hang: true }, 'behaviour.hang: expected an object, got true'],
  [{ delayMillis: '5' }, 'behaviour.delayMillis: expected an integer from 0 to 2147483647, got "5"'],
  [{ delayMillis: -1 }, 'behaviour.delayMillis: expected an integer from 0 to 2147483647, got -1'],
  [
    { hang: { everyRequestCount: 0 } },
    'behaviour.hang.everyRequestCount: expected an integer from 1 to 1000000000, got 0',
  ],
  [{ fail: {} }, 'behaviour.fail.status: expected a value, got undefined'],
  [{ fail: { status: 200 } }, 'behaviour.fail.status: expected an integer from 300 to 599, got 200'],
  [{ fail: { status: 500, message: 1 } }, 'behaviour.fail.message: expected a string, got 1'],
  [{ reset: { moment: 'later' } }, 'behaviour.reset.moment: expected "before-reading" or "after-reading" or '],
])('%j is refused', (value, message) => {
  expect(() => parseBehaviour(value)).toThrow(message);
});
