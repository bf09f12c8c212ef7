// What a change to this repository is compared with.
import { spawnSync } from 'node:child_process';

const RELEASE_TAGS = 'v[0-9]*';

/**
 * The release before this commit, else where its branch left the default one, else the commit before it.
 *
 * @param folder In the checkout.
 * @returns `commit` and what it is, `name`; or why there is none, `reason`.
 */
export function findBaseCommit(folder) {
  const git = (...args) => {
    const { status, stdout } = spawnSync('git', args, { cwd: folder, encoding: 'utf8' });
    return status === 0 ? stdout.trim() : undefined;
  };
  const head = git('rev-parse', '--verify', '--quiet', 'HEAD');
  if (head === undefined) return { reason: 'this folder is no git checkout, or git is not installed' };
  // From the commit before: a release is compared with the release before it.
  const tag = git('describe', '--tags', '--abbrev=0', '--match', RELEASE_TAGS, 'HEAD^');
  if (tag !== undefined) return { commit: git('rev-parse', `${tag}^{commit}`), name: `the release ${tag}` };
  const fork = git('merge-base', 'HEAD', 'origin/HEAD');
  if (fork !== undefined && fork !== head) return { commit: fork, name: 'where this branch left origin/HEAD' };
  const parent = git('rev-parse', '--verify', '--quiet', 'HEAD^');
  if (parent !== undefined) return { commit: parent, name: 'the commit before this one' };
  return git('rev-parse', '--is-shallow-repository') === 'true'
    ? { reason: 'this clone is shallow and has one commit only; git fetch --deepen=1 brings the one before it' }
    : { reason: 'this is the first commit' };
}
