import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
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

describe('endProcessGroup', () => {
  it('knows of a group that is not there', () => {
    expect(endProcessGroup(2 ** 22 - 1, 0)).toBe(false);
  });
});
