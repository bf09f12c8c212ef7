import * as nodeModule from 'node:module';
import { pathToFileURL } from 'node:url';
import { findDependency, findInstalled, load } from './installed-packages.js';

interface SyncHooks {
  supportsSyncHooks(): boolean;
  register(): void;
}

/**
 * Lets instrumentations see what ES modules import, with the hooks of the copy of `@opentelemetry/instrumentation` that
 * the program finds first. Where there is none, nothing can be done; instrumentations of another copy see CommonJS only.
 *
 * @param besides Files of packages that have it as their dependency.
 */
export function registerEsmHooks(besides: readonly (string | undefined)[]): void {
  if (isRegisteredByCommandLine()) return;
  const instrumentation = findInstalled('@opentelemetry/instrumentation', besides);
  if (instrumentation === undefined) return;
  if (registerInThread(instrumentation)) return;
  const hooks = findDependency(instrumentation, '@opentelemetry/instrumentation/hook.mjs');
  if (hooks !== undefined) nodeModule.register(pathToFileURL(hooks));
}

/** Cheaper than a thread of hooks, and from Node 26 on the only way without a deprecation warning. */
function registerInThread(instrumentation: string): boolean {
  if (!('registerHooks' in nodeModule)) return false;
  const file = findDependency(instrumentation, 'import-in-the-middle/register-hooks.mjs');
  if (file === undefined) return false;
  const hooks = load<SyncHooks>(file);
  if (!hooks.supportsSyncHooks()) return false;
  hooks.register();
  return true;
}

function isRegisteredByCommandLine(): boolean {
  const commandLine = [...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].join(' ');
  return commandLine.includes('@opentelemetry/instrumentation/hook.mjs');
}
