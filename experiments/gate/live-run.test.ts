import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { GateResult } from '#gate/gate-result';
import { DEFAULT_SIZE } from './arm-settings.js';
import { listLiveSteps, QUICK_SIZE } from './live-plan.js';
import { appendLiveRun, expectSameRuns, makeLiveRun, readLiveRuns } from './live-run.js';
import { drawLiveTable, writeLiveTable } from './live-table.js';
import { DEARER_ARM, REPEAT_ARM } from './power-arms.js';
import { makeLiveLine } from './test-live-run.js';

describe('a live run', () => {
  it('is read from the figure that the candidate is judged by', () => {
    const difference = { estimate: 9, low: 8, high: 10, confidence: 0.95 };
    const figures = [
      { figure: 'arrivalWeightedP99Millis', difference: null, margin: null },
      { figure: 'mainThreadCpuMillisPerSecond', difference, margin: { limit: 3 } },
    ];
    const result = { verdict: 'regressed', sentence: 'it did', figures, pairCount: 8 } as unknown as GateResult;
    const { commit, node, machine, size, startedAt, ...line } = makeLiveLine();
    const { exitCode, durationMillis, isMachineToBlame, expectedSpanCount, receivedSpanCount } = line;
    const spans = { expectedSpanCount, receivedSpanCount };
    const origin = { commit, node, machine, size };
    const surroundings = { ...origin, startedAt, exitCode, durationMillis, isMachineToBlame, ...spans };
    expect(makeLiveRun({ arm: DEARER_ARM, round: 3 }, result, surroundings)).toMatchObject({
      figure: 'mainThreadCpuMillisPerSecond',
      candidate: 'spans-offloop-dearer',
      difference,
      limit: 3,
      round: 3,
      blockCount: 8,
      verdict: 'regressed',
    });
    const nothing = { ...result, figures: [] };
    expect(makeLiveRun({ arm: REPEAT_ARM, round: 0 }, nothing, surroundings)).toMatchObject({
      figure: 'arrivalWeightedP99Millis',
      difference: null,
      limit: null,
    });
  });
});

describe('live.jsonl', () => {
  async function makeFolder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'offloop-live-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    return join(folder, 'gate-power');
  }

  it('gives back what was written, and nothing where there is none', async () => {
    const folder = await makeFolder();
    expect(await readLiveRuns(folder)).toEqual([]);
    const runs = [makeLiveLine(), makeLiveLine({ round: 1 })];
    for (const run of runs) await appendLiveRun(folder, run);
    expect(await readLiveRuns(folder)).toEqual(runs);
    await appendFile(join(folder, 'live.jsonl'), '{"candidate":');
    await expect(readLiveRuns(folder)).rejects.toThrow(/live\.jsonl, line 3: expected a live run as JSON/);
  });

  it('takes no runs of another Node.js, machine, size or service', () => {
    const run = makeLiveLine();
    const steps = listLiveSteps('chat', 1);
    const others = [{ node: 'v20.0.0' }, { machine: '64 x other, linux x64 6.1' }, { size: QUICK_SIZE }];
    expect(() => expectSameRuns('folder', [run, makeLiveLine({ commit: null })], run, steps)).not.toThrow();
    for (const other of others) {
      expect(() => expectSameRuns('folder', [run, { ...run, ...other }], run, steps)).toThrow(
        /expected runs under Node .*, got/,
      );
    }
    expect(() => expectSameRuns('folder', [run], run, listLiveSteps('spans', 1))).toThrow(
      'expected runs of spans-offloop-repeat, spans-offloop-dearer, got one of offloop-blocked; name its service',
    );
  });
});

describe('the table of live runs', () => {
  const runs = [
    makeLiveLine({ candidate: 'offloop-repeat', verdict: 'holds', blockCount: 11 }),
    makeLiveLine(),
    makeLiveLine({ round: 1, durationMillis: 361_000, blockCount: 18, verdict: 'cannot judge', difference: null }),
    makeLiveLine({ round: 1, isMachineToBlame: true, verdict: 'cannot judge', commit: 'fedcba987654-dirty' }),
  ];

  it('counts every run, the spoilt ones too', () => {
    const table = writeLiveTable(runs);
    expect(table).toContain("at most 20 blocks and 360 s, the gate's default size.");
    expect(table).toContain('Commit 0123456, fedcba9-dirty, Node v24.0.0, 2 x example, linux x64 6.18.');
    expect(table).toContain(
      '| offloop-repeat: the same | arrival-weighted p99 | not regress | 0 | 1 | 0 | 11 | 2:30 | +19.0 ms | 1 of 1 agree |',
    );
    expect(table).toContain(
      '| offloop-blocked: 20 ms x 1/s | arrival-weighted p99 | regress | 1 | 0 | 2 | 8 to 18 | 6:01 | +19.0, -, +19.0 ms ' +
        '| **1 of 3 agree**, **1 too noisy**, **1 not as it must be** |',
    );
    expect(writeLiveTable([makeLiveLine({ size: QUICK_SIZE })])).toContain("**not the gate's default size**");
    expect(writeLiveTable([])).toBe('No live runs yet.');
  });

  it('fits a terminal, and says what was missed', () => {
    const wide = { estimate: -1_234, low: -1_234, high: -1_234, confidence: 0.95 };
    const slow = makeLiveLine({ durationMillis: 1_000_000, receivedSpanCount: 12, difference: wide });
    const lines = drawLiveTable([...runs, slow]).split('\n');
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(lines).toContain('offloop-blocked          1 regressed         8  2:30 +19.0 [+18.0, +20.0]');
    expect(lines).toContain('  the machine was too noisy');
    expect(lines.slice(-3)).toEqual([
      '  not as it must be',
      '  expected 8,400 spans at the sink, got 12',
      '  took 16:40',
    ]);
  });
});

it('is of the default size', () => {
  expect(DEFAULT_SIZE).toEqual({
    trial: { warmUpMillis: 2_000, measuredMillis: 6_000 },
    maxBlockCount: 20,
    timeBudgetMillis: 360_000,
  });
});
