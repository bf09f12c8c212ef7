import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);

/**
 * The file of a package as the program itself would find it, else as one of `besides` does (a strict package layout shows
 * a dependency's dependencies to nobody else), else as offloop does: a preload may lie in a folder of its own, with its SDK.
 *
 * @param besides Files of packages that have it as their dependency.
 * @returns undefined when it is not installed, or not for `require`.
 */
export function findInstalled(name: string, besides: readonly (string | undefined)[] = []): string | undefined {
  const program = [process.argv[1], join(process.cwd(), 'package.json')];
  return resolveFrom([...program, ...listPlaces(besides)], name);
}

/** Where else than from the program a package is looked for. */
export function listPlaces(besides: readonly (string | undefined)[]): string[] {
  return [...besides.filter((file) => file !== undefined), fileURLToPath(import.meta.url)];
}

/** The file of what `owner` itself gets by that name, so that both share one copy of it. */
export function findDependency(owner: string, name: string): string | undefined {
  return resolveFrom([owner], name);
}

/** @throws Whatever the module throws. */
export function load<T>(file: string): T {
  return require(file) as T;
}

function resolveFrom(roots: readonly (string | undefined)[], name: string): string | undefined {
  for (const root of roots) {
    if (root === undefined) continue;
    try {
      return createRequire(pathToFileURL(root)).resolve(name);
    } catch {
      // Not visible from here.
    }
  }
  return undefined;
}
