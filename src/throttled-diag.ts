import { type Log, logDiag } from './diag-log.js';

const QUIET_MILLIS = 60_000;

/** Errors of exporters may bring a page of HTML along. */
const MAX_LINE_LENGTH = 500;

interface LastSaid {
  readonly atMillis: number;
  unsaidSpanCount: number;
  describe: (spanCount: number) => string;
}

/**
 * Says a kind of trouble at once, then at most once a minute with the number of spans it has met meanwhile: a sink that
 * is down must not fill the service's log.
 */
export class ThrottledDiag {
  readonly #level: 'warn' | 'error';
  readonly #log: Log;
  readonly #lastSaid = new Map<string, LastSaid>();

  constructor(level: 'warn' | 'error', log: Log = logDiag) {
    this.#level = level;
    this.#log = log;
  }

  /** Never throws. @param kind what is throttled together; `describe` is only called when the line is due. */
  say(kind: string, spanCount: number, describe: (spanCount: number) => string): void {
    // Not the wall clock, which is set back now and then and would keep the log silent until it has caught up.
    const nowMillis = performance.now();
    const last = this.#lastSaid.get(kind);
    const dueSpanCount = (last?.unsaidSpanCount ?? 0) + spanCount;
    if (last !== undefined && nowMillis - last.atMillis < QUIET_MILLIS) {
      last.unsaidSpanCount = dueSpanCount;
      last.describe = describe;
      return;
    }
    this.#lastSaid.set(kind, { atMillis: nowMillis, unsaidSpanCount: 0, describe });
    this.#log(this.#level, toLine(describe(dueSpanCount)));
  }

  /** Says what was held back, where nothing more is to come. Never throws. */
  sayRest(): void {
    for (const last of this.#lastSaid.values()) {
      const { unsaidSpanCount, describe } = last;
      if (unsaidSpanCount === 0) continue;
      last.unsaidSpanCount = 0;
      this.#log(this.#level, toLine(describe(unsaidSpanCount)));
    }
  }
}

/** On one line and cut, whoever wrote the text. */
function toLine(text: string): string {
  const line = text.replace(/[\p{Cc}\s]+/gu, ' ').trim();
  return line.length > MAX_LINE_LENGTH ? `${line.slice(0, MAX_LINE_LENGTH)}…` : line;
}
