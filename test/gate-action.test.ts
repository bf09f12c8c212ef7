import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, it, type TestContext } from 'vitest';
import type { GateResult } from '../src/gate/gate-result.js';
import { readStep, startStep } from './fixtures/action-step.js';
import { GateBench } from './fixtures/gate-run.js';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const TIMEOUT_MILLIS = 120_000;

async function openBench(context: TestContext): Promise<GateBench> {
  const bench = await GateBench.open(context);
  await mkdir(join(bench.folder, 'runner-temp'));
  return bench;
}

async function installOffloop(bench: GateBench): Promise<void> {
  await mkdir(join(bench.folder, 'node_modules'));
  await symlink(ROOT, join(bench.folder, 'node_modules', 'offloop'), 'dir');
}

/** A package of this name that tells what it was started with and can't judge. */
async function installTeller(bench: GateBench): Promise<void> {
  const folder = join(bench.folder, 'node_modules', 'offloop');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify({ bin: { offloop: 'cli.js' } }));
  await writeFile(join(folder, 'cli.js'), 'console.log(JSON.stringify(process.argv.slice(2))); process.exitCode = 2;');
}

function startGateStep(bench: GateBench, inputs: NodeJS.ProcessEnv = {}) {
  return startStep('gate', bench.folder, {
    RUNNER_TEMP: join(bench.folder, 'runner-temp'),
    GITHUB_JOB: 'job',
    CONFIG: '',
    TOLERATE_NOISE: 'false',
    ARGUMENTS: '',
    VERSION: '',
    ...inputs,
  });
}

async function readResult(folder: string): Promise<GateResult> {
  return JSON.parse(await readFile(join(folder, 'gate.json'), 'utf8'));
}

describe.concurrent('the GitHub Action', { timeout: TIMEOUT_MILLIS }, () => {
  it('leaves exit code and reports of the installed gate for its other steps', async (context) => {
    const { expect } = context;
    const bench = await openBench(context);
    await installOffloop(bench);
    await bench.writeConfig({ load: { url: `${bench.url}missing`, requestsPerSecond: 40 } });
    // No request is answered: that is not the machine's noise.
    const inputs = { ARGUMENTS: '--set=maxBlockCount=7\n--no-explain', TOLERATE_NOISE: 'true' };
    const { exitCode, outputs } = await (await startGateStep(bench, inputs)).end;
    expect(exitCode).toBe(0);
    expect(outputs).toMatchObject({ 'exit-code': '2', artifact: expect.stringMatching(/^job-offloop-gate-\w+$/) });
    const { sentence, config } = await readResult(outputs['folder'] ?? '');
    expect(sentence).toContain('8 of 8 requests failed');
    expect(config?.maxBlockCount).toBe(7);
  });

  it.for([
    [{}, []],
    [
      { CONFIG: 'a gate.json', ARGUMENTS: '--seed=1\n\n--start=node a.js' },
      ['--config', 'a gate.json', '--seed=1', '--start=node a.js'],
    ],
    [{ TOLERATE_NOISE: 'true' }, ['--tolerate-noise']],
  ] as const)('hands on what it was told, and no more: %j', async ([inputs, args], context) => {
    const { expect } = context;
    const bench = await openBench(context);
    await installTeller(bench);
    const { end, readOutput } = await startGateStep(bench, inputs);
    expect((await end).outputs).toMatchObject({ 'exit-code': '2' });
    const reports = ['gate', '--json', '--markdown', '--html'];
    const told: string[] = JSON.parse(readOutput());
    expect(told.filter((arg) => !arg.startsWith(bench.folder))).toEqual([...reports, ...args]);
  });

  it('can not judge where offloop is not installed, whatever is tolerated, and says so', async (context) => {
    const { expect } = context;
    const step = await startGateStep(await openBench(context), { TOLERATE_NOISE: 'true' });
    expect((await step.end).outputs).toMatchObject({ 'exit-code': '2' });
    expect(step.readOutput()).toMatch(/^::error title=offloop gate::offloop was not found.*install it/m);
  });

  it.for(['SIGINT', 'SIGTERM'] as const)('ends the gate when the job is cancelled by %s', async (signal, context) => {
    const { expect } = context;
    const bench = await openBench(context);
    await installOffloop(bench);
    await bench.writeConfig();
    const { child, end, readOutput } = await startGateStep(bench);
    await expect
      .poll(async () => (await bench.listProcesses()).join('\n'), { timeout: TIMEOUT_MILLIS })
      .toContain('node server.mjs');
    await expect.poll(readOutput, { timeout: TIMEOUT_MILLIS }).toContain('rehearsing');
    // To the shell alone, as the runner does.
    child.kill(signal);
    const { outputs } = await end;
    expect((await readResult(outputs['folder'] ?? '')).sentence).toBe("can't judge: interrupted by SIGTERM");
    await expect.poll(() => bench.listProcesses(), { timeout: TIMEOUT_MILLIS }).toEqual([]);
    expect(await bench.listLeftFolders()).toEqual([]);
  });

  it.for([
    ['0', 0],
    ['1', 1],
    ['2', 2],
    // The step before had no end.
    ['', 2],
  ] as const)("ends as the gate ended: '%s'", async ([CODE, expected], context) => {
    const { expect } = context;
    const { end, readOutput } = await startStep('verdict', (await openBench(context)).folder, { CODE });
    expect((await end).exitCode).toBe(expected);
    expect(readOutput()).toMatch(CODE === '' ? /^::error title=offloop gate::/ : /^$/);
  });

  it('has its reports and its verdict whatever became of the steps before', async ({ expect }) => {
    expect(await readStep('reports')).toMatch(/^ +if: \$\{\{ !cancelled\(\) && /m);
    expect(await readStep('reports')).toMatch(/^ +continue-on-error: true$/m);
    expect(await readStep('verdict')).toMatch(/^ +if: \$\{\{ !cancelled\(\) \}\}$/m);
  });
});
