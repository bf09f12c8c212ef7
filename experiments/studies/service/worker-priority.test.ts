import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const BUILT = new URL('../../../dist/experiments/studies/service/worker-priority.js', import.meta.url);

/** Threads of this process are vitest's own; a fresh one has none that come and go. */
async function runScript(script: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
  return stdout;
}

it.runIf(process.platform === 'linux')(
  'gives the new thread its priority, and leaves the main thread its own',
  async () => {
    const stdout = await runScript(`
    import { readdirSync } from 'node:fs';
    import { getPriority } from 'node:os';
    import { Worker } from 'node:worker_threads';
    const { startWithWorkerNice } = await import(${JSON.stringify(BUILT.href)});
    const worker = await startWithWorkerNice(7, async () => new Worker('setInterval(() => {}, 1000)', { eval: true }));
    const priorities = readdirSync('/proc/self/task').map((thread) => getPriority(Number(thread)));
    console.log(getPriority(process.pid), priorities.filter((priority) => priority === 7).length);
    await worker.terminate();`);
    expect(stdout).toBe('0 1\n');
  },
);

it.runIf(process.platform === 'linux')('says so where no thread was started', async () => {
  const stdout = await runScript(`
    const { startWithWorkerNice } = await import(${JSON.stringify(BUILT.href)});
    await startWithWorkerNice(7, async () => {}).catch((error) => console.log(error.message));`);
  expect(stdout).toBe('expected one new thread, a worker, got 0\n');
});
