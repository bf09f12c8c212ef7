import { describe, expect, it } from 'vitest';
import { designMatrix } from './matrix-order.js';
import { concludeMatrix, drawMatrix, writeMatrixSummary } from './matrix-report.js';
import { makeMatrixRun } from './test-run.js';

const PLAIN = { unicode: false, styled: false };

const run = makeMatrixRun((arm, { capture }) => {
  if (arm === 'control') return 15;
  return arm.startsWith('offloop') ? 16 : capture === '200 kB' ? 315 : 17;
});

describe("the matrix's report", () => {
  it('concludes with what the others add, what offloop adds, and on what it depends', () => {
    const { status, sentence } = concludeMatrix(run);
    expect(status).toBe('clear');
    expect(sentence).toMatch(/^Over 60 cells .* add 51\.7 ms .*\(median 2\.0\), offloop .* 1\.0 \(median 1\.0\)/);
    expect(sentence).toContain(
      'more than 1 ms in 10 cells, and costs more than that in 0. How much depends most on capture (',
    );
  });

  it('is unclear where hardly any cell can be compared', () => {
    const failed = makeMatrixRun((arm) => (arm === 'control' ? null : 15), designMatrix(1, 6, true));
    expect(concludeMatrix(failed)).toMatchObject({ status: 'unclear', sentence: expect.stringMatching(/^Unclear: 0/) });
    expect(writeMatrixSummary(failed)).toContain('Left out: control of cell');
  });

  it('says what fraction of all combinations it has, and that every pair occurs', () => {
    expect(writeMatrixSummary(run)).toMatch(
      /\n78 cells of 9,360 combinations \(0\.83 %\) of 7 axes .* Every pair of levels of any two axes .* occurs/,
    );
    const part = makeMatrixRun(() => 15, designMatrix(1, 6, true));
    expect(writeMatrixSummary(part)).toContain('The first cells of a design of 78');
  });

  it('fits a terminal of 80 columns', () => {
    for (const line of drawMatrix(run, PLAIN).split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
    expect(drawMatrix(run, PLAIN)).toMatch(/ batch-otlp-json +6 +51\.7/);
  });

  it('tells that a run is incomplete before anything else', () => {
    const cut = { ...run, trials: run.trials.slice(0, 10) };
    expect(writeMatrixSummary(cut)).toMatch(/^# matrix.*\n\nIncomplete: 10 of 234 trials are recorded/);
  });

  it('warns of a window in which batch processors export nothing', () => {
    const caveat = 'The window ends before 5 s';
    expect(writeMatrixSummary(run)).not.toContain(caveat);
    const short = { ...run, size: { ...run.size, measuredMillis: 1_500 } };
    expect(writeMatrixSummary(short)).toContain(caveat);
  });
});
