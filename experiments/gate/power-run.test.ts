import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { REFERENCE_ARM } from './power-arms.js';
import { appendPowerTrial, findPowerRun, openPowerRun } from './power-run.js';
import { listMissingSteps } from './record-power.js';
import { makePowerRun, makePowerTrial } from './test-power-run.js';

const RUN = makePowerRun(2, {});

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offloop-power-run-'));
  onTestFinished(() => rm(folder, { recursive: true }));
});

it('goes on after what is recorded, without a torn line, in the same order, with more blocks', async () => {
  expect(await findPowerRun(folder)).toBeUndefined();
  await openPowerRun(folder, RUN, false);
  const steps = listMissingSteps(RUN);
  expect(steps).toHaveLength(8);
  const [first] = steps;
  if (first === undefined) throw new RangeError('expected a step');
  await appendPowerTrial(folder, makePowerTrial(first.arm.label, first.block));
  await appendPowerTrial(folder, {
    label: REFERENCE_ARM.label,
    block: 1,
    startedAt: '',
    failure: 'the port was in use',
  });
  await appendFile(join(folder, 'raw.jsonl'), '{"label":"offloop","blo');

  const longer = { ...RUN, gatePower: { ...RUN.gatePower, blockCount: 3 } };
  const resumed = await openPowerRun(folder, longer, true);
  expect(resumed.trials).toHaveLength(1);
  expect(resumed.failedTrials).toHaveLength(1);
  expect(resumed.resumptions).toHaveLength(1);
  expect(await findPowerRun(folder)).toEqual(resumed);
  // A failed one is run again.
  const left = listMissingSteps(resumed);
  expect(left.slice(0, 7)).toEqual(steps.slice(1));
  expect(left).toHaveLength(11);
});

it('goes on with nothing else, and replaces nothing', async () => {
  await expect(openPowerRun(folder, RUN, true)).rejects.toThrow('holds no run to go on with');
  await openPowerRun(folder, RUN, false);
  await expect(openPowerRun(folder, RUN, false)).rejects.toThrow('go on with --resume');
  const others = [
    { ...RUN, provenance: { ...RUN.provenance, node: 'v0.0.0' } },
    { ...RUN, gatePower: { ...RUN.gatePower, blockCount: 1 } },
  ];
  for (const other of others) {
    await expect(openPowerRun(folder, other, true)).rejects.toThrow(/differs in (Node|blocks, which are fewer)\./);
  }
});
