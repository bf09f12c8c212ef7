import { expect, it } from 'vitest';
import { MediaOutage } from './media-outage.js';

it('lets one upload in a pause through after three failures in a row, until one succeeds', () => {
  let nowMillis = 5_000;
  const outage = new MediaOutage(() => nowMillis);
  outage.recordFailure();
  outage.recordFailure();
  expect([outage.mayTry(), outage.mayTry()]).toEqual([true, true]);
  outage.recordFailure();
  expect(outage.mayTry()).toBe(false);
  nowMillis += 29_999;
  expect(outage.mayTry()).toBe(false);
  nowMillis += 1;
  expect([outage.mayTry(), outage.mayTry()]).toEqual([true, false]);
  nowMillis += 20_000;
  outage.recordFailure();
  nowMillis += 29_999;
  expect(outage.mayTry()).toBe(false);
  nowMillis += 1;
  expect([outage.mayTry(), outage.mayTry()]).toEqual([true, false]);
  outage.recordSuccess();
  expect([outage.mayTry(), outage.mayTry()]).toEqual([true, true]);
});

it('takes failures for none of an outage where others succeed in between', () => {
  const outage = new MediaOutage();
  for (let count = 0; count < 10; count++) {
    outage.recordFailure();
    outage.recordFailure();
    outage.recordSuccess();
  }
  expect(outage.mayTry()).toBe(true);
});
