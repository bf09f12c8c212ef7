import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { logDiag } from './diag-log.js';
import { OffloopConfigError } from './errors.js';

export interface IntegerRange {
  readonly min: number;
  readonly max?: number;
}

const WEB_URL = /\b(?!file:)([a-z][a-z\d+.-]*:)\/\/[^\s'"`]*/gi;

/** @throws {OffloopConfigError} when `value` is not an object or has a key that is not in `known`. */
export function expectKnownKeys(option: string, value: unknown, known: ReadonlySet<string>): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new OffloopConfigError(option, `expected an object, got ${describeValue(value)}`);
  }
  for (const key of Object.keys(value)) {
    if (!known.has(key)) {
      throw new OffloopConfigError(
        option === 'options' ? key : `${option}.${key}`,
        `unknown option; expected one of ${[...known].join(', ')}`,
      );
    }
  }
}

/** @throws {OffloopConfigError} when `value` is set and not a whole number in `range`. */
export function expectInteger(option: string, value: unknown, range: IntegerRange): number | undefined {
  if (value === undefined) return undefined;
  if (isIntegerInRange(value, range)) return value;
  throw new OffloopConfigError(option, `expected ${describeRange(range)}, got ${describeValue(value)}`);
}

/** @throws {OffloopConfigError} when `value` is set and not a `file:` URL; there need not be such a file. */
export function expectFileUrl(option: string, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const url = value instanceof URL ? value.href : value;
  if (typeof url === 'string' && isFileUrl(url)) return url;
  throw new OffloopConfigError(option, `expected a file: URL, got ${describeValue(url)}`);
}

/** @throws {OffloopConfigError} when `value` is set and not one of `choices`. */
export function expectOneOf<T extends string>(option: string, value: unknown, choices: readonly T[]): T | undefined {
  if (value === undefined) return undefined;
  const choice = choices.find((candidate) => candidate === value);
  if (choice !== undefined) return choice;
  throw new OffloopConfigError(
    option,
    `expected one of ${choices.map((candidate) => `'${candidate}'`).join(', ')}, got ${describeValue(value)}`,
  );
}

/** @throws {OffloopConfigError} when `value` is set and not a function. */
export function expectFunction<T extends (...values: never[]) => unknown>(
  option: string,
  value: T | undefined,
): T | undefined {
  if (value === undefined || typeof value === 'function') return value;
  throw new OffloopConfigError(option, `expected a function, got ${describeValue(value)}`);
}

/** @throws {OffloopConfigError} when `value` is set and is not an object with the method `method`. */
export function expectMethod<T extends object>(
  option: string,
  value: T | undefined,
  method: keyof T & string,
): T | undefined {
  if (value === undefined) return undefined;
  const isObject = typeof value === 'object' && value !== null;
  if (isObject && typeof value[method] === 'function') return value;
  const actual = isObject ? 'an object without it' : describeValue(value);
  throw new OffloopConfigError(option, `expected an object with a method ${method}, got ${actual}`);
}

/** @throws {OffloopConfigError} when `value` is set and not an array of signals that a process can listen to. */
export function expectSignals(option: string, value: unknown): readonly NodeJS.Signals[] | undefined {
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.every(isCatchableSignal)) return value;
  throw new OffloopConfigError(
    option,
    `expected an array of signals that can be listened to, such as ['SIGTERM', 'SIGINT'], got ${inspect(value)}`,
  );
}

function isCatchableSignal(name: unknown): name is NodeJS.Signals {
  return typeof name === 'string' && name in constants.signals && name !== 'SIGKILL' && name !== 'SIGSTOP';
}

/** Reads a whole number from the environment; a value out of `range` is a diag warning and counts as not set. */
export function readIntegerFromEnvironment(
  environment: NodeJS.ProcessEnv,
  variable: string,
  range: IntegerRange,
): number | undefined {
  const text = environment[variable]?.trim();
  if (text === undefined || text === '') return undefined;
  const value = Number(text);
  if (isIntegerInRange(value, range)) return value;
  logDiag('warn', `${variable}: expected ${describeRange(range)}, got '${text}'; ignored`);
  return undefined;
}

/** A value as it may stand in an error message: short, on one line, of URLs no more than scheme and host. */
export function describeValue(value: unknown): string {
  if (typeof value === 'string') return inspect(hideSecrets(value), { maxStringLength: 80 });
  const text = inspect(value, { depth: 0, breakLength: Number.POSITIVE_INFINITY, maxStringLength: 80 });
  // Long strings are cut: what looks like a host may be the start of a user name.
  return text.replace(WEB_URL, '$1//…');
}

/** A URL may carry a user name, a password and tokens, in any of its parts but scheme and host. */
function hideSecrets(text: string): string {
  if (text.startsWith('file:')) return text;
  const scheme = /^[a-z][a-z\d+.-]*:(?=\/\/)/i.exec(text)?.[0];
  if (scheme === undefined) return text.replace(/^.*:.*@.*$/s, '…@…').replace(WEB_URL, '$1//…');
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // An @ behind the host: the password may have had a slash before it.
  if (url === undefined || `${url.pathname}${url.search}${url.hash}`.includes('@')) return `${scheme}//…`;
  const credentials = url.username === '' && url.password === '' ? '' : '…@';
  const isBare = url.pathname.length <= 1 && url.search === '' && url.hash === '';
  return `${scheme}//${credentials}${url.host}${isBare ? '' : '/…'}`;
}

function isFileUrl(url: string): boolean {
  try {
    return fileURLToPath(url) !== '';
  } catch {
    return false;
  }
}

function isIntegerInRange(value: unknown, { min, max = Number.MAX_SAFE_INTEGER }: IntegerRange): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
}

function describeRange({ min, max }: IntegerRange): string {
  return max === undefined ? `a whole number from ${min}` : `a whole number from ${min} to ${max}`;
}
