import { describe, expect, it } from 'vitest';
import { makeTrials } from '../claims/trials.test-data.js';
import type { Study, StudyRun } from './study.js';
import { drawStudy, writeStudySummary } from './study-report.js';

const STUDY: Study = {
  name: 'toy',
  title: 'a toy',
  question: 'How long is it?',
  cases: ['short', 'long'],
  sizes: {
    quick: { blockCount: 1, expectedTrialMillis: 1, settings: {} },
    standard: { blockCount: 6, expectedTrialMillis: 1, settings: {} },
    reference: { blockCount: 6, expectedTrialMillis: 1, settings: {} },
  },
  open: () => Promise.reject(new Error('expected nobody to run it')),
  tables: [
    {
      title: 'Lengths',
      columns: [{ head: 'ms', hasInterval: true }, { head: 'times' }],
      rows: [
        { label: 'short', values: [(figure) => figure('short', 'millis'), null] },
        {
          label: 'long',
          values: [
            (figure) => figure('long', 'millis'),
            (figure) => figure('long', 'millis') / figure('short', 'millis'),
          ],
        },
      ],
    },
  ],
  tabulateInputs: (inputs) => [{ title: 'Inputs', head: ['', 'value'], rows: [['given', String(inputs)]] }],
  verdict: (estimate, inputs) => `Long is ${estimate((figure) => figure('long', 'millis')).estimate}, given ${inputs}.`,
};

function makeRun(blockCount: number, faults: readonly string[] = []): StudyRun {
  const trials = makeTrials({ short: { millis: 10 }, long: { millis: 30 } }, blockCount);
  return {
    study: 'toy',
    size: STUDY.sizes.standard,
    inputs: 'seven',
    provenance: {
      startedAt: '2026-01-01T00:00:00.000Z',
      command: 'npm run experiment -- toy',
      commit: null,
      node: 'v20.19.0',
      v8: '',
      os: '',
      cpuModel: '',
      cpuCount: 2,
      memoryBytes: 1,
      governor: null,
      loadBefore: 0,
      seed: 1,
    },
    trials: trials.map((trial, index) => (index === 0 ? { ...trial, faults } : trial)),
  };
}

const TERMINAL = { unicode: false, styled: false } as const;

describe('the report of a study', () => {
  it('has its tables, those of its inputs, and its sentence', () => {
    const summary = writeStudySummary(STUDY, makeRun(8));
    expect(summary).toMatch(/^# toy: a toy\n\nLong is 30, given seven\.\n/);
    expect(summary).toMatch(/\| short \| 10\.0 \(9\.\d+ to 10\.\d+\) \| - \|/);
    expect(summary).toMatch(/\| long \| 30\.0 \([\d. to]+\) \| 3\.00 \|/);
    expect(summary).toContain('| given | seven |');
    expect(summary).toContain('Command: `npm run experiment -- toy`');
  });

  it('shows a single block without an interval, and can not tell from it', () => {
    const drawn = drawStudy(STUDY, makeRun(1), TERMINAL);
    expect(drawn).toMatch(/short +10\.0 +-/);
    expect(drawn).toContain('Cannot tell: 1 blocks count');
  });

  it('leaves out a block in which a case had a fault, and says why', () => {
    const drawn = drawStudy(STUDY, makeRun(6, ['it was late']), TERMINAL);
    expect(drawn).toContain('Left out: short of block 1, because it was late.');
    expect(drawn).toContain('Cannot tell: 5 blocks count');
  });

  it('shows no figure where no block counts', () => {
    expect(drawStudy(STUDY, makeRun(1, ['it was late']), TERMINAL)).toMatch(/short +- +-/);
  });
});
