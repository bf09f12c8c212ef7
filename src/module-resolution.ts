import { statSync } from 'node:fs';
import Module, { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { OffloopConfigError } from './errors.js';
import { describeValue } from './option-checks.js';

/** Files beside which modules are looked for last, once {@link lookBesides} has named them. */
let besides: readonly string[] = [];

/**
 * Has modules looked for as these files find them, where the service does not: a strict package layout shows a dependency's
 * dependencies to nobody else.
 */
export function lookBesides(files: readonly string[]): void {
  besides = files;
}

/**
 * The `file:` URL of a module that a worker is to load.
 *
 * @param option Where the user named it, for errors.
 * @param module A package name as the service would import it, or a `file:` URL.
 * @throws {OffloopConfigError} when it is neither, or there is no such module.
 */
export function resolveModule(option: string, module: unknown): string {
  if (module instanceof URL) return expectFile(option, module.href);
  if (typeof module !== 'string' || module === '') {
    throw new OffloopConfigError(option, `expected a package name or a file: URL, got ${describeValue(module)}`);
  }
  if (module.startsWith('file:')) return expectFile(option, module);
  const url = findModule(option, module);
  if (url !== undefined) return url;
  throw new OffloopConfigError(
    option,
    `'${module}' was not found from ${process.cwd()}; install it (npm install ${module}), or give its file: URL`,
  );
}

/**
 * Resolved on the main thread, from where the service runs: the worker's own file lies in offloop's folder, from which
 * a strict package layout does not see the service's dependencies.
 *
 * @returns undefined when nothing is installed by that name.
 * @throws {OffloopConfigError} when it is, but not for `require`.
 */
export function findModule(option: string, name: string): string | undefined {
  if (isBuiltin(name)) return undefined;
  const roots = [process.argv[1], join(process.cwd(), 'package.json'), ...besides];
  let isImportOnly = false;
  for (const root of roots) {
    if (root === undefined) continue;
    try {
      return pathToFileURL(Module.createRequire(pathToFileURL(root)).resolve(name)).href;
    } catch (error) {
      // Not visible from this root; the caller reports when none is left.
      isImportOnly ||= (error as NodeJS.ErrnoException).code === 'ERR_PACKAGE_PATH_NOT_EXPORTED';
    }
  }
  if (isImportOnly) {
    throw new OffloopConfigError(
      option,
      `'${name}' is installed but exports nothing by that name for require; give the file: URL of the module`,
    );
  }
  return undefined;
}

function expectFile(option: string, url: string): string {
  if (isFile(url)) return url;
  throw new OffloopConfigError(option, `expected the file: URL of a file that exists, got '${url}'`);
}

function isFile(url: string): boolean {
  try {
    return statSync(fileURLToPath(url)).isFile();
  } catch {
    return false;
  }
}
