import { types } from 'node:util';
import { OffloopConfigError } from './errors.js';

const ADVICE =
  'put what makes it into a module of your own that exports the exporter, name that in exporter.module, and the worker ' +
  'loads it';

/**
 * Only data means the same on the other side: a function can't cross, and an object of a class arrives without its class.
 *
 * @param option The option's name, which the path of the key is added to.
 * @param advice What to do instead.
 * @throws {OffloopConfigError} that names the key's path and the kind of its value, but not the value.
 */
export function expectPlainData(option: string, value: unknown, advice = ADVICE): void {
  checkValue(option, value, advice, new Set());
  try {
    structuredClone(value);
  } catch {
    throw refuse(option, 'data that has something else deep inside', advice);
  }
}

function checkValue(path: string, value: unknown, advice: string, seen: Set<object>): void {
  if (typeof value === 'function') throw refuse(path, 'a function', advice);
  if (typeof value === 'symbol') throw refuse(path, 'a symbol', advice);
  if (typeof value !== 'object' || value === null || seen.has(value)) return;
  seen.add(value);
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) checkValue(`${path}[${index}]`, item, advice, seen);
  } else if (isRecord(value)) {
    for (const [key, item] of Object.entries(value)) checkValue(`${path}.${key}`, item, advice, seen);
  } else if (!isCloneable(value)) {
    throw refuse(path, `an instance of ${value.constructor?.name || 'a class'}`, advice);
  }
}

function isRecord(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value);
  // That of another realm's object is not this one's.
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
}

/** What arrives as what it was. */
function isCloneable(value: object): boolean {
  return (
    types.isDate(value) ||
    types.isRegExp(value) ||
    types.isMap(value) ||
    types.isSet(value) ||
    types.isAnyArrayBuffer(value) ||
    ArrayBuffer.isView(value)
  );
}

function refuse(path: string, kind: string, advice: string): OffloopConfigError {
  return new OffloopConfigError(path, `expected data, which can cross to a worker thread, got ${kind}; ${advice}`);
}
