import { describe, expect, it } from 'vitest';
import { describeResults, tabulateResults } from './results-table.js';

const raw = `${JSON.stringify({
  provenance: { startedAt: '2026-11-22T09:50:50.090Z', node: 'v20.20.2', commit: 'a6de99d45f', command: 'npm start' },
})}\n{"arm":"control"}\n`;

describe('the index of results', () => {
  it('has a line a run, with its first sentence', () => {
    const summary =
      '# compare: a | b\n\nA request waits 6.7 ms; that\ngrows by 0.4 ms. More is below.\n\n| arm | p50 |\n';
    expect(tabulateResults([describeResults('compare/2026-11-22', summary, raw)])).toBe(
      '| run | date | Node | commit | command | finding |\n|---|---|---|---|---|---|\n' +
        '| [compare/2026-11-22](compare/2026-11-22/summary.md) | 2026-11-22 | v20.20.2 | a6de99d | `npm start` | ' +
        'A request waits 6.7 ms; that grows by 0.4 ms. |',
    );
  });

  it('names a run without prose by its title', () => {
    const { finding } = describeResults(
      'bench/x',
      '# What a span costs\n\n**Encode**\n\n| a | b |\n\nLeft out: one.\n',
      raw,
    );
    expect(finding).toBe('What a span costs');
  });

  it('refuses raw data without provenance', () => {
    expect(() => describeResults('x/y', '', '{}\n')).toThrow('x/y/raw.jsonl: expected the provenance');
  });
});
