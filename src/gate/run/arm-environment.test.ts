import { delimiter, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findWithin, isolateEnvironment } from './arm-environment.js';

const CHECKOUT = resolve('/nowhere/checkout');
const WORKTREE = resolve('/nowhere/worktree');
const SYSTEM = resolve('/nowhere/bin');

describe('isolateEnvironment', () => {
  it('leads a worktree to its own commands and modules, and to nothing of the checkout', () => {
    const env = isolateEnvironment(
      { workingDirectory: join(WORKTREE, 'app'), rootFolder: WORKTREE, replacedFolder: CHECKOUT },
      {
        PATH: [join(CHECKOUT, 'node_modules', '.bin'), SYSTEM, `${CHECKOUT}-other`].join(delimiter),
        NODE_PATH: join(CHECKOUT, 'lib'),
      },
    );
    expect(env).toEqual({
      PATH: [
        join(WORKTREE, 'app', 'node_modules', '.bin'),
        join(WORKTREE, 'node_modules', '.bin'),
        SYSTEM,
        `${CHECKOUT}-other`,
      ].join(delimiter),
      NODE_PATH: join(WORKTREE, 'lib'),
    });
  });

  it('takes out what npm tells of a package, and keeps how it reaches the registry', () => {
    const env = isolateEnvironment(
      { workingDirectory: CHECKOUT, rootFolder: CHECKOUT, replacedFolder: null },
      {
        PATH: SYSTEM,
        INIT_CWD: CHECKOUT,
        npm_package_name: 'x',
        npm_config_local_prefix: CHECKOUT,
        npm_config_registry: 'http://127.0.0.1/',
        HOME: '/',
      },
    );
    expect(env).toEqual({
      PATH: [join(CHECKOUT, 'node_modules', '.bin'), SYSTEM].join(delimiter),
      INIT_CWD: null,
      npm_package_name: null,
      npm_config_local_prefix: null,
    });
  });

  it('takes out by what a git hook ties its commands to the checkout', () => {
    const folders = { workingDirectory: WORKTREE, rootFolder: WORKTREE, replacedFolder: CHECKOUT };
    const environment = { GIT_DIR: join(CHECKOUT, '.git'), GIT_INDEX_FILE: '.git/index', GIT_AUTHOR_NAME: 'a' };
    expect(isolateEnvironment(folders, environment)).toEqual({ GIT_DIR: null, GIT_INDEX_FILE: null });
  });
});

describe('findWithin', () => {
  it('tells the path within a folder, and nothing of what lies beside it', () => {
    expect(findWithin(CHECKOUT, join(CHECKOUT, 'dist', 'server.js'))).toBe(join('dist', 'server.js'));
    expect(findWithin(CHECKOUT, join(`${CHECKOUT}2`, 'server.js'))).toBeNull();
    expect(findWithin(CHECKOUT, join(CHECKOUT, '..x', 'server.js'))).toBe(join('..x', 'server.js'));
  });
});
