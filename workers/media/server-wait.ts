const MAX_MILLIS = 60_000;
const JITTER = 0.2;

/**
 * What a server asks to be waited for, at most a minute, as Langfuse's SDK reads it: Retry-After, in seconds or as a
 * date, else X-RateLimit-Reset, in Unix seconds, with up to a fifth more so that not everybody comes back at once.
 *
 * @returns undefined when it asks for nothing, or for a time that has passed.
 */
export function serverWaitMillis(headers: Headers): number | undefined {
  const retryAfter = headers.get('retry-after') ?? '';
  const retryAfterMillis = positive(Number.parseInt(retryAfter, 10) * 1000) ?? untilMillis(Date.parse(retryAfter));
  if (retryAfterMillis !== undefined) return Math.min(retryAfterMillis, MAX_MILLIS);
  const resetMillis = untilMillis(Number.parseInt(headers.get('x-ratelimit-reset') ?? '', 10) * 1000);
  if (resetMillis === undefined) return undefined;
  return Math.min(resetMillis, MAX_MILLIS) * (1 + JITTER * Math.random());
}

function untilMillis(unixMillis: number): number | undefined {
  return positive(unixMillis - Date.now());
}

/** NaN is not. */
function positive(millis: number): number | undefined {
  return millis > 0 ? millis : undefined;
}
