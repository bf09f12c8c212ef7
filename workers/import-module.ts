import { describeError } from './describe-error.js';

export type ModuleExports = Readonly<Record<string, unknown>>;

/** The one that offloop itself names by a bare name: written out, so that a bundle of the worker has it inside. */
const OTLP_JSON_MODULE = '@opentelemetry/exporter-trace-otlp-http';

/**
 * Imports a module that the user named.
 *
 * @param option The option that named it, for the error.
 * @throws {Error} when it can't be loaded.
 */
export async function importModule(option: string, module: string): Promise<ModuleExports> {
  try {
    if (module === OTLP_JSON_MODULE) return await import('@opentelemetry/exporter-trace-otlp-http');
    return (await import(module)) as ModuleExports;
  } catch (error) {
    throw new Error(`${option}: '${module}' could not be loaded: ${describeError(error)}`);
  }
}

/**
 * A CommonJS module seen from import() carries its exports under `default` as well. One that was compiled from an ES
 * module marks them, and has its own default export among them.
 */
export function findExport(exports: ModuleExports, name: string): unknown {
  const ownExports = exports['default'] as ModuleExports | null | undefined;
  if (ownExports?.['__esModule'] === true && ownExports[name] !== undefined) return ownExports[name];
  return exports[name] ?? ownExports?.[name];
}
