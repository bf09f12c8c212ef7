import type { HookSpan } from '../../src/protocol.js';
import type { DecodedSpan } from '../../src/wire/span-reader.js';
import { toHookSpan } from './hook-span.js';

/** The spans that the filter hook wants sent. */
export function filterSpans(spans: DecodedSpan[], filter: ((span: HookSpan) => unknown) | undefined): DecodedSpan[] {
  if (filter === undefined) return spans;
  return spans.filter((span) => {
    try {
      const answer = filter(toHookSpan(span));
      if (!(answer instanceof Promise)) return Boolean(answer);
      // Any promise is true, so an async filter would let everything pass. Its rejection would end the worker.
      answer.catch(() => {});
      return false;
    } catch {
      return false;
    }
  });
}
