import { realpathSync } from 'node:fs';
import { delimiter, isAbsolute, join, relative } from 'node:path';
import type { Environment } from '../config/gate-config.js';
import { isCheckoutVariable } from '../git-environment.js';

export interface ArmFolders {
  readonly workingDirectory: string;
  /** Where the arm's files begin: of a worktree its top. */
  readonly rootFolder: string;
  /** The checkout that `rootFolder` stands for; null where the arm runs in it. */
  readonly replacedFolder: string | null;
}

/** Both lead to modules and commands. */
const PATH_VARIABLE = /^(path|node_path)$/i;
/** What npm tells of the package that the gate was started in. How it reaches its registry holds for any. */
const PACKAGE_VARIABLE = /^(npm_(?!config_)|npm_config_local_prefix$|init_cwd$)/i;

/**
 * What an arm's commands find: its own `node_modules/.bin` first, nothing of a checkout that it stands for, and not the
 * package or the git hook from whose script the gate was started.
 */
export function isolateEnvironment(
  { workingDirectory, rootFolder, replacedFolder }: ArmFolders,
  environment: Readonly<NodeJS.ProcessEnv> = process.env,
): Environment {
  const entries = Object.entries(environment).flatMap(([name, value = '']): [string, string | null][] => {
    if (PACKAGE_VARIABLE.test(name) || isCheckoutVariable(name)) return [[name, null]];
    if (!PATH_VARIABLE.test(name)) return [];
    const kept = value.split(delimiter).map((folder) => replace(folder, replacedFolder, rootFolder));
    const own = name.toLowerCase() === 'path' ? [join(workingDirectory, 'node_modules', '.bin')] : [];
    return [[name, [...own, ...kept].join(delimiter)]];
  });
  return Object.fromEntries(entries);
}

/** The path of `path` in `folder`; null outside it. */
export function findWithin(folder: string, path: string): string | null {
  for (const root of [folder, resolveLinks(folder)]) {
    const within = relative(root, path);
    if (within !== '..' && !/^\.\.[\\/]/.test(within) && !isAbsolute(within)) return within;
  }
  return null;
}

function replace(folder: string, replacedFolder: string | null, rootFolder: string): string {
  if (replacedFolder === null || !isAbsolute(folder)) return folder;
  const within = findWithin(replacedFolder, folder) ?? findWithin(replacedFolder, resolveLinks(folder));
  return within === null ? folder : join(rootFolder, within);
}

function resolveLinks(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
