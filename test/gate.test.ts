import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'vitest';
import type { Baseline } from '../src/gate/baseline.js';
import type { GateResult } from '../src/gate/gate-result.js';
import { GateBench, SMALL } from './fixtures/gate-run.js';

/** Runs with twelve trials of four seconds, several at a time, on a machine that has other things to do. */
const TIMEOUT_MILLIS = 300_000;

async function expectNothingLeft({ expect }: TestContext, bench: GateBench): Promise<void> {
  expect(await bench.listProcesses()).toEqual([]);
  expect(await bench.listLeftFolders()).toEqual([]);
}

function blocking(bench: GateBench, blockMillis: number) {
  const env = { PORT: String(bench.port), BLOCK_MILLIS: String(blockMillis) };
  return { service: { command: 'node server.mjs', env, ready: { line: 'listening' } } };
}

describe.concurrent('offloop gate', { timeout: TIMEOUT_MILLIS }, () => {
  it('exits with 1 when the loop is blocked each second, and says so wherever it is asked to', async (context) => {
    const { expect } = context;
    const bench = await GateBench.open(context);
    await bench.writeConfig(blocking(bench, 200));
    const files = ['--json', 'gate.json', '--markdown', 'gate.md', '--junit', 'gate.xml', '--html', 'gate.html'];
    const { exitCode, stdout } = await bench.start(files, {
      GITHUB_ACTIONS: 'true',
      GITHUB_STEP_SUMMARY: join(bench.folder, 'summary.md'),
    }).end;
    expect(exitCode, stdout).toBe(1);
    const result = JSON.parse(await bench.readText('gate.json')) as GateResult;
    expect(result).toMatchObject({ verdict: 'regressed', pairCount: 6, mode: 'compare' });
    const [p99] = result.figures;
    expect(p99).toMatchObject({ figure: 'arrivalWeightedP99Millis', outcome: 'regressed' });
    expect(p99?.difference?.low).toBeGreaterThan(60);
    expect(new Set(result.trials.map(({ arm }) => arm))).toEqual(new Set(['candidate', 'reference']));
    expect(result.trials).toHaveLength(12);
    const table = stdout.split('\n').filter((line) => !line.startsWith('::'));
    expect(table.filter((line) => line.length > 80)).toEqual([]);
    expect(stdout).toMatch(/arrival-weighted p99, ms .* regressed\n/);
    expect(stdout).toMatch(/^::error title=offloop gate::regressed: arrival-weighted p99/m);
    expect(await bench.readText('gate.md')).toContain('| arrival-weighted p99, ms |');
    expect(await bench.readText('summary.md')).toBe(await bench.readText('gate.md'));
    expect(await bench.readText('gate.xml')).toMatch(/failures="1".*<failure message="arrival-weighted p99/s);
    expect(await bench.readText('gate.html')).toContain('<title>offloop gate</title>');
    await expectNothingLeft(context, bench);
  });

  it('exits with 0 when nothing changed, and keeps the headers of the load to itself', async (context) => {
    const { expect } = context;
    const bench = await GateBench.open(context);
    await bench.writeConfig({
      load: {
        url: bench.url,
        requestsPerSecond: 40,
        method: 'POST',
        body: '{}',
        headers: { authorization: 'hush-hush' },
      },
    });
    const { exitCode, stdout, stderr } = await bench.start(['--json', 'gate.json']).end;
    expect(exitCode, stdout).toBe(0);
    expect(stdout).toMatch(/offloop gate: holds: arrival-weighted p99/);
    expect(`${stdout}${stderr}${await bench.readText('gate.json')}`).not.toContain('hush-hush');
    await expectNothingLeft(context, bench);
  });

  it('exits with 0 where the loop only works more, and says that it does', async (context) => {
    const { expect } = context;
    const bench = await GateBench.open(context);
    const working = 'if (process.env.BLOCK_MILLIS) setInterval(() => block(8), 30);\n';
    const server = (await bench.readText('server.mjs')).replace(/if \(blockMillis > 0\).*\n/, working);
    await writeFile(join(bench.folder, 'server.mjs'), server);
    await bench.writeConfig(blocking(bench, 1));
    const { exitCode, stdout } = await bench.start().end;
    expect(exitCode, stdout).toBe(0);
    expect(stdout.replaceAll('\n', ' ')).toMatch(
      /offloop gate: holds: .* offloop gate: not judged, but clearly worse: loop utilization \+/,
    );
  });

  it('compares with a commit, which it prepares in a worktree of its own', async (context) => {
    const { expect } = context;
    const bench = await GateBench.open(context);
    const git = (...args: string[]) => execFileSync('git', args, { cwd: bench.folder, encoding: 'utf8' });
    bench.commit('server.mjs');
    const server = await bench.readText('server.mjs');
    await writeFile(join(bench.folder, 'server.mjs'), server.replace('?? 0', '?? 200'));
    const prepare = `node -e "require('fs').appendFileSync('server.mjs', 'console.log(1);')"`;
    await bench.writeConfig({ reference: { ref: 'main', prepare } });
    const { exitCode, stdout, stderr } = await bench.start().end;
    expect(exitCode, stdout + stderr).toBe(1);
    expect(stdout).toMatch(/Reference: main \([0-9a-f]{7}\)/);
    expect(git('worktree', 'list').trim().split('\n')).toHaveLength(1);
    expect(await readFile(join(bench.folder, 'server.mjs'), 'utf8')).not.toContain('console.log(1)');
    await expectNothingLeft(context, bench);
  });

  it('stores ratios to the control, never over another file, and is held against them later', async (context) => {
    const { expect } = context;
    const bench = await GateBench.open(context);
    await bench.writeConfig();
    const saved = await bench.start(['--save', 'baseline.json']).end;
    expect(saved.exitCode, saved.stdout).toBe(0);
    const baseline = JSON.parse(await bench.readText('baseline.json')) as Baseline;
    expect(baseline.figures.arrivalWeightedP99Millis?.ratios).toHaveLength(6);
    expect(baseline.control).toEqual({ env: { BLOCK_MILLIS: null } });

    const again = await bench.start(['--save', 'baseline.json']).end;
    expect(again.exitCode).toBe(2);
    expect(again.stderr).toMatch(/baseline\.json is there already; replace it with --force/);

    const elsewhere = { ...baseline, provenance: { ...baseline.provenance, host: 'another-host' } };
    await writeFile(join(bench.folder, 'baseline.json'), JSON.stringify(elsewhere));
    const args = ['--baseline', 'baseline.json', '--set', 'service.env.BLOCK_MILLIS=200'];
    const { exitCode, stdout } = await bench.start(args).end;
    expect(exitCode, stdout).toBe(1);
    expect(stdout).toContain('The baseline is from another machine');
    await expectNothingLeft(context, bench);
  });

  it('holds a service against a budget alone, without a reference', async (context) => {
    const { expect } = context;
    const bench = await GateBench.open(context);
    await bench.writeConfig({
      ...blocking(bench, 200),
      reference: undefined,
      figures: { arrivalWeightedP99Millis: { budget: 60 }, utilization: { budget: 1 } },
    });
    // Two figures share the level, and seven blocks are then the fewest that tell anything.
    const { exitCode, stdout, stderr } = await bench.start(['--set', 'maxBlockCount=7', '--no-explain']).end;
    expect(exitCode, stdout).toBe(1);
    expect(stdout + stderr).not.toContain('expl');
    expect(stdout.replaceAll('\n', ' ')).toMatch(/arrival-weighted p99 .* past the budget of 60\.0 ms/);
  });

  it('exits with 0 where it can not judge for noise and that is tolerated, and stays by its verdict', async (context) => {
    const { expect } = context;
    const bench = await GateBench.open(context);
    // No load generator is as punctual as that: each trial is left out for what this machine does.
    await bench.writeConfig({ validity: { ...SMALL.validity, maxLatenessP99Millis: 0 } });
    const files = ['--json', 'gate.json', '--junit', 'gate.xml'];
    const env = { GITHUB_ACTIONS: 'true' };
    const strict = await bench.start(files, env).end;
    expect(strict.exitCode, strict.stdout).toBe(2);
    expect(strict.stdout).toMatch(/^::error title=offloop gate::can't judge: /m);
    const { exitCode, stdout, stderr } = await bench.start([...files, '--tolerate-noise'], env).end;
    expect(exitCode, stdout).toBe(0);
    expect(stderr).toMatch(/^offloop gate: not judged, and tolerated \(--tolerate-noise\): exit code 0$/m);
    expect(stdout).toMatch(/^::warning title=offloop gate::can't judge: /m);
    expect(stdout).toMatch(/^offloop gate: can't judge: one trial .* the load generator was \d+ ms late at p99/m);
    const result = JSON.parse(await bench.readText('gate.json')) as GateResult;
    expect(result).toMatchObject({ verdict: 'cannot judge', cause: 'noise' });
    expect(await bench.readText('gate.xml')).toMatch(/failures="0".*name="verdict"/s);
  });

  it('tells what the machine resolves by running the service against itself', async (context) => {
    const { expect } = context;
    const bench = await GateBench.open(context);
    await bench.writeConfig({ reference: undefined, figures: { arrivalWeightedP99Millis: { budget: 1_000 } } });
    const { exitCode, stdout } = await bench.start(['--self-check']).end;
    expect(exitCode, stdout).toBe(0);
    expect(stdout.replaceAll('\n', ' ')).toMatch(
      /this runner resolves [\d.]+ ms at arrival-weighted p99 in \d+:\d\d minutes/,
    );
  });
});
