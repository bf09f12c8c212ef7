import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { chooseServiceCore, describeLaunch, parseCoreList } from './cores.js';

it.each([
  ['0-1', [0, 1]],
  ['0-3,8', [0, 1, 2, 3, 8]],
  ['5', [5]],
  ['', []],
  ['all', []],
])('reads %j as Linux means it', (list, cores) => {
  expect(parseCoreList(list)).toEqual(cores);
});

async function countCores(core: number | null): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'offloop-cores-'));
  try {
    const file = join(folder, 'count.mjs');
    await writeFile(
      file,
      "import os from 'node:os';\nprocess.send(os.availableParallelism(), () => process.exit());\n",
    );
    const [count] = (await once(fork(file, [], describeLaunch(core)), 'message')) as [number];
    return count;
  } finally {
    await rm(folder, { recursive: true });
  }
}

it('leaves a process all cores unless it is to have one', async () => {
  expect(await countCores(null)).toBe(availableParallelism());
});

it.runIf(chooseServiceCore() !== null)('starts a process with one core, and a channel to it', async () => {
  expect(await countCores(chooseServiceCore())).toBe(1);
});
