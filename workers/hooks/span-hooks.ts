import type { HookSettings, HookSpan, MaskRequest } from '../../src/protocol.js';
import { findExport, importModule, type ModuleExports } from '../import-module.js';

/** The user's functions, in one form whatever their style. What they answer is not checked yet. */
export interface LoadedHooks {
  readonly filter: ((span: HookSpan) => unknown) | undefined;
  readonly mask: ((request: MaskRequest) => unknown) | undefined;
}

/**
 * Imports the hooks' module.
 *
 * @throws {Error} when it can't be loaded, or does not export what it should.
 */
export async function loadHooks(settings: HookSettings): Promise<LoadedHooks> {
  const { module, style } = settings;
  const exports = await importModule('hooks.module', module);
  switch (style) {
    case 'offloop':
      return readOffloopHooks(exports, settings);
    case 'langfuse':
      return readLangfuseMask(exports, settings);
    default:
      throw new TypeError(`expected hooks of a known style, got ${JSON.stringify(style satisfies never)}`);
  }
}

function readOffloopHooks(exports: ModuleExports, { module, exportName }: HookSettings): LoadedHooks {
  const holders =
    exportName === null
      ? [exports, exports['default'], findExport(exports, 'default')]
      : [findExport(exports, exportName)];
  const filter = findHook<HookSpan>('filter', holders);
  const mask = findHook<MaskRequest>('mask', holders);
  if (filter === undefined && mask === undefined) {
    const place = exportName === null ? `in '${module}'` : `in the export '${exportName}' of '${module}'`;
    throw new Error(`hooks: expected a function named filter or mask, or both, ${place}, found neither`);
  }
  return { filter, mask };
}

function readLangfuseMask(exports: ModuleExports, { module, exportName }: HookSettings): LoadedHooks {
  const name = exportName ?? 'default';
  const mask = findExport(exports, name);
  if (typeof mask !== 'function') {
    throw new Error(`mask: expected a function named '${name}' in '${module}', got ${typeof mask}`);
  }
  return { filter: undefined, mask: ({ value }) => (mask as (params: { data: unknown }) => unknown)({ data: value }) };
}

/** Called on its object, since it may be a method. A hook that is no function is a mistake, and not a wish to have none. */
function findHook<Argument>(name: string, holders: readonly unknown[]): ((argument: Argument) => unknown) | undefined {
  for (const holder of holders) {
    const hook = (holder as ModuleExports | null | undefined)?.[name];
    if (hook === undefined) continue;
    if (typeof hook !== 'function') throw new Error(`hooks: expected ${name} to be a function, got ${typeof hook}`);
    return (argument) => hook.call(holder, argument);
  }
  return undefined;
}
