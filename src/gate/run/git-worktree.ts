import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Environment } from '../config/gate-config.js';
import { GateError } from '../gate-error.js';
import { leaveCheckout } from '../git-environment.js';
import { isolateEnvironment } from './arm-environment.js';
import { describeEnd, LastOutput } from './last-output.js';
import type { ProcessGroups } from './process-groups.js';

const execute = promisify(execFile);

/** A git hook's variables name the index of its commit: git would lay out the worktree over that one. */
const run = (args: readonly string[]) => execute('git', args, { env: leaveCheckout() });

/** A commit of this checkout laid out in a folder of its own. */
export class GitWorktree {
  /** The folder in it that corresponds to the one the gate was started in. */
  readonly workingDirectory: string;
  readonly commit: string;
  readonly folder: string;
  /** The top of the checkout that it is a worktree of. */
  readonly checkoutFolder: string;
  /** What the checkout notes of it, and of no other worktree; null before there is any. */
  #noteFolder: string | null = null;
  readonly #removeNow = (): void => {
    for (const folder of this.#folders) {
      try {
        rmSync(folder, { recursive: true, force: true });
      } catch {
        // It must not change the exit code.
      }
    }
  };

  private constructor(folder: string, checkoutFolder: string, prefix: string, commit: string) {
    this.folder = folder;
    this.checkoutFolder = checkoutFolder;
    this.workingDirectory = join(folder, prefix);
    this.commit = commit;
    process.on('exit', this.#removeNow);
  }

  /** @throws {GateError} outside a git checkout, and where it has no such ref. */
  static async add(ref: string): Promise<GitWorktree> {
    const prefix = await git(
      ['rev-parse', '--show-prefix'],
      'reference.ref needs a git checkout, and this folder is none',
    );
    const checkoutFolder = await git(['rev-parse', '--show-toplevel'], 'reference.ref needs a git checkout');
    const commit = await git(
      ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`],
      `reference.ref: this checkout has no commit '${ref}'; fetch it first, as in: git fetch --depth=1 origin main`,
    );
    const folder = mkdtempSync(join(tmpdir(), 'offloop-gate-reference-'));
    const worktree = new GitWorktree(folder, checkoutFolder, prefix, commit);
    try {
      await git(
        // Without the user's own post-checkout hook, which may install, build or fail.
        ['-c', 'core.hooksPath=/dev/null', 'worktree', 'add', '--detach', folder, commit],
        `reference.ref: '${ref}' can't be laid out in ${folder}`,
      );
      const noteFolder = await git(
        ['-C', folder, 'rev-parse', '--absolute-git-dir'],
        `reference.ref: ${folder} is no worktree`,
      );
      // Anything else would be the checkout's own.
      if (basename(dirname(noteFolder)) === 'worktrees') worktree.#noteFolder = noteFolder;
      return worktree;
    } catch (error) {
      await worktree.remove().catch(() => {});
      throw error;
    }
  }

  get environment(): Environment {
    const { workingDirectory, folder, checkoutFolder } = this;
    return isolateEnvironment({ workingDirectory, rootFolder: folder, replacedFolder: checkoutFolder });
  }

  /** @throws {GateError} when the command fails. */
  async prepare(command: string, groups: ProcessGroups, interrupted: Promise<never>): Promise<void> {
    const output = new LastOutput();
    const group = groups.start({
      command,
      workingDirectory: this.workingDirectory,
      env: this.environment,
      onOutput: (text) => output.add(text),
    });
    try {
      const end = await Promise.race([group.ended, interrupted]);
      if (end.exitCode === 0) return;
      throw new GateError(`reference.prepare failed (${describeEnd(end)})${output.quote()}`);
    } finally {
      await group.end();
    }
  }

  /**
   * Rejects where something stays. Never by `git worktree prune`, which forgets each worktree whose folder is not to be
   * seen just now: one of another container, or on a disk that is not mounted.
   */
  async remove(): Promise<void> {
    await run(['worktree', 'remove', '--force', this.folder]).catch(() => {});
    // Nothing is left of them unless git refused.
    const removals = this.#folders.map((folder) =>
      rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }),
    );
    const settled = await Promise.allSettled(removals);
    // Not before: a second signal ends the gate at once.
    process.off('exit', this.#removeNow);
    const failed = settled.find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  }

  get #folders(): readonly string[] {
    return [this.folder, ...(this.#noteFolder === null ? [] : [this.#noteFolder])];
  }
}

async function git(args: readonly string[], problem: string): Promise<string> {
  try {
    return (await run(args)).stdout.trim();
  } catch (error) {
    const { code, stderr } = error as { code?: unknown; stderr?: string };
    if (code === 'ENOENT') throw new GateError('reference.ref needs git, which was not found; install it');
    const said = (stderr ?? '').trim().split('\n').at(-1) ?? '';
    throw new GateError(said === '' ? problem : `${problem} (git: ${said})`, { cause: error });
  }
}
