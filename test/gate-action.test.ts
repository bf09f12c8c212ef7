import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, it, type TestContext } from 'vitest';
import type { GateResult } from '../src/gate/gate-result.js';
import { GateBench } from './fixtures/gate-run.js';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const TIMEOUT_MILLIS = 120_000;

/** Tests that run side by side have each its own context. */
async function openBench({ onTestFinished }: TestContext): Promise<GateBench> {
  const bench = await GateBench.open();
  onTestFinished(() => bench.close());
  await mkdir(join(bench.folder, 'runner-temp'));
  return bench;
}

async function installOffloop(bench: GateBench): Promise<void> {
  await mkdir(join(bench.folder, 'node_modules'));
  await symlink(ROOT, join(bench.folder, 'node_modules', 'offloop'), 'dir');
}

/** The Action's first step, started as GitHub's runner starts it. */
async function startStep({ expect }: TestContext, bench: GateBench, inputs: NodeJS.ProcessEnv = {}) {
  const definition = await readFile(join(ROOT, '.github', 'actions', 'offloop-gate', 'action.yml'), 'utf8');
  const [, script = ''] = /^ +run: \|\n((?: {8}.*\n)+)/m.exec(definition) ?? [];
  expect(script).toContain('offloop');
  const scriptFile = join(bench.folder, 'step.sh');
  await writeFile(scriptFile, script);
  const outputFile = join(bench.folder, 'outputs');
  const child = spawn('bash', ['--noprofile', '--norc', '-e', '-o', 'pipefail', scriptFile], {
    cwd: bench.folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      TMPDIR: bench.folder,
      RUNNER_TEMP: join(bench.folder, 'runner-temp'),
      GITHUB_OUTPUT: outputFile,
      GITHUB_JOB: 'job',
      CONFIG: 'offloop.gate.json',
      ARGUMENTS: '',
      VERSION: '',
      ...inputs,
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const end = once(child, 'close').then(async ([exitCode]) => {
    const lines = (await readFile(outputFile, 'utf8')).trim().split('\n');
    return { exitCode, outputs: Object.fromEntries(lines.map((line) => line.split('=', 2))) };
  });
  return { child, readOutput: () => output, end };
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
    const inputs = { ARGUMENTS: '--set=maxBlockCount=7\n--no-explain' };
    const { exitCode, outputs } = await (await startStep(context, bench, inputs)).end;
    expect(exitCode).toBe(0);
    expect(outputs).toMatchObject({ 'exit-code': '2', artifact: expect.stringMatching(/^job-offloop-gate-\w+$/) });
    const { sentence, config } = await readResult(outputs['folder'] ?? '');
    expect(sentence).toContain('8 of 8 requests failed');
    expect(config?.maxBlockCount).toBe(7);
  });

  it('can not judge where offloop is not installed, and says so', async (context) => {
    const { expect } = context;
    const step = await startStep(context, await openBench(context));
    expect((await step.end).outputs).toMatchObject({ 'exit-code': '2' });
    expect(step.readOutput()).toMatch(/^::error title=offloop gate::offloop was not found.*install it/m);
  });

  it.for(['SIGINT', 'SIGTERM'] as const)('ends the gate when the job is cancelled by %s', async (signal, context) => {
    const { expect } = context;
    const bench = await openBench(context);
    await installOffloop(bench);
    await bench.writeConfig();
    const { child, end, readOutput } = await startStep(context, bench);
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
});
