import { OffloopConfigError } from '../../errors.js';
import { describeValue, expectKnownKeys } from '../../option-checks.js';

export type Fields = Readonly<Record<string, unknown>>;

export interface NumberRange {
  readonly min: number;
  readonly max: number;
  readonly isWhole?: boolean;
}

/** Host, port and path, without a fragment; the schema has the same pattern. */
const HTTP_URL = /^https?:\/\/([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(:[0-9]{1,5})?([/?][^\s#]*)?$/;

/** Every failed check names the key as it stands in the file. */
export function fail(key: string, expected: string, got: unknown): never {
  throw new OffloopConfigError(key, `expected ${expected}, got ${describeValue(got)}`);
}

export function expectFields(key: string, value: unknown, known: readonly string[]): Fields {
  expectKnownKeys(key, value, new Set(known));
  return value as Fields;
}

/** The one key of `choices` that is there. */
export function expectOneKey(key: string, fields: Fields, choices: readonly string[]): string {
  const found = choices.filter((choice) => Object.hasOwn(fields, choice));
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const got = found.length === 0 ? 'none of them' : found.join(' and ');
  throw new OffloopConfigError(key, `expected exactly one of ${choices.join(', ')}, got ${got}`);
}

export function expectText(key: string, value: unknown): string {
  if (typeof value === 'string' && /\S/.test(value)) return value;
  return fail(key, 'a text that is not empty', value);
}

export function expectNumber(key: string, value: unknown, { min, max, isWhole = false }: NumberRange): number {
  const isNumber = typeof value === 'number' && value >= min && value <= max;
  if (isNumber && (!isWhole || Number.isInteger(value))) return value;
  return fail(key, `a ${isWhole ? 'whole ' : ''}number from ${min} to ${max}`, value);
}

export function expectHttpUrl(key: string, value: unknown): string {
  if (typeof value === 'string' && HTTP_URL.test(value) && URL.canParse(value)) return value;
  return fail(key, 'a URL such as http://127.0.0.1:3000/path', value);
}

export function expectTexts(key: string, value: unknown): Readonly<Record<string, string>> {
  return expectMap(key, value, 'a text', (item): item is string => typeof item === 'string');
}

export function expectEnvironment(key: string, value: unknown): Readonly<Record<string, string | null>> {
  const isSetting = (item: unknown): item is string | null => item === null || typeof item === 'string';
  return expectMap(key, value, 'a text, or null to take it out', isSetting);
}

function expectMap<Item>(
  key: string,
  value: unknown,
  expected: string,
  isItem: (item: unknown) => item is Item,
): Readonly<Record<string, Item>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return fail(key, 'an object', value);
  for (const [name, item] of Object.entries(value)) {
    // Never the value: it may be a token.
    if (!isItem(item))
      throw new OffloopConfigError(
        `${key}.${name}`,
        `expected ${expected}, got a ${item === null ? 'null' : typeof item}`,
      );
  }
  return value as Readonly<Record<string, Item>>;
}
