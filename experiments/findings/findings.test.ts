import { describe, expect, it } from 'vitest';
import type { Claim, ClaimRun } from '../claims/claim.js';
import { CLAIMS } from '../claims/index.js';
import { LANGUAGES } from './finding.js';
import { FINDINGS } from './findings.js';
import { findRow, writeFinding } from './findings-table.js';
import { writeFigures } from './words.js';

describe.each(FINDINGS)('the finding of $claim', ({ claim, measures, rows }) => {
  const declared = CLAIMS.find(({ name }) => name === claim);

  it('shows rows that the claim has', () => {
    expect(declared).toBeDefined();
    for (const row of rows) expect(declared && findRow(declared, row)).toBeDefined();
  });

  it('names each row once in each language, and says what its figures are of', () => {
    for (const language of LANGUAGES) {
      expect(measures[language]).not.toBe('');
      const names = rows.map(({ name }) => name[language]);
      expect(new Set(names).size).toBe(names.length);
    }
  });
});

it('answers every claim', () => {
  expect(FINDINGS.map(({ claim }) => claim).sort()).toEqual(CLAIMS.map(({ name }) => name).sort());
});

it('writes figures as the readers of a language do', () => {
  const cell = '1,040 µs (989 to 1,112.5), 0.28 ms';
  expect(writeFigures(cell, 'en')).toBe(cell);
  expect(writeFigures(cell, 'vi')).toBe('1.040 µs (989 đến 1.112,5), 0,28 ms');
  expect(writeFigures('span có 0, metadata có 6.5; v5 có 1,000.', 'vi')).toBe(
    'span có 0, metadata có 6,5; v5 có 1.000.',
  );
});

describe('the table of a finding', () => {
  const claim: Claim = {
    ...(CLAIMS[0] as Claim),
    name: 'm0',
    cases: ['one'],
    tables: [
      {
        title: 'T',
        rows: [{ label: 'L', document: '2 to 10 ms', unit: 'ms', value: (figure) => figure('one', 'millis') }],
      },
    ],
    verdict: (estimate) => ({
      status: 'does not hold',
      sentence: `${estimate((f) => f('one', 'millis')).estimate} ms.`,
      vietnameseSentence: `Mất ${estimate((f) => f('one', 'millis')).estimate} ms.`,
    }),
  };
  const finding = {
    claim: 'm0',
    measures: { en: 'on the loop', vi: 'trên event loop' },
    rows: [{ table: 'T', label: 'L', name: { en: 'a call', vi: 'một lần gọi' } }],
  };
  const run = {
    claim: 'm0',
    provenance: { command: 'npm run experiment -- m0', node: 'v24.0.0' },
    trials: Array.from({ length: 8 }, (_, block) => ({ case: 'one', block, figures: { millis: block }, faults: [] })),
  } as unknown as ClaimRun;
  const order = { claim, finding, run, folder: '../results/m0/2026' };

  it('has the verdict, both figures and the way to the raw data', () => {
    const text = writeFinding(order, 'en');
    expect(text).toMatch(/^\*\*Does not hold in Node\.\*\* 3\.5 ms\.$/m);
    expect(text).toMatch(/^\| on the loop \| the document \(Python\) \|/m);
    expect(text).toMatch(/^\| a call \| 2 to 10 ms \| 3\.50 ms \(.* to .*\) \|$/m);
    expect(text).toContain('(../results/m0/2026/raw.jsonl)');
  });

  it('has no English word left in Vietnamese', () => {
    const text = writeFinding(order, 'vi');
    expect(text).toMatch(/^\*\*Không đúng với Node\.\*\* Mất 3,5 ms\.$/m);
    expect(text).toMatch(/^\| trên event loop \| tài liệu \(Python\) \|/m);
    expect(text).toMatch(/^\| một lần gọi \| 2 đến 10 ms \| 3,50 ms \(.* đến .*\) \|$/m);
  });

  it('says which row is missing', () => {
    const lost = { ...finding, rows: [{ table: 'T', label: 'X', name: { en: '', vi: '' } }] };
    expect(() => writeFinding({ ...order, finding: lost }, 'en')).toThrow("m0: expected a table 'T' with a row 'X'");
  });
});
