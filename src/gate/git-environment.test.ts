import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { isCheckoutVariable, leaveCheckout } from './git-environment.js';

it('knows every variable by which git ties a command to a checkout, and none that says how git is to work', () => {
  const named = execFileSync('git', ['rev-parse', '--local-env-vars'], { encoding: 'utf8' }).trim().split('\n');
  const checkout = ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_OBJECT_DIRECTORY'];
  expect(checkout.filter(isCheckoutVariable)).toEqual(checkout);
  const kept = named.filter((name) => !isCheckoutVariable(name));
  // The second since git 2.31.
  expect(['GIT_CONFIG_PARAMETERS', 'GIT_CONFIG_COUNT']).toEqual(expect.arrayContaining(kept));
  expect(['GIT_AUTHOR_NAME', 'GIT_CONFIG_KEY_0', 'PATH'].filter(isCheckoutVariable)).toEqual([]);
});

it('takes them out of an environment', () => {
  expect(leaveCheckout({ GIT_DIR: '.git', GIT_INDEX_FILE: '.git/index', GIT_CONFIG_COUNT: '0', HOME: '/' })).toEqual({
    GIT_CONFIG_COUNT: '0',
    HOME: '/',
  });
});
