import { OffloopConfigError } from '../../errors.js';
import { describeValue, expectKnownKeys } from '../../option-checks.js';
import { isHttpUrl } from './http-url.js';
import { mayHoldSecret } from './secrets.js';

export type Fields = Readonly<Record<string, unknown>>;

export interface NumberRange {
  readonly min: number;
  readonly max: number;
  readonly isWhole?: boolean;
}

/** Every failed check names the key as it stands in the file; of what may be or hold a token no more than its type. */
export function fail(key: string, expected: string, got: unknown): never {
  const described = mayHoldSecret(key) ? describeType(got) : describeValue(got);
  throw new OffloopConfigError(key, `expected ${expected}, got ${described}`);
}

/** Without anything of what it holds. */
export function describeType(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'string') return /\S/.test(value) ? 'a text' : 'an empty text';
  return `a ${typeof value}`;
}

export function expectFields(key: string, value: unknown, known: readonly string[]): Fields {
  const fields = expectObject(key, value);
  expectKnownKeys(key, fields, new Set(known));
  return fields;
}

export function expectObject(key: string, value: unknown): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  return fail(key, 'an object', value);
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
  if (typeof value === 'string' && isHttpUrl(value)) return value;
  return fail(key, 'a URL such as http://127.0.0.1:3000/path', value);
}

export function orDefault<Value, Default>(
  value: unknown,
  defaultValue: Default,
  parse: (value: unknown) => Value,
): Value | Default {
  return value === undefined ? defaultValue : parse(value);
}
