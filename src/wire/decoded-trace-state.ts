import { createTraceState, type TraceState } from '@opentelemetry/api';

/**
 * A trace state from what it serialized to: the API's own where that gives the same text again, otherwise one that
 * keeps the text, since the API leaves out what the W3C's rules do not allow.
 */
export function restoreTraceState(text: string): TraceState {
  const parsed = createTraceState(text);
  return parsed.serialize() === text ? parsed : new VerbatimTraceState(text, parsed);
}

class VerbatimTraceState implements TraceState {
  readonly #text: string;
  readonly #parsed: TraceState;

  constructor(text: string, parsed: TraceState) {
    this.#text = text;
    this.#parsed = parsed;
  }

  get(key: string): string | undefined {
    return this.#parsed.get(key);
  }

  set(key: string, value: string): TraceState {
    return this.#parsed.set(key, value);
  }

  unset(key: string): TraceState {
    return this.#parsed.unset(key);
  }

  serialize(): string {
    return this.#text;
  }
}
