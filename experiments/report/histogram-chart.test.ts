import { ArrivalWeightedDelay, DelayDistribution } from 'offloop/loop-delay';
import { describe, expect, it } from 'vitest';
import { ASCII_TERMINAL, summarizeArm, UNICODE_TERMINAL } from './arms.test-data.js';
import { drawHistograms } from './histogram-chart.js';

/** Where the two panels of a line begin. */
const RAW_COLUMN = 6;
const ARRIVAL_WEIGHTED_COLUMN = 43;

function drawLines(...parameters: Parameters<typeof drawHistograms>): string[] {
  return drawHistograms(...parameters).split('\n');
}

describe('drawHistograms', () => {
  it('fits 80 columns, with any delay', () => {
    for (const terminal of [UNICODE_TERMINAL, ASCII_TERMINAL]) {
      for (const blockMillis of [0.001, 0.1, 1, 320, 1_000, 123_456]) {
        const arm = summarizeArm('batch-otlp-protobuf', blockMillis);
        for (const line of drawLines([arm], terminal)) expect(line.length).toBeLessThanOrEqual(80);
      }
    }
  });

  it('stacks a row for each tenfold of the share: 1 % of the samples at 100 ms is two rows high', () => {
    const arm = summarizeArm('arm', 1, {
      raw: new DelayDistribution([
        [1, 99],
        [100, 1],
      ]),
      arrivalWeighted: new ArrivalWeightedDelay([], 1_000),
    });
    const [, , ...rows] = drawLines([arm], UNICODE_TERMINAL);
    const columnOf = (exponent: number): number => RAW_COLUMN + (exponent + 1) * 8;
    const bars = rows.slice(0, 4).map((row) => [row[columnOf(0)], row[columnOf(2)]]);
    expect(bars).toEqual([
      ['█', ' '],
      ['█', ' '],
      ['█', '█'],
      ['█', '█'],
    ]);
  });

  it('draws a loop that never blocks as one column of requests that wait for nothing', () => {
    const arm = summarizeArm('arm', 1, { arrivalWeighted: new ArrivalWeightedDelay([], 1_000) });
    const rows = drawLines([arm], ASCII_TERMINAL).slice(2, 6);
    for (const row of rows) expect(row.slice(ARRIVAL_WEIGHTED_COLUMN)).toBe('#');
  });

  it('points at the p99 of each panel, on the same axis', () => {
    const lines = drawLines([summarizeArm('arm', 100, { raw: new DelayDistribution([[10, 1]]) })], UNICODE_TERMINAL);
    const axis = lines.find((line) => line.includes('▲')) ?? '';
    // 10 ms ends the column that begins a step below it; half of 2 % of the time is 1 %, so the p99 is half a block.
    expect(axis.indexOf('▲')).toBe(RAW_COLUMN + 16);
    expect(axis.lastIndexOf('▲')).toBe(ARRIVAL_WEIGHTED_COLUMN + Math.ceil((Math.log10(50) + 1) * 8));
    expect(lines[1]).toContain('raw p99 10.0 max 10.0 ms');
    expect(lines[1]).toContain('arrival-weighted p99 50.0 max 100 ms');
  });

  it('uses nothing but ASCII where the output has nothing else', () => {
    expect(drawHistograms([summarizeArm('arm', 320)], ASCII_TERMINAL)).toMatch(/^[\x20-\x7e\n]+$/);
  });

  it('draws an arm that measured nothing as empty panels', () => {
    const nothing = { raw: new DelayDistribution([]), arrivalWeighted: new ArrivalWeightedDelay([], 0) };
    const lines = drawLines([summarizeArm('arm', 1, nothing)], UNICODE_TERMINAL);
    expect(lines[1]).toContain('raw p99 - max - ms');
    expect(lines.slice(2, 6).join('')).not.toMatch(/[▁-█]/);
  });

  it('draws the arms in the order given, each under its name', () => {
    const drawing = drawHistograms([summarizeArm('second', 5), summarizeArm('first', 5)], UNICODE_TERMINAL);
    expect(drawing.indexOf('second')).toBe(0);
    expect(drawing.indexOf('first')).toBeGreaterThan(0);
  });
});
