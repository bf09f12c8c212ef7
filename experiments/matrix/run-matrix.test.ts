import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findMatrixRun } from './matrix-record.js';

const MAIN = fileURLToPath(new URL('../../dist/experiments/main.js', import.meta.url));
const RUN_TIMEOUT_MILLIS = 180_000;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offloop-matrix-'));
});

afterEach(() => rm(folder, { recursive: true }));

/** Presses Ctrl-C, where told to, as soon as a step begins. */
async function runMatrix(words: readonly string[], interruptedStep?: string) {
  const child = spawn(process.execPath, [MAIN, 'matrix', ...words, '--results', folder], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  let isInterrupted = false;
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    if (isInterrupted || interruptedStep === undefined || !stderr.includes(interruptedStep)) return;
    isInterrupted = true;
    child.kill('SIGINT');
  });
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, stderr };
}

describe('npm run experiment -- matrix', () => {
  it(
    'records a cell with the control, offloop and its arm, stops at Ctrl-C, and goes on when told to',
    async () => {
      const interrupted = await runMatrix(['--quick'], '[4/18]');
      expect(interrupted.exitCode).toBe(130);
      expect(interrupted.stderr).toContain('Incomplete: 3 of 18 trials are recorded');
      expect(interrupted.stderr).toMatch(/\nGo on with: npm run experiment -- matrix --quick .* --resume\n$/);
      const run = await findMatrixRun(folder);
      const [cell] = run?.matrix.cells ?? [];
      expect(run?.trials.map(({ arm }) => arm).sort()).toEqual(['control', 'offloop', cell?.levels.exporter].sort());
      for (const { arm, block, finished, receivedSpanCount, load, measured } of run?.trials ?? []) {
        expect(block).toBe(cell?.index);
        expect(load.succeededRequestCount).toBe(load.dueRequestCount);
        expect(finished.madeSpanCount).toBeGreaterThan(0);
        expect(receivedSpanCount).toBe(arm === 'control' ? 0 : finished.madeSpanCount);
        expect(measured.loopDelay.perIteration).toBeNull();
      }
      expect(await readFile(join(folder, 'summary.md'), 'utf8')).toContain('Incomplete: 3 of 18');
      expect(existsSync(join(folder, 'report.html'))).toBe(false);

      expect(await runMatrix(['--quick', '--resume', '--seed', '2'])).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining("holds another matrix, which can't be gone on with"),
      });
      const resumed = await runMatrix(['--quick', '--resume'], '[2/15]');
      expect(resumed.exitCode).toBe(130);
      const after = await findMatrixRun(folder);
      expect(after?.trials.slice(0, 3)).toEqual(run?.trials);
      expect([after?.trials.length, after?.resumptions.length]).toEqual([4, 1]);
    },
    RUN_TIMEOUT_MILLIS,
  );

  it.each([
    [['--quick', '--reference'], 'expected one of --quick and --reference'],
    [['--blocks', '3'], "unknown option '--blocks'; expected --seed, --results"],
    [['--resume'], 'holds no matrix to go on with; leave out --resume'],
  ])('%j is a mistake that is explained', async (words, message) => {
    expect(await runMatrix(words)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(message) });
    expect(await findMatrixRun(folder)).toBeUndefined();
  });
});
