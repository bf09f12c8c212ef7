import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SOAK_SCENARIOS } from '../soak/scenarios.js';
import type { Verdict } from '../soak/verdicts.js';
import { findNamedRuns } from './guarantees-page.js';
import { writeGuarantees } from './guarantees-table.js';
import { PROMISES, type Promised } from './promises.js';
import type { FaultRecord } from './run-faults.js';
import { FAULT_SCENARIOS } from './scenarios/index.js';
import { readSoakVerdicts } from './soak-verdicts.js';
import { makePromisedRecords, writeFaultRun } from './test-run.js';

const PROGRAM = fileURLToPath(new URL('../../dist/experiments/faults/write-guarantees.js', import.meta.url));
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'offloop-guarantees-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function writeRun(name: string, scenario: string, lines: readonly object[]): void {
  mkdirSync(join(folder, name));
  const text = [{ scenario }, ...lines].map((line) => JSON.stringify(line)).join('\n');
  writeFileSync(join(folder, name, 'raw.jsonl'), `${text}\n`);
}

function verdict(name: string, status: Verdict['status'] = 'holds', figures = 'as it should'): Verdict {
  return { name, status, figures };
}

describe('every promise', () => {
  it.each(PROMISES.map((promised) => [promised.promise, promised] as const))('%s: has its proofs', (_, promised) => {
    const { scenario, soak, tests = [] } = promised;
    expect(scenario ?? soak ?? tests[0]).toBeDefined();
    if (scenario !== undefined) expect(FAULT_SCENARIOS.map(({ name }) => name)).toContain(scenario.name);
    if (soak !== undefined) expect(SOAK_SCENARIOS.map(({ name }) => name)).toContain(soak.name);
    for (const test of tests) expect(existsSync(join(ROOT, test)), test).toBe(true);
    for (const figures of [scenario?.figures, soak?.verdicts]) expect(figures).not.toEqual([]);
  });

  it('but those of soaks is on the page, as are the files it names', () => {
    const page = readFileSync(join(ROOT, 'docs/guarantees.md'), 'utf8');
    for (const { promise, soak } of PROMISES) if (soak === undefined) expect(page).toContain(`| ${promise} |`);
    for (const [, file = ''] of page.matchAll(/`((?:test|src)\/[\w./-]+)`/g)) {
      expect(existsSync(join(ROOT, file)), file).toBe(true);
    }
  });
});

it('every scenario of the fault suite is a promise', () => {
  const shown = new Set(PROMISES.map(({ scenario }) => scenario?.name));
  expect(FAULT_SCENARIOS.map(({ name }) => name).filter((name) => !shown.has(name))).toEqual([]);
});

describe('the table', () => {
  const record: FaultRecord = {
    scenario: 'sink',
    title: 'sink',
    durationMillis: 1,
    figures: [
      { what: 'spans lost', unit: 'count', value: 0, expect: { exactly: 0 }, stockValue: 1_234 },
      { what: 'not on the page', unit: 'count', value: 1, expect: { atLeast: 1 } },
    ],
  };
  const fault: Promised = { promise: 'Nothing is lost', scenario: { name: 'sink', figures: ['spans lost'] } };
  const soak: Promised = { promise: 'Memory is flat', soak: { name: 'steady', verdicts: ['memory is flat'] } };

  it('has the figures of the runs, and leaves out a soak that was not run', () => {
    const soaks = [{ scenario: 'steady', verdicts: [verdict('memory is flat', 'holds', '0 MiB/min')] }];
    expect(writeGuarantees([fault, soak], [record], soaks).split('\n').slice(2)).toEqual([
      '| Nothing is lost | `sink` | spans lost: 0 | spans lost: 1,234 |',
      '| Memory is flat | `npm run soak -- --scenario steady` | memory is flat: 0 MiB/min | - |',
    ]);
    expect(writeGuarantees([fault, soak], [record], [])).not.toContain('Memory is flat');
  });

  it.each<[what: string, promises: readonly Promised[], records: readonly FaultRecord[], Verdict[], message: RegExp]>([
    ['lacks a figure', [fault], [{ ...record, figures: [] }], [], /no run has 'spans lost' of sink/],
    ['lacks a scenario', [fault], [], [], /no run has 'spans lost' of sink/],
    [
      'is off in a figure that the page does not show',
      [fault],
      [{ ...record, figures: record.figures.map((figure) => ({ ...figure, value: 0 })) }],
      [],
      /'not on the page' is 0/,
    ],
    [
      'has a soak that was too short',
      [soak],
      [],
      [verdict('memory is flat', 'unclear')],
      /'memory is flat' is unclear/,
    ],
    ['has a soak that is off', [soak], [], [verdict('memory is flat', 'off')], /'memory is flat' is off/],
    ['has a soak without the verdict', [soak], [], [], /no verdict 'memory is flat'/],
  ])('is not written of a run that %s', (_, promises, records, verdicts, message) => {
    expect(() => writeGuarantees(promises, records, [{ scenario: 'steady', verdicts }])).toThrow(message);
  });
});

describe('the page', () => {
  const RUN = join('results', 'faults', '2026-01-01');
  const LATER_RUN = join('results', 'faults', '2026-01-02-logs');

  beforeEach(() => {
    mkdirSync(join(folder, 'docs'));
    writePage('<!-- table:promises -->\n<!-- /table:promises -->\n');
  });

  const writePage = (text: string) => writeFileSync(join(folder, 'docs', 'guarantees.md'), text);
  const readPage = () => readFileSync(join(folder, 'docs', 'guarantees.md'), 'utf8');

  async function writeGuaranteesOf(...runs: readonly string[]): Promise<void> {
    await promisify(execFile)(process.execPath, [PROGRAM, ...runs], { cwd: folder });
  }

  it('names its runs, shows the last that has a scenario, and has no blank cell', async () => {
    await writeFaultRun(join(folder, RUN));
    const later = makePromisedRecords()
      .filter(({ scenario }) => scenario === 'logs')
      .map((record) => ({ ...record, figures: record.figures.map((figure) => ({ ...figure, value: 8 })) }));
    await writeFaultRun(join(folder, LATER_RUN), later);
    await writeGuaranteesOf(RUN, `${LATER_RUN}/`);
    expect(findNamedRuns(readPage())).toEqual([RUN, LATER_RUN]);
    expect(readPage()).toContain('| log lines: 8<br>leaks into the log: 8 | - |');
    expect(readPage()).toContain('| workers killed: 7<br>spans ended: 7<br>');
    expect(readPage()).not.toMatch(/\| *\|/);
  });

  it.each<[what: string, runs: readonly string[], write: () => Promise<void>, message: RegExp]>([
    ['that is missing', [RUN], async () => {}, /raw\.jsonl is missing; record it with: npm run test:faults -- --full/],
    [
      'of a tenth of the counts',
      [RUN],
      () => writeFaultRun(join(folder, RUN), makePromisedRecords(), 'small'),
      /expected a full run, got 'small'/,
    ],
    [
      'that lacks a scenario',
      [RUN],
      () => writeFaultRun(join(folder, RUN), makePromisedRecords().slice(1)),
      /no run has 'workers killed' of killed-terminate; record one/,
    ],
    ['that is nowhere', [], async () => {}, /expected folders of runs/],
    ['that is elsewhere', ['results/local/faults'], async () => {}, /expected folders of runs/],
  ])('is not written of a run %s', async (_, runs, write, message) => {
    await write();
    const before = readPage();
    await expect(writeGuaranteesOf(...runs)).rejects.toMatchObject({ code: 1, stderr: expect.stringMatching(message) });
    expect(readPage()).toBe(before);
  });

  it('has to name a run, and to have its marks', () => {
    expect(() => findNamedRuns(readPage())).toThrow(/names no run; write the table with: node dist/);
    expect(() => findNamedRuns('')).toThrow(/expected the marks/);
  });
});

describe('the soaks', () => {
  it('are the newest of each scenario', async () => {
    writeRun('2026-01-02-sink-down', 'sink-down', [{ verdicts: [verdict('new')] }]);
    writeRun('2026-01-01-sink-down', 'sink-down', [{ verdicts: [verdict('old')] }]);
    writeRun('2025-12-31-steady', 'steady', [{ second: 0 }, { verdicts: [verdict('flat')] }]);
    writeRun('a-draft', 'steady', [{ verdicts: [verdict('draft')] }]);
    expect(await readSoakVerdicts(folder)).toEqual([
      { scenario: 'steady', verdicts: [verdict('flat')] },
      { scenario: 'sink-down', verdicts: [verdict('new')] },
    ]);
  });

  it('may be missing, but not be torn or of another scenario', async () => {
    expect(await readSoakVerdicts(join(folder, 'nowhere'))).toEqual([]);
    writeRun('2026-01-01-steady', 'steady', [{ second: 0 }]);
    await expect(readSoakVerdicts(folder)).rejects.toThrow(/2026-01-01-steady.*expected a whole run of steady/);
    rmSync(join(folder, '2026-01-01-steady'), { recursive: true });
    writeRun('2026-01-01-steady', 'sink-down', [{ verdicts: [] }]);
    await expect(readSoakVerdicts(folder)).rejects.toThrow(/expected a whole run of steady/);
  });
});
