import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { endProcessGroup } from './end-process-group.js';

// The guard runs from the build.
const { ProcessGroups } = (await import(
  '../../../dist/src/gate/run/process-groups.js' as string
)) as typeof import('./process-groups.js');

function startGroup(script: string) {
  const groups = new ProcessGroups();
  const output: string[] = [];
  const group = groups.start({
    command: `node -e "${script}"`,
    workingDirectory: process.cwd(),
    env: { NODE_OPTIONS: null },
    onOutput: (text) => output.push(text),
  });
  return { groups, group, output };
}

const STUBBORN = "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log(process.pid);";

/** What has ended is there until its parent asks for its exit code. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

describe('ProcessGroup', () => {
  it('ends with everything that it started, also what does not listen to SIGTERM', async () => {
    const child = `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(STUBBORN).replaceAll('"', '\\"')}], { stdio: 'inherit' });`;
    const { groups, group, output } = startGroup(`${child} setInterval(() => {}, 1000);`);
    await expect.poll(() => output.join(''), { timeout: 20_000 }).toMatch(/\d+\n/);
    const pid = Number(output.join(''));
    await group.end();
    await groups.close();
    expect(await group.ended).toMatchObject({ exitCode: null });
    expect(isRunning(pid)).toBe(false);
  });

  it('tells that the command ended while what it started holds its output', async () => {
    const child = `require('child_process').spawn('sleep', ['600'], { stdio: 'inherit' }).unref();`;
    const { groups, group } = startGroup(`${child} process.exit(4)`);
    expect(await group.ended).toEqual({ exitCode: 4, signal: null });
    await group.end();
    await groups.close();
  });

  it('tells how the command ended', async () => {
    const { groups, group } = startGroup('process.exit(3)');
    expect(await group.ended).toEqual({ exitCode: 3, signal: null });
    await group.end();
    await groups.close();
  });
});

describe('ProcessGroups', () => {
  it.each([
    ['before the guard is told of one', "guard.send = () => process.kill(process.pid, 'SIGKILL')"],
    ['before the guard listens', 'const { send } = guard; guard.send = (command) => send.call(guard, command, die)'],
    ['as the command begins', "guard.once('message', () => setImmediate(die))"],
    ['once the command runs', "guard.once('message', () => setTimeout(die, 200))"],
  ])('leave no command running where the gate is killed %s', async (_when, arrange) => {
    const folder = mkdtempSync(join(tmpdir(), 'offloop-groups-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'alive');
    const gate = `
      import childProcess from 'node:child_process';
      import { syncBuiltinESMExports } from 'node:module';
      const { fork } = childProcess;
      childProcess.fork = (...args) => {
        const guard = fork(...args);
        const die = () => process.kill(process.pid, 'SIGKILL');
        ${arrange};
        return guard;
      };
      syncBuiltinESMExports();
      const { ProcessGroups } = await import('${new URL('../../../dist/src/gate/run/process-groups.js', import.meta.url)}');
      new ProcessGroups().start({
        command: 'while :; do echo > ${file}; sleep 0.05; done',
        workingDirectory: process.cwd(),
        env: {},
        onOutput: () => {},
      });
    `;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', gate], { stdio: 'inherit' });
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
    // What was told of is ended by the guard; what runs on writes the file again.
    await expect
      .poll(
        async () => {
          rmSync(file, { force: true });
          await delay(300);
          return existsSync(file);
        },
        { timeout: 20_000 },
      )
      .toBe(false);
  });
});

describe('endProcessGroup', () => {
  it('knows of a group that is not there', () => {
    expect(endProcessGroup(2 ** 22 - 1, 0)).toBe(false);
  });
});
