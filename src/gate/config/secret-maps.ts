import { validateHeaderName, validateHeaderValue } from 'node:http';
import { OffloopConfigError } from '../../errors.js';
import { describeType, expectObject } from './checks.js';
import type { Environment } from './gate-config.js';

// Names with values that may be tokens: no error shows a value, nor what stands in a name from where it can't be one.

interface MapRule<Item> {
  readonly expectedName: string;
  readonly isName: (name: string) => boolean;
  readonly expected: string;
  /** What a text is that is not taken. */
  readonly wrongText: string;
  readonly isItem: (item: unknown) => item is Item;
}

const NULL_CHARACTER = '\0';

/** What `spawn` takes; its own error would show the value. */
const ENVIRONMENT: MapRule<string | null> = {
  expectedName: "a name without '=' that is not empty",
  isName: (name) => name !== '' && !name.includes('=') && !name.includes(NULL_CHARACTER),
  expected: 'a text, or null to take it out',
  wrongText: 'a text with a null character',
  isItem: (item): item is string | null =>
    item === null || (typeof item === 'string' && !item.includes(NULL_CHARACTER)),
};

/** What HTTP can send; the schema has the same patterns. */
const HEADERS: MapRule<string> = {
  expectedName: 'a name that HTTP can send (letters, digits, hyphens)',
  isName: (name) => isTaken(() => validateHeaderName(name)),
  expected: 'a text of one line in Latin-1',
  wrongText: 'a text with other characters',
  isItem: (item): item is string => typeof item === 'string' && isTaken(() => validateHeaderValue('header', item)),
};

export function expectEnvironment(key: string, value: unknown): Environment {
  return expectMap(key, value, ENVIRONMENT);
}

export function expectHeaders(key: string, value: unknown): Readonly<Record<string, string>> {
  return expectMap(key, value, HEADERS);
}

function expectMap<Item>(key: string, value: unknown, rule: MapRule<Item>): Readonly<Record<string, Item>> {
  const fields = expectObject(key, value);
  for (const [name, item] of Object.entries(fields)) {
    const itemKey = `${key}.${showName(name)}`;
    if (!rule.isName(name)) throw new OffloopConfigError(itemKey, `expected ${rule.expectedName}, got another`);
    if (!rule.isItem(item)) {
      const got = typeof item === 'string' ? rule.wrongText : describeType(item);
      throw new OffloopConfigError(itemKey, `expected ${rule.expected}, got ${got}`);
    }
  }
  return fields as Readonly<Record<string, Item>>;
}

function showName(name: string): string {
  const [start = ''] = /^[\w.-]*/.exec(name) ?? [];
  return start === name ? name : `${start}…`;
}

function isTaken(validate: () => void): boolean {
  try {
    validate();
    return true;
  } catch {
    return false;
  }
}
