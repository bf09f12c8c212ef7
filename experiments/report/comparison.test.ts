import { describe, expect, it } from 'vitest';
import { ASCII_TERMINAL, summarizeArm, UNICODE_TERMINAL } from './arms.test-data.js';
import { compareArms } from './comparison.js';
import { drawTable } from './comparison-table.js';
import { writeMarkdownTable } from './markdown-table.js';

const ARMS = [summarizeArm('control', 0.5), summarizeArm('batch-otlp-protobuf', 320)];

describe('compareArms', () => {
  it('gives raw and arrival-weighted delays each a table of their own', () => {
    const [arrivalWeighted, raw] = compareArms(ARMS);
    expect(arrivalWeighted?.title).toMatch(/^Arrival-weighted/);
    expect(arrivalWeighted?.rows[1]).toEqual(['batch-otlp-protobuf', '0.00', '0.00', '160', '304', '320']);
    expect(raw?.title).toMatch(/^Raw/);
    expect(raw?.rows[1]).toEqual(['batch-otlp-protobuf', '10.2', '10.2', '10.2', '10.2', '320']);
  });

  it('shows what it does not know as a dash', () => {
    const [, , loop] = compareArms([summarizeArm('arm', 1, { mainThreadCpuMillisPerSecond: null })]);
    expect(loop?.rows[0]).toEqual(['arm', '2.0 %', '-', '3.2', '123']);
  });
});

describe('drawTable', () => {
  it('fits 80 columns, a long name and large figures included', () => {
    const arm = summarizeArm('an arm whose name somebody wrote at length', 123_456, {
      latencyP99Millis: 1_234_567,
      mainThreadCpuMillisPerSecond: 1_000,
    });
    for (const terminal of [UNICODE_TERMINAL, ASCII_TERMINAL]) {
      for (const table of compareArms([arm, ...ARMS])) {
        for (const line of drawTable(table, terminal).split('\n')) expect(line.length).toBeLessThanOrEqual(80);
      }
    }
  });

  it('draws a title, a head and a row an arm, between light lines', () => {
    const [, , , spans] = compareArms(ARMS);
    if (!spans) throw new Error('expected a table of spans');
    expect(drawTable(spans, ASCII_TERMINAL).split('\n')).toEqual([
      'Spans',
      '-------------------------------------------------------',
      ' arm                        made    received   dropped',
      '-------------------------------------------------------',
      ' control               1,234,567   1,234,000       567',
      ' batch-otlp-protobuf   1,234,567   1,234,000       567',
      '-------------------------------------------------------',
    ]);
  });
});

describe('writeMarkdownTable', () => {
  it('writes the same cells, figures to the right', () => {
    const table = { title: 'Spans', head: ['arm', 'made'], rows: [['control', '12']] };
    expect(writeMarkdownTable(table).split('\n')).toEqual([
      '**Spans**',
      '',
      '| arm | made |',
      '| --- | ---: |',
      '| control | 12 |',
    ]);
  });

  it('keeps a cell in its column whatever its text', () => {
    const table = { title: 't', head: ['arm'], rows: [['a|b\nc\\']] };
    expect(writeMarkdownTable(table).split('\n').at(-1)).toBe('| a\\|b c\\\\ |');
  });
});
