import { OffloopConfigError } from '../errors.js';
import { describeValue } from '../option-checks.js';
import type { SdkOptions } from './sdk-options.js';

/** The methods that an SDK calls; it checks none of them, and a program would end with its TypeError in the middle of work. */
const METHODS: Partial<Record<keyof SdkOptions, readonly string[]>> = {
  sampler: ['shouldSample'],
  resource: ['merge'],
  idGenerator: ['generateTraceId', 'generateSpanId'],
  contextManager: ['active', 'with', 'bind', 'enable'],
  textMapPropagator: ['inject', 'extract', 'fields'],
};
const METHODS_OF_ELEMENTS: Partial<Record<keyof SdkOptions, readonly string[]>> = {
  spanProcessors: ['onStart', 'onEnd', 'forceFlush', 'shutdown'],
  instrumentations: ['setTracerProvider', 'enable', 'disable'],
  resourceDetectors: ['detect'],
};
const TYPES: Partial<Record<keyof SdkOptions, string>> = {
  autoDetectResources: 'boolean',
  serviceName: 'string',
  spanLimits: 'object',
};
/** Where null stands for none. */
const NULLABLE: ReadonlySet<string> = new Set<keyof SdkOptions>(['contextManager', 'textMapPropagator']);

/** @throws {OffloopConfigError} for what an SDK would not start with, or fail on later. */
export function checkSdkOptions(option: string, sdk: SdkOptions): void {
  const values = sdk as Readonly<Record<string, unknown>>;
  for (const [key, type] of Object.entries(TYPES)) {
    const value = values[key];
    if (value === undefined || (typeof value === type && value !== null)) continue;
    throw new OffloopConfigError(`${option}.${key}`, `expected a value of type ${type}, got ${describeValue(value)}`);
  }
  for (const [key, methods] of Object.entries(METHODS)) {
    const value = values[key];
    if (value === undefined || (value === null && NULLABLE.has(key))) continue;
    expectMethods(`${option}.${key}`, value, methods);
  }
  for (const [key, methods] of Object.entries(METHODS_OF_ELEMENTS)) {
    const value = values[key];
    if (value === undefined) continue;
    if (!Array.isArray(value)) {
      throw new OffloopConfigError(`${option}.${key}`, `expected an array, got ${describeValue(value)}`);
    }
    // As registerInstrumentations does: what getNodeAutoInstrumentations() answers is often an element.
    const elements: unknown[] = key === 'instrumentations' ? value.flat() : value;
    for (const [index, element] of elements.entries()) expectMethods(`${option}.${key}[${index}]`, element, methods);
  }
}

function expectMethods(option: string, value: unknown, methods: readonly string[]): void {
  const isObject = typeof value === 'object' && value !== null;
  const missing = methods.find(
    (method) => !isObject || typeof (value as Record<string, unknown>)[method] !== 'function',
  );
  if (missing === undefined) return;
  const actual = isObject ? `one without ${missing}` : describeValue(value);
  throw new OffloopConfigError(option, `expected an object with ${listNames(methods)}, got ${actual}`);
}

function listNames(methods: readonly string[]): string {
  return methods.length === 1
    ? `a method ${methods[0]}`
    : `methods ${methods.slice(0, -1).join(', ')} and ${methods.at(-1)}`;
}
