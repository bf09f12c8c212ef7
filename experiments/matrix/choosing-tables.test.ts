import { describe, expect, it } from 'vitest';
import type { TrialRecord } from '../runner/trial-record.js';
import type { CellLevels } from './cell.js';
import { CHOOSING_BLOCKS, type ChoosingBlock, writeChoosingBlock } from './choosing-tables.js';
import { designMatrix } from './matrix-order.js';
import type { MatrixRun } from './matrix-record.js';
import { changeLatency, makeMatrixRun } from './test-run.js';

const CONTROL_MILLIS = 15;
const PLACE = { folder: '../results/matrix/2026-01-01', hasReport: true };
const MEBIBYTE = 2 ** 20;

/** Peers add 5 ms; `clone-to-worker` nothing, and offloop by what is captured. */
function makeRun(offloopAddsMillis: (levels: CellLevels) => number): MatrixRun {
  return makeMatrixRun((arm, levels) => {
    if (arm === 'control' || arm === 'clone-to-worker') return CONTROL_MILLIS;
    return CONTROL_MILLIS + (arm === 'offloop' ? offloopAddsMillis(levels) : 5);
  });
}

const RUN = makeRun(({ capture }) => (capture === 'none' ? 8 : capture === '200 kB' ? 0 : 2));

function write(block: ChoosingBlock, run = RUN): string {
  return writeChoosingBlock(block, run, PLACE);
}

/** The row of a table by its first cell. */
function findRow(text: string, title: string): string[] {
  const line = text.split('\n').find((candidate) => candidate.startsWith(`| ${title} |`));
  if (line === undefined) throw new Error(`expected a row '${title}' in:\n${text}`);
  return line.split('|').map((cell) => cell.trim());
}

function change(run: MatrixRun, arm: string, own: (trial: TrialRecord) => Partial<TrialRecord['measured']>): MatrixRun {
  const trials = run.trials.map((trial) =>
    trial.arm === arm ? { ...trial, measured: { ...trial.measured, ...own(trial) } } : trial,
  );
  return { ...run, trials };
}

describe("docs/choosing.md's blocks", () => {
  it.each(CHOOSING_BLOCKS)("'%s' has a table or the way to the run", (block) => {
    const isText = block === 'finding' || block === 'design';
    const isList = block === 'response';
    expect(write(block)).toMatch(
      isText ? /\(\.\.\/results\/matrix\/2026-01-01\/summary\.md\)/ : isList ? /\n- .*\n/ : /\n\| .* \|\n/,
    );
  });

  it('say which cells count, and which of them have one core', () => {
    const text = write('finding');
    expect(text).toContain(
      "60 of the run's 78 cells count: 18 are about other arms of this package and left out. In 30 ",
    );
    const broken = makeMatrixRun((arm) => (arm === 'langfuse' ? null : CONTROL_MILLIS));
    expect(write('finding', broken)).toContain('left out, 6 could not be compared. In ');
  });

  it('have the rows of capture and of cores, and of no other axis', () => {
    const text = write('levels');
    expect(findRow(text, 'capture: 200 characters')[9]).toMatch(/^\d/);
    expect(findRow(text, "the service's cores: 1").slice(-3)).toEqual([
      expect.stringMatching(/ of 30$/),
      expect.stringMatching(/ of 30$/),
      '',
    ]);
    expect(text).not.toContain('| requests/s: 5 |');
  });

  it('name the rows in which offloop costs, and those in which it saves', () => {
    const text = write('levels');
    expect(text).toMatch(/\n- \*\*Saves\*\*, the interval above 0: .*capture 200 kB \(4\.5 ms\)/);
    expect(text).toMatch(/\n- \*\*Costs\*\*, the interval below 0: capture none \(-3\.5 ms\)\.\n/);
    expect(text).toMatch(/\n- Costs on average, though it can't be told from 0: none\.$/);
    const equal = makeRun(() => 5);
    expect(write('choices', equal)).toContain('- **Saves**, the interval above 0: none.');
  });

  it('keep a mean below 0 apart whose interval reaches 0', () => {
    const mixed = makeRun(({ kind }) => (kind === 'image' ? 40 : 0));
    const text = write('cores', mixed);
    expect(text).toContain('- **Costs**, the interval below 0: none.');
    expect(text).not.toMatch(/above 0: .*all cores, no long text/);
    expect(text).toMatch(/told from 0: all cores, no long text \(-\d/);
  });

  it('name the arms that add less than offloop in the same cells, with their CPU', () => {
    expect(write('exporters')).toMatch(
      /\*\*Arms that add less to the wait than offloop in the same cells, on average:\*\* `clone-to-worker` 0\.0 ms against offloop's 2\.7 \(saved -2\.7, -\d\.\d to -?\d\.\d; 6 cells; main-thread CPU 0 µs a request against 0\)\. Told from 0/,
    );
    const never = makeMatrixRun((arm) => CONTROL_MILLIS + (arm === 'offloop' || arm === 'control' ? 0 : 1));
    expect(write('exporters', never)).not.toContain('Arms that add less');
  });

  it('set the response time of an arm beside that of offloop, and say where offloop answers later', () => {
    const slow = changeLatency(RUN, ({ arm, block }) => {
      if (arm === 'control') return [100, 120];
      if (arm === 'offloop') return [101, 130];
      return arm === 'clone-to-worker' ? [101, 121, 180] : [100, 140 + (block % 3)];
    });
    const text = write('exporters', slow);
    const rows = text.slice(text.indexOf('**Response time by arm'));
    expect(findRow(rows, 'clone-to-worker').slice(2)).toEqual([
      '6',
      '23',
      ...['1.0', '1.0', '0.0', '0.0 to 0.0'],
      ...['1.0', '10.0', '-9.0', '-9.0 to -9.0'],
      '',
    ]);
    expect(findRow(rows, 'offloop-shared').slice(-5)).toEqual([expect.stringMatching(/^2/), '10.0', '-', '-', '']);
    expect(rows).toContain('- **Later**, the interval below 0: beside `clone-to-worker` (-9.0 ms).');
    expect(rows).toMatch(/\*\*sooner\*\* at p99, the interval above 0: beside `simple-otlp-protobuf` \(\d+\.\d ms\)/);
    expect(findRow(write('choices', slow).split('**Response time')[1] ?? '', '2 kB, 40 requests/s')[8]).toMatch(/^\d/);
    expect(write('cores', slow)).toContain('**Response time by the cores it has: added');
  });

  it('say what all cells show of response time, and how few requests a percentile rests on', () => {
    const slow = changeLatency(RUN, ({ arm, block }) => {
      if (arm === 'control') return [100, 120, block % 2 === 0 ? 180 : 200];
      if (arm === 'offloop') return [101, 130, 180];
      return [100, arm === 'langfuse' ? 1_000 : 125, 180];
    });
    const text = write('response', slow);
    expect(text).toMatch(
      /the arms that are not offloop add 92\.5 ms \(median 5\.0\), offloop 10\.0 \(median 10\.0\): it saves 82\.5 \[/,
    );
    expect(text).toMatch(/on average(?:, which can't be told from 0)?, and is sooner in \d+ of \d+ cells\./);
    expect(text).toContain("at 5 requests/s it is the second slowest of a trial's 180, at 40 requests/s it is");
    const few = changeLatency(RUN, () => [100, 120, 23]);
    expect(write('response', few)).toContain("at 5 requests/s it is the slowest of a trial's 23");
  });

  it('show no figure for a field of fewer than 3 cells, and no row without a figure', () => {
    const text = write('captures');
    const [, kind, ...fields] = findRow(text, 'hands copies of objects to a worker or a process');
    expect(kind).toBeDefined();
    expect(fields).toEqual([
      expect.stringMatching(/^-?\d+\.\d \[.*\] \(6\)$/),
      expect.stringMatching(/ \(4\)$/),
      '(2)',
      '',
    ]);
    expect(text).not.toContain('| clone-to-worker |');
    expect(text).toContain(
      "Each arm met each capture in 1 cell at the most: what one arm does at one capture can't be told",
    );
  });

  it("tell how offloop's own Langfuse processor compares with the one it replaces", () => {
    const run = makeMatrixRun((arm, { capture }) => {
      if (arm === 'langfuse') return CONTROL_MILLIS + (capture === '200 kB' ? 40 : 2);
      return CONTROL_MILLIS + (arm === 'offloop-langfuse' && capture !== '2 kB' ? 6 : 0);
    });
    expect(write('exporters', run)).toContain(
      'which adds 5.0 ms where `langfuse` adds 8.3, in other cells. By capture, of single cells that tell nothing alone, ' +
        'it adds more than `langfuse` at 4 of 6 levels (none, metadata, 200 characters, 20 kB).',
    );
    const cut = makeMatrixRun((arm) => (arm === 'offloop-langfuse' ? null : CONTROL_MILLIS));
    expect(write('exporters', cut)).not.toContain('LangfuseWorkerSpanProcessor');
  });

  it("have the CPU of all threads a request and the memory, beside the control's", () => {
    // 50 requests a trial.
    const large = RUN.trials.map((trial) => ({
      ...trial,
      measured: { ...trial.measured, residentSetBytes: 100 * MEBIBYTE },
    }));
    const dear = change({ ...RUN, trials: large }, 'offloop', ({ measured: { processCpu, residentSetBytes } }) => ({
      processCpu: { ...processCpu, userMillis: processCpu.userMillis + 20, systemMillis: processCpu.systemMillis + 5 },
      residentSetBytes: residentSetBytes + 38 * MEBIBYTE,
    }));
    const byArm = change(dear, 'batch-awaited', ({ measured: { residentSetBytes } }) => ({
      residentSetBytes: residentSetBytes + 6 * MEBIBYTE,
    }));
    expect(findRow(write('exporter-costs', byArm), 'batch-awaited')).toEqual([
      '',
      'batch-awaited',
      '6',
      '0',
      '0',
      '6',
      '0',
      '500',
      '38',
      '',
    ]);
    for (const title of ['no long text, 5 requests/s', 'one core, 2 to 200 kB']) {
      expect(findRow(write('costs', dear), title).slice(3)).toEqual(['0', '0', '0', '0', '500', '38', '']);
    }
  });

  it('say of how many combinations the design is a fraction, and link the heat map where there is one', () => {
    const text = write('design');
    expect(text).toMatch(
      /78 cells of 9,360 combinations .* Every pair of levels of any two axes that is possible occurs/,
    );
    expect(text).toContain('[heat map](../results/matrix/2026-01-01/report.html)');
    expect(writeChoosingBlock('design', RUN, { ...PLACE, hasReport: false })).not.toContain('report.html');
  });

  it('leave out of the costs the rows that a small run has no cells of', () => {
    const small = makeMatrixRun(() => CONTROL_MILLIS, designMatrix(1, 6, true));
    expect(write('costs', small)).not.toContain('NaN');
    expect(write('costs', small)).toMatch(/\n\| .* \|$/);
  });
});
