import { REDACTED } from '../config/secrets.js';
import type { GroupEnd } from './process-groups.js';

const KEPT_CHARACTERS = 8_000;
const QUOTED_CHARACTERS = 160;

/** What a command printed last, to be quoted when it fails. */
export class LastOutput {
  readonly #hidden: readonly string[];
  #text = '';

  /** @param hidden what is not shown of it */
  constructor(hidden: readonly string[] = []) {
    this.#hidden = hidden;
  }

  add(text: string): void {
    this.#text = (this.#text + text).slice(-KEPT_CHARACTERS);
  }

  /** The line that most likely says what went wrong, ready to be put behind a message; nothing of a silent command. */
  quote(): string {
    const text = this.#hidden.reduce((shown, secret) => shown.replaceAll(secret, REDACTED), this.#text);
    const lines = text.split('\n').map((line) => line.trim());
    const said = lines.filter((line) => line !== '');
    // Of a stack trace the first line says it, of anything else the last.
    const line = said.find((candidate) => /^(\w+ )?\w*(Error|Exception)\b.*:/.test(candidate)) ?? said.at(-1);
    if (line === undefined) return '';
    return `; it printed: ${line.length > QUOTED_CHARACTERS ? `${line.slice(0, QUOTED_CHARACTERS)}…` : line}`;
  }
}

export function describeEnd({ exitCode, signal }: GroupEnd): string {
  return signal ?? `exit code ${exitCode}`;
}
