import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Figures } from '../claims/claim.js';
import { ExchangeBench } from './exchange-bench.js';
import { STUDIES } from './index.js';
import { readStudyRun } from './run-study.js';
import type { ExchangeArm } from './service/protocol.js';

const MAIN = fileURLToPath(new URL('../../dist/experiments/main.js', import.meta.url));
const TIMEOUT_MILLIS = 120_000;

const SETTINGS = {
  requestsPerSecond: 60,
  characters: 2_000,
  warmUpMillis: 200,
  measuredMillis: 1_000,
  settleTimeoutMillis: 10_000,
};

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offloop-study-'));
});

afterEach(() => rm(folder, { recursive: true }));

function runMain(words: readonly string[], path = process.env['PATH']) {
  return new Promise<{ exitCode: number | null; stdout: string; stderr: string }>((resolve) => {
    const child = execFile(
      process.execPath,
      [MAIN, ...words],
      { env: { ...process.env, PATH: path } },
      (_, stdout, stderr) => resolve({ exitCode: child.exitCode, stdout, stderr }),
    );
  });
}

describe('the exchange service', () => {
  it.each([
    'batch-otlp-json',
    'batch-otlp-protobuf',
    'langfuse-v3',
    'langfuse-v5',
    'offloop',
    'offloop-30-exports',
  ] as const)(
    'delivers all that %s is given to a receiver that is well',
    async (arm) => {
      const { figures } = await withBench((bench) => bench.run({ arm, seed: 1, settings: SETTINGS }));
      expect(figures['madeCount']).toBeGreaterThanOrEqual(60);
      expect(figures['lostCount']).toBe(0);
    },
    TIMEOUT_MILLIS,
  );

  it(
    'loses all of it where nothing listens, and does not wait for longer than it may',
    async () => {
      const plan = {
        arm: 'offloop',
        sink: 'down',
        seed: 1,
        settings: { ...SETTINGS, settleTimeoutMillis: 300 },
      } as const;
      const { figures } = await withBench((bench) => bench.run(plan));
      expect(figures['lostPercent']).toBe(100);
      expect(figures['madeCount']).toBeGreaterThanOrEqual(60);
    },
    TIMEOUT_MILLIS,
  );

  it(
    'keeps spans in memory that wait for a batch, and none that are encoded as they end',
    async () => {
      const liveSpans = async (arm: ExchangeArm): Promise<Figures> =>
        (await withBench((bench) => bench.run({ arm, seed: 1, settings: SETTINGS, liveSpanProbeCount: 2 }))).figures;
      // Sixty a second, and a batch leaves after 5 s or 512 spans.
      expect((await liveSpans('batch-otlp-protobuf'))['liveSpanCount']).toBeGreaterThan(30);
      expect((await liveSpans('offloop'))['liveSpanCount']).toBeLessThan(15);
    },
    TIMEOUT_MILLIS,
  );
});

describe('npm run experiment -- STUDY', () => {
  it('is listed with what it takes', async () => {
    const { stdout } = await runMain(['list']);
    for (const { name, title } of STUDIES) {
      expect(title.length, name).toBeLessThanOrEqual(60);
      expect(stdout).toMatch(new RegExp(`^${name} +${title}$`, 'm'));
    }
  });

  it('has a name and cases of its own each', () => {
    expect(new Set(STUDIES.map(({ name }) => name)).size).toBe(STUDIES.length);
    for (const { name, cases } of STUDIES) expect(new Set(cases).size, name).toBe(cases.length);
  });

  it.each(STUDIES.filter(({ findObstacle }) => (findObstacle?.() ?? null) === null))(
    '$name measures every case, records it, and can not tell from one block',
    async ({ name, cases }) => {
      const { stdout, stderr } = await runMain([name, '--quick', '--blocks', '1', '--results', folder]);
      expect(stdout, stderr).toMatch(/Cannot tell: [01] blocks count/);
      const { trials, provenance, study: recordedName } = await readStudyRun(folder);
      expect(recordedName).toBe(name);
      expect(provenance).toMatchObject({ seed: 1 });
      expect(trials.map((trial) => trial.case).sort()).toEqual([...cases].sort());
      for (const { case: caseName, figures } of trials) {
        expect(Object.keys(figures).length, caseName).toBeGreaterThanOrEqual(3);
      }
      expect(await readFile(join(folder, 'summary.md'), 'utf8')).toContain(`# ${name}: `);
    },
    TIMEOUT_MILLIS,
  );

  it('says what it lacks where there is no taskset, and exits with 2', async () => {
    const { exitCode, stderr } = await runMain(['one-core', '--quick', '--results', folder], folder);
    expect(stderr).toMatch(/^one-core: expected the command taskset, found none;/m);
    expect(exitCode).toBe(2);
  });

  it.each([
    [['--quick', '--reference'], 'expected one of --quick and --reference'],
    [['--resume'], "unknown option '--resume'"],
    [['--blocks', '0'], '--blocks: expected a whole number from 1 to 1000'],
  ])('%j is a mistake that is explained', async (words, message) => {
    const { exitCode, stderr } = await runMain(['garbage', ...words]);
    expect(stderr).toContain(message);
    expect(exitCode).toBe(1);
  });
});

async function withBench<Result>(run: (bench: ExchangeBench) => Promise<Result>): Promise<Result> {
  const bench = await ExchangeBench.open();
  try {
    return await run(bench);
  } finally {
    await bench.end();
  }
}
