import { describe, expect, it } from 'vitest';
import type { Terminal } from '../report/terminal.js';
import type { Claim, ClaimRun, Figures } from './claim.js';
import { drawClaim, formatInterval, formatValue, writeClaimSummary } from './claim-report.js';
import { CLAIMS } from './index.js';
import { makeTrials } from './trials.test-data.js';

const TERMINAL: Terminal = { unicode: true, styled: false };

/** Every figure anyone may ask for, as wide as figures get. */
const ANY_FIGURE = new Proxy<Figures>({}, { get: () => 1_234.567 });

function makeRun(claim: Claim): ClaimRun {
  const trials = makeTrials(Object.fromEntries(claim.cases.map((caseName) => [caseName, {}])));
  return {
    claim: claim.name,
    size: claim.sizes.quick,
    provenance: {
      startedAt: '2026-01-01T00:00:00.000Z',
      command: `npm run experiment -- ${claim.name}`,
      commit: null,
      node: 'v20.0.0',
      v8: '11.3',
      os: 'linux x64 6.0',
      cpuModel: 'model',
      cpuCount: 2,
      memoryBytes: 1,
      governor: null,
      loadBefore: 0,
      seed: 1,
    },
    trials: trials.map((trial, index) => ({
      ...trial,
      figures: new Proxy(ANY_FIGURE, { get: () => 1_234.567 + 100 * index }),
    })),
  };
}

describe.each(CLAIMS)('$name', (claim) => {
  it('is drawn in 80 columns, with every label whole', () => {
    const drawn = drawClaim(claim, makeRun(claim), TERMINAL);
    for (const line of drawn.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    for (const { label } of claim.tables.flatMap(({ rows }) => rows)) expect(drawn).toContain(label);
  });

  it('has its verdict below the title of its summary', () => {
    const [title, verdict] = writeClaimSummary(claim, makeRun(claim)).split('\n\n');
    expect(title).toBe(`# ${claim.name}: ${claim.title}`);
    expect(verdict).toMatch(/^(Holds|Holds in another form|Does not hold|Cannot tell): [^\n]+\.$/);
  });
});

describe('formatValue', () => {
  it.each([
    [0, '0'],
    [0.00712, '0.0071'],
    [-0.2345, '-0.234'],
    [4.567, '4.57'],
    [45.67, '45.7'],
    [1_266.6, '1,267'],
  ])('%d is %s', (value, text) => {
    expect(formatValue(value)).toBe(text);
  });
});

describe('formatInterval', () => {
  it('tells the ends, unless the value never moved', () => {
    expect(formatInterval({ estimate: 5, low: 4, high: 6, confidence: 0.95 }, 'ms')).toBe('5.00 ms (4.00 to 6.00)');
    expect(formatInterval({ estimate: 100, low: 100, high: 100, confidence: 0.95 }, '%')).toBe('100 %');
    expect(formatInterval(null, 'ms')).toBe('-');
  });
});
