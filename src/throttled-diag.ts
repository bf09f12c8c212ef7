import { diag } from '@opentelemetry/api';

const QUIET_MILLIS = 60_000;

/**
 * Says a kind of trouble at once, then at most once a minute with the number of spans it has met meanwhile: a sink that
 * is down must not fill the service's log.
 */
export class ThrottledDiag {
  readonly #level: 'warn' | 'error';
  readonly #lastSaid = new Map<string, { atMillis: number; unsaidSpanCount: number }>();

  constructor(level: 'warn' | 'error') {
    this.#level = level;
  }

  /** Never throws. @param kind what is throttled together; `describe` is only called when the line is due. */
  say(kind: string, spanCount: number, describe: (spanCount: number) => string): void {
    const nowMillis = Date.now();
    const last = this.#lastSaid.get(kind);
    const dueSpanCount = (last?.unsaidSpanCount ?? 0) + spanCount;
    if (last !== undefined && nowMillis - last.atMillis < QUIET_MILLIS) {
      last.unsaidSpanCount = dueSpanCount;
      return;
    }
    this.#lastSaid.set(kind, { atMillis: nowMillis, unsaidSpanCount: 0 });
    try {
      diag[this.#level](`offloop: ${describe(dueSpanCount)}`);
    } catch {
      // The user's logger failed; its fault must not reach the caller of span.end().
    }
  }
}
