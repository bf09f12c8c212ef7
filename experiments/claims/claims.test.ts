import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CLAIMS } from './index.js';
import { readClaimRun } from './run-claim.js';

const MAIN = fileURLToPath(new URL('../../dist/experiments/main.js', import.meta.url));
const RUN_TIMEOUT_MILLIS = 180_000;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offloop-claim-'));
});

afterEach(() => rm(folder, { recursive: true }));

async function runExperiment(words: readonly string[]) {
  const child = spawn(process.execPath, [MAIN, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
    });
  }
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, ...output };
}

/** The processes that a process started; none where the system has no such list. */
function listChildren(pid: number): number[] {
  const list = `/proc/${pid}/task/${pid}/children`;
  return existsSync(list) ? readFileSync(list, 'utf8').split(' ').filter(Boolean).map(Number) : [];
}

describe.each(CLAIMS)('npm run experiment -- $name', (claim) => {
  it(
    'measures every case, has all of it arrive, and can not tell from one block',
    async () => {
      const words = [claim.name, '--quick', '--blocks', '1', '--results', folder];
      const { exitCode, stdout, stderr } = await runExperiment(words);
      expect(stderr).toContain(folder);
      expect(exitCode).toBe(0);
      expect(stdout).toContain('Cannot tell: Blocks that count: 1');
      const { claim: name, provenance, trials } = await readClaimRun(folder);
      expect(name).toBe(claim.name);
      expect(provenance).toMatchObject({ seed: 1, command: `npm run experiment -- ${words.join(' ')}` });
      expect(trials.map((trial) => trial.case).sort()).toEqual([...claim.cases].sort());
      expect(trials.flatMap(({ faults }) => faults)).toEqual([]);
      expect(await readFile(join(folder, 'summary.md'), 'utf8')).toContain(`# ${claim.name}: ${claim.title}`);
    },
    RUN_TIMEOUT_MILLIS,
  );
});

describe('npm run experiment -- CLAIM', () => {
  it('is listed with what it takes', async () => {
    const { stdout } = await runExperiment(['list']);
    for (const { name, title } of CLAIMS) expect(stdout).toMatch(new RegExp(`^${name} +${title}$`, 'm'));
  });

  it('is named where somebody asks for an experiment that is none', async () => {
    const { stderr, exitCode } = await runExperiment(['compete']);
    for (const { name } of CLAIMS) expect(stderr).toMatch(new RegExp(`[ ,]${name}[ ,]`));
    expect(exitCode).toBe(1);
  });

  it(
    'leaves no process behind when it is killed',
    async () => {
      const child = spawn(process.execPath, [MAIN, 'm1-client-per-call', '--quick', '--results', folder], {
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      const closed = once(child, 'close');
      const pids = await new Promise<number[]>((resolve) => {
        // The stand-ins and the first trial have run by then.
        child.stderr.setEncoding('utf8').on('data', (text: string) => {
          if (text.includes('[3/')) resolve(listChildren(child.pid ?? 0));
        });
      });
      child.kill('SIGKILL');
      await closed;
      await expect.poll(() => pids.filter((pid) => existsSync(`/proc/${pid}`)), { timeout: 20_000 }).toEqual([]);
    },
    RUN_TIMEOUT_MILLIS,
  );

  it.each([
    [['--quick', '--reference'], 'expected one of --quick and --reference'],
    [['--resume'], "unknown option '--resume'"],
    [['--blocks', '0'], '--blocks: expected a whole number from 1 to 1000'],
  ])('%j is a mistake that is explained', async (words, message) => {
    const { exitCode, stderr } = await runExperiment(['m5-get-client', ...words]);
    expect(stderr).toContain(message);
    expect(exitCode).toBe(1);
  });
});
