import { expect, it } from 'vitest';
import { serverWaitMillis } from './server-wait.js';

const inMillis = (millis: number) => new Date(Date.now() + millis);
const unixSeconds = (millis: number) => String(Math.round(inMillis(millis).getTime() / 1000));

it.each<[string, Record<string, string>, number, number]>([
  ['Retry-After in seconds', { 'retry-after': '7' }, 7_000, 7_000],
  ['Retry-After in more than a minute', { 'retry-after': '3600' }, 60_000, 60_000],
  ['Retry-After as a date', { 'retry-after': inMillis(30_000).toUTCString() }, 20_000, 30_000],
  ['Retry-After as a far date', { 'retry-after': inMillis(3_600_000).toUTCString() }, 60_000, 60_000],
  ['X-RateLimit-Reset', { 'x-ratelimit-reset': unixSeconds(30_000) }, 20_000, 36_600],
  ['X-RateLimit-Reset far away', { 'x-ratelimit-reset': unixSeconds(3_600_000) }, 60_000, 72_000],
  ['both', { 'retry-after': '7', 'x-ratelimit-reset': unixSeconds(30_000) }, 7_000, 7_000],
])('%s is waited for', (_, headers, minMillis, maxMillis) => {
  const waitMillis = serverWaitMillis(new Headers(headers));
  expect(waitMillis).toBeGreaterThanOrEqual(minMillis);
  expect(waitMillis).toBeLessThanOrEqual(maxMillis);
});

it.each<[string, Record<string, string>]>([
  ['no header', {}],
  ['0 seconds', { 'retry-after': '0' }],
  ['a date that has passed', { 'retry-after': inMillis(-30_000).toUTCString() }],
  ['what is no date', { 'retry-after': 'soon', 'x-ratelimit-reset': 'later' }],
  ['a reset that has passed', { 'x-ratelimit-reset': unixSeconds(-30_000) }],
])('%s asks for nothing', (_, headers) => {
  expect(serverWaitMillis(new Headers(headers))).toBeUndefined();
});
