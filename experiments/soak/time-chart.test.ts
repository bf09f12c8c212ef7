import { describe, expect, it } from 'vitest';
import { drawTimeChart } from './time-chart.js';

const CHART = {
  title: 'Queue',
  lines: [
    { name: 'offloop', values: Array.from({ length: 600 }, (_, second) => second) },
    { name: 'control', values: Array.from({ length: 600 }, () => 0) },
  ],
  format: (value: number) => `${value}.0 MiB`,
};

describe('drawTimeChart', () => {
  it('stays within 80 columns', () => {
    for (const line of drawTimeChart(CHART, { unicode: true, styled: false }).split('\n')) {
      expect(line.length).toBeLessThanOrEqual(80);
    }
  });

  it('draws plain ASCII where nothing else can be shown', () => {
    expect(drawTimeChart(CHART, { unicode: false, styled: false })).toMatch(/^[\x20-\x7e\n]+$/);
  });

  it('draws what rises as rising, and what is 0 as nothing', () => {
    const lines = drawTimeChart(CHART, { unicode: false, styled: false }).split('\n');
    const filled = lines.map((line) => (line.match(/#/g) ?? []).length);
    expect(filled.slice(1, 5)).toEqual([...filled.slice(1, 5)].sort((a, b) => a - b));
    expect(filled[4]).toBeGreaterThan(40);
    expect(filled.slice(7, 11)).toEqual([0, 0, 0, 0]);
  });

  it('names the highest value and the time', () => {
    const text = drawTimeChart(CHART, { unicode: true, styled: false });
    expect(text).toContain('Queue, 0 to 599.0 MiB');
    expect(text).toContain('599 s');
  });
});
