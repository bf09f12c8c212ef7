import { describe, expect, it } from 'vitest';
import { makeTrials } from '../claims/trials.test-data.js';
import { SLOW_SINK_ARMS, sinkCase } from '../studies/slow-sink/verdict.js';
import type { StudyRun, StudyTable } from '../studies/study.js';
import { CAPTURE_TABLE, ONE_CORE_TABLE, SLOW_SINK_TABLE } from './document-tables.js';
import { writeStudyTable } from './study-table.js';

const FOLDER = '../results/toy/2026-01-01';

const TABLE: StudyTable = {
  title: 'Lengths',
  columns: [{ head: 'ms', hasInterval: true }, { head: 'times' }],
  rows: ['short', 'long', 'new'].map((label) => ({
    label,
    values: [
      (figure) => figure(label, 'millis'),
      label === 'short' ? null : (figure) => figure(label, 'millis') / figure('short', 'millis'),
    ],
  })),
};

function makeRun(trials: StudyRun['trials'], settings: StudyRun['size']['settings'] = {}): StudyRun {
  return {
    study: 'toy',
    size: { blockCount: 8, expectedTrialMillis: 1, settings },
    inputs: null,
    provenance: {
      startedAt: '2026-01-01T00:00:00.000Z',
      command: 'npm run experiment -- toy --reference',
      commit: null,
      node: 'v24.0.0',
      v8: '',
      os: '',
      cpuModel: '',
      cpuCount: 2,
      memoryBytes: 1,
      governor: null,
      loadBefore: 0,
      seed: 1,
    },
    trials,
  };
}

const TRIALS = makeTrials({ short: { millis: 10 }, long: { millis: 30 } });

describe("a study's table in a document", () => {
  it('has medians, their intervals, and the way to the run', () => {
    const text = writeStudyTable(TABLE, makeRun(TRIALS, { requestsPerSecond: 200, characters: 10_000 }), FOLDER);
    expect(text).toMatch(/^\*\*Lengths\*\*\n\n\| {2}\| ms \| times \|\n/);
    expect(text).toMatch(/\n\| short \| 10\.0 \(9\.\d+ to 10\.\d+\) \| - \|\n/);
    expect(text).toMatch(/\n\| long \| 30\.0 \([\d.]+ to [\d.]+\) \| 3\.00 \|\n/);
    expect(text).toContain(
      '`npm run experiment -- toy --reference`, Node v24.0.0, 8 blocks at 200 requests/s of 10,000 ',
    );
    expect(text).toContain(`[summary](${FOLDER}/summary.md), [raw data](${FOLDER}/raw.jsonl)`);
  });

  it('leaves out a row that the run is too old for, and counts its blocks all the same', () => {
    const text = writeStudyTable(TABLE, makeRun(TRIALS), FOLDER);
    expect(text).not.toContain('| new |');
    expect(writeStudyTable(TABLE, makeRun(makeTrials({ short: { millis: 1 }, new: { millis: 2 } })), FOLDER)).toMatch(
      /\n\| short \| 1\.00 .*\n\| new \| 2\.00 /,
    );
  });

  it('has no interval where fewer blocks count than make one, as the summary has none', () => {
    const [first, ...others] = TRIALS;
    if (first === undefined) throw new Error('expected trials');
    expect(writeStudyTable(TABLE, makeRun([first]), FOLDER)).toMatch(/\n\| short \| [\d.]+ \| - \|\n/);
    const faulty = others.map((trial) => (trial.block < 6 ? { ...trial, faults: ['it was late'] } : trial));
    expect(writeStudyTable(TABLE, makeRun([first, ...faulty]), FOLDER)).toMatch(/\n\| long \| [\d.]+ \| [\d.]+ \|\n/);
  });
});

describe('the tables of docs/choosing.md and docs/langfuse.md', () => {
  it('are of the slow receiver, of one core, and of captures', () => {
    expect(SLOW_SINK_TABLE.title).toMatch(/takes 2 s for every answer$/);
    expect(ONE_CORE_TABLE.title).toBe('The service on one core');
    expect(CAPTURE_TABLE.rows.map(({ label }) => label)).toContain('1,000 small objects');
  });

  it('show the arms of a slow receiver that the run has', () => {
    const figures = { p99Millis: 2, residentGrowthMebibytes: 20, lostPercent: 44 };
    const arms = SLOW_SINK_ARMS.filter((arm) => arm !== 'offloop-30-exports');
    const cases = ['control', ...arms.map((arm) => sinkCase(arm, 'slow'))];
    const trials = makeTrials(Object.fromEntries(cases.map((name) => [name, figures])));
    const text = writeStudyTable(SLOW_SINK_TABLE, makeRun(trials), FOLDER);
    for (const label of ['control', ...arms]) expect(text).toContain(`\n| ${label} | 2.00 (`);
    expect(text).not.toContain('offloop-30-exports');
  });
});
