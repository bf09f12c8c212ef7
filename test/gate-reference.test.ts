import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, mkdir, realpath, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { GateResult } from '../src/gate/gate-result.js';
import { GateBench } from './fixtures/gate-run.js';

const CLI = fileURLToPath(new URL('../dist/src/cli.js', import.meta.url));
const TIMEOUT_MILLIS = 120_000;

/** Ends in the rehearsal, for no request succeeds: what the reference is called is known by then. */
async function rehearse(bench: GateBench, reference: object) {
  await bench.writeConfig({ load: { url: `${bench.url}missing`, requestsPerSecond: 40 }, reference });
  const { exitCode, stdout, stderr } = await bench.start(['--json', 'gate.json', '--markdown', 'gate.md']).end;
  expect(exitCode, stdout + stderr).toBe(2);
  const { referenceName, sentence } = JSON.parse(await bench.readText('gate.json')) as GateResult;
  expect(sentence).toContain('rehearsing the reference: 8 of 8 requests failed');
  return { referenceName, stderr, text: stdout + stderr + (await bench.readText('gate.json')) };
}

describe('the reference of a gate', { timeout: TIMEOUT_MILLIS }, () => {
  it('is laid out without hooks, told in 80 columns, and named by ref and commit, or by the commit once', async () => {
    const bench = await GateBench.open({ onTestFinished });
    const git = (...args: string[]) => execFileSync('git', args, { cwd: bench.folder, encoding: 'utf8' }).trim();
    bench.commit('server.mjs');
    const commit = git('rev-parse', 'HEAD');
    const hash = commit.slice(0, 7);
    const marker = join(bench.folder, 'hook-ran');
    await mkdir(join(bench.folder, '.git', 'hooks'), { recursive: true });
    await writeFile(join(bench.folder, '.git', 'hooks', 'post-checkout'), `#!/bin/sh\necho > '${marker}'\n`, {
      mode: 0o755,
    });
    const prepare = `node -e "${'1 + 1; '.repeat(20)}"`;

    const byHash = await rehearse(bench, { ref: commit, prepare });
    expect(byHash.referenceName).toBe(hash);
    expect(byHash.stderr).toContain(`offloop gate: preparing ${hash}: node -e`);
    expect(byHash.stderr.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(existsSync(marker)).toBe(false);

    expect((await rehearse(bench, { ref: 'main' })).referenceName).toBe(`main (${hash})`);
    // A hook that nothing keeps from running does run here.
    git('checkout', '--quiet', '--detach', 'main');
    expect(existsSync(marker)).toBe(true);
  });

  it('is laid out from a git hook too, whose commands git ties to the index of the checkout', async () => {
    const bench = await GateBench.open({ onTestFinished });
    const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.org'];
    const env = { PATH: process.env['PATH'], TMPDIR: bench.folder };
    const git = async (...args: string[]) => {
      const { stdout } = await promisify(execFile)('git', [...identity, ...args], { cwd: bench.folder, env });
      return stdout.trim();
    };
    await git('init', '--quiet', '--initial-branch=main');
    await git('add', 'server.mjs');
    await git('commit', '--quiet', '--message=first');
    const first = await git('rev-parse', 'HEAD');
    await bench.writeConfig({
      load: { url: `${bench.url}missing`, requestsPerSecond: 40 },
      reference: { ref: 'HEAD', prepare: `git rev-parse --show-toplevel > '${join(bench.folder, 'prepared-in')}'` },
    });
    await mkdir(join(bench.folder, '.git', 'hooks'), { recursive: true });
    const hook = `#!/bin/sh\nenv > hook-environment\n'${process.execPath}' '${CLI}' gate --json gate.json\nexit 0\n`;
    await writeFile(join(bench.folder, '.git', 'hooks', 'pre-commit'), hook, { mode: 0o755 });
    await appendFile(join(bench.folder, 'server.mjs'), '// second\n');

    await git('commit', '--quiet', '--all', '--message=second');
    expect(await bench.readText('hook-environment')).toMatch(/^GIT_INDEX_FILE=.*index\.lock$/m);
    const { sentence, referenceName } = JSON.parse(await bench.readText('gate.json')) as GateResult;
    expect(sentence).toContain('rehearsing the reference: 8 of 8 requests failed');
    expect(referenceName).toBe(`HEAD (${first.slice(0, 7)})`);
    expect(await bench.readText('prepared-in')).toContain('offloop-gate-reference-');
    expect(await git('show', '--format=', '--name-only')).toBe('server.mjs');
    expect(await git('show', 'HEAD:server.mjs')).toMatch(/\/\/ second$/);
    expect(await git('status', '--porcelain', '--untracked-files=no')).toBe('');
  });

  it.each([
    ['taken away', {}],
    ['taken away though git refuses to', { prepare: 'rm .git' }],
  ])('is %s, and no other worktree with it whose folder is not to be seen just then', async (_, prepare) => {
    const bench = await GateBench.open({ onTestFinished });
    const git = (cwd: string, ...args: string[]) => execFileSync('git', args, { cwd, encoding: 'utf8' }).trim();
    bench.commit('server.mjs');
    const [other, hidden] = [join(bench.folder, 'other'), join(bench.folder, 'hidden')];
    git(bench.folder, 'worktree', 'add', '--quiet', '--detach', other);
    await rename(other, hidden);
    await rehearse(bench, { ref: 'main', ...prepare });
    await rename(hidden, other);
    expect(git(other, 'status', '--porcelain')).toBe('');
    const worktrees = git(bench.folder, 'worktree', 'list', '--porcelain').match(/^worktree .*$/gm);
    const folders = await Promise.all([bench.folder, other].map((folder) => realpath(folder)));
    expect(worktrees).toEqual(folders.map((folder) => `worktree ${folder}`));
    expect(await bench.listLeftFolders()).toEqual([]);
  });

  it('is told by what varies, and not by its values', async () => {
    const bench = await GateBench.open({ onTestFinished });
    const env = { BLOCK_MILLIS: null, TOKEN: 'hush-hush' };
    const { referenceName, text } = await rehearse(bench, { variant: { env, command: 'node ./server.mjs' } });
    expect(referenceName).toBe('the variant (without BLOCK_MILLIS, with another TOKEN, with another command)');
    expect(text).not.toContain('hush-hush');
  });
});
