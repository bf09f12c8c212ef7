import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Explanation } from '../explain/explanation.js';
import { type GateResult, RESULT_VERSION } from '../gate-result.js';
import { judgeFigures } from '../verdict/judge-figure.js';
import { describeGate } from './gate-document.js';
import { annotateGithub } from './github.js';
import { loadJunitBuilder, writeJunitReport } from './junit-report.js';
import { writeMarkdownReport } from './markdown-report.js';
import { writeTerminalReport } from './terminal-report.js';

const REFERENCE = [1_000, 1_100, 900, 1_050, 1_020, 980, 1_010, 995];

const EXPLANATION: Explanation = {
  status: 'explained',
  samplingIntervalMillis: 1,
  blocks: [],
  functions: [
    {
      functionName: 'parse]]>\u0007',
      file: 'a.js',
      line: 1,
      candidateMillisPerSecond: 2,
      referenceMillisPerSecond: 1,
    },
  ],
  isCompared: true,
  cost: { profiledMillisPerSecond: null, usualMillisPerSecond: null },
  notes: [],
};

function makeResult(changes: Partial<GateResult> = {}): GateResult {
  const series = (['arrivalWeightedP99Millis', 'utilization'] as const).map((figure) => ({
    figure,
    reference: REFERENCE,
    candidate: REFERENCE.map((value, index) => value + 200 + (index % 3) * 20),
  }));
  return {
    version: RESULT_VERSION,
    mode: 'compare',
    verdict: 'regressed',
    sentence: 'regressed: it',
    cause: null,
    hint: null,
    referenceName: 'origin/main (1234567)',
    figures: judgeFigures(
      series,
      { arrivalWeightedP99Millis: { absoluteMargin: 2, relativeMargin: null, budget: 2_000 } },
      0.99,
    ),
    confidence: 0.99,
    pairCount: 8,
    trials: [],
    explanation: null,
    durationMillis: 65_000,
    notes: [],
    provenance: {
      startedAt: '2026-01-01T00:00:00.000Z',
      command: 'offloop gate',
      commit: null,
      node: 'v24',
      os: 'x',
      cpuModel: 'x',
      cpuCount: 2,
      memoryBytes: 1,
      host: 'h',
      seed: 1,
    },
    config: null,
    ...changes,
  };
}

describe('the reports', () => {
  it('fit 80 columns on a terminal, margin and budget a line each', () => {
    const text = writeTerminalReport(makeResult({ sentence: 'word '.repeat(60) }), { unicode: true, styled: false });
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(text).toMatch(/arrival-weighted p99, ms .*\+2\.0 regressed\n {2}its budget .* 2000 holds\n/);
    expect(text).toContain('8 blocks in 1:05, 99.0 %');
  });

  it('let nothing that a service printed become Markdown', () => {
    const text = writeMarkdownReport(
      makeResult({
        sentence: "can't judge: it printed: <b>[x](http://x) | @all\n# no #1 https://x WWW.x a@b.c &commat;x (GH-26)",
      }),
    );
    expect(text).toContain('\\<b\\>\\[x\\]\\(http:<!-- -->//x\\) \\| \\@<!-- -->all \\#<!-- --> no \\#<!-- -->1 ');
    expect(text).toContain(' https:<!-- -->//x WWW<!-- -->.x a\\@<!-- -->b.c \\&commat;x \\(GH<!-- -->-26\\)');
  });

  it('are a failure in JUnit XML where it regressed, an error where nothing is known', async () => {
    expect(writeJunitReport(makeResult(), await loadJunitBuilder())).toMatch(
      /failures="1" errors="0".*<failure message="arrival-weighted p99/s,
    );
    const unknown = makeResult({ verdict: 'cannot judge', figures: [], sentence: "can't judge: crash" });
    expect(writeJunitReport(unknown, await loadJunitBuilder())).toMatch(
      /failures="0" errors="1".*<error message="can't judge: crash"/s,
    );
  });

  it('are an error in JUnit XML where the figures hold and nothing can be judged all the same', async () => {
    const { figures } = makeResult();
    const holding = figures.map((figure) => ({ ...figure, outcome: 'holds' as const }));
    const doubted = makeResult({ verdict: 'cannot judge', figures: holding, sentence: "can't judge: left out" });
    expect(writeJunitReport(doubted, await loadJunitBuilder())).toMatch(
      /errors="1".*<error message="can't judge: left/s,
    );
  });

  it('are no failure in JUnit XML where a figure regressed and nothing can be judged all the same', async () => {
    // By an exclusion doubt: the figures are those of the trials that are left.
    const doubted = makeResult({ verdict: 'cannot judge', cause: 'fault', sentence: "can't judge: left out" });
    expect(doubted.figures.map(({ outcome }) => outcome)).toContain('regressed');
    const xml = writeJunitReport({ ...doubted, explanation: EXPLANATION }, await loadJunitBuilder());
    expect(xml).toContain('failures="0" errors="2"');
    expect(xml).not.toContain('<failure');
    expect(xml).toMatch(/name="verdict"[^>]*>\s*<error message="can't judge: left out"/);
    expect(xml).toMatch(/<error message="arrival-weighted p99 .*<system-out>.*Where to look/s);
  });

  it('are one line on a terminal where nothing can be judged, however long and whatever was printed', () => {
    const sentence = `can't judge: ${'word '.repeat(60)}printed:\n  more`;
    const text = writeTerminalReport(makeResult({ verdict: 'cannot judge', sentence }), {
      unicode: true,
      styled: false,
    });
    expect(text.split('\n').at(-1)).toBe(`offloop gate: can't judge: ${'word '.repeat(60)}printed: more`);
  });

  it('say in JUnit XML where to look, once: at the first figure that regressed', async () => {
    const rule = { absoluteMargin: 2, relativeMargin: null, budget: null };
    const rules = {
      arrivalWeightedP99Millis: { ...rule, absoluteMargin: 9_000 },
      utilization: rule,
      rawP99Millis: rule,
    };
    const series = (['arrivalWeightedP99Millis', 'utilization', 'rawP99Millis'] as const).map((figure) => ({
      figure,
      reference: REFERENCE,
      candidate: REFERENCE.map((value, index) => value + 200 + (index % 3) * 20),
    }));
    const figures = judgeFigures(series, rules, 0.99);
    const xml = writeJunitReport(makeResult({ figures, explanation: EXPLANATION }), await loadJunitBuilder());
    const cases = xml.split('<testcase').slice(1);
    expect(cases.map((text) => text.includes('Where to look'))).toEqual([false, true, false]);
    expect(cases[1]).toMatch(/<failure message="raw p99 [^>]*><!\[CDATA\[Where to look\n/);
    expect(cases[1]).toContain('parse]] >\ufffd');
  });

  it('say in JUnit XML where to look also where that was asked for and nothing regressed', async () => {
    const figures = makeResult().figures.map((figure) => ({ ...figure, outcome: figure.outcome && 'holds' }) as const);
    const holding = makeResult({ verdict: 'holds', figures, explanation: EXPLANATION });
    expect(writeJunitReport(holding, await loadJunitBuilder())).toMatch(/<system-out>.*Where to look/s);
    const alone = makeResult({ mode: 'self-check', verdict: 'holds', explanation: EXPLANATION });
    expect(writeJunitReport(alone, await loadJunitBuilder())).toMatch(/<system-out>.*Where to look/s);
    expect(writeJunitReport(makeResult(), await loadJunitBuilder())).not.toContain('Where to look');
  });

  it('are XML whatever a service printed', async () => {
    const sentence = "can't judge: it printed: \u001b[31mTypeError: \ud800\u0000";
    const unknown = makeResult({ verdict: 'cannot judge', figures: [], sentence });
    expect(writeJunitReport(unknown, await loadJunitBuilder())).toContain('printed: TypeError: \ufffd\ufffd');
  });

  it('have the line on what was not judged, each of them', async () => {
    const hint = `not judged, but clearly worse: ${'loop utilization +12.0 % [+10.0, +13.0], '.repeat(3)}`.trim();
    const figures = makeResult().figures.map((figure) => ({ ...figure, outcome: figure.outcome && 'holds' }) as const);
    const result = makeResult({ verdict: 'holds', sentence: 'holds: it', figures, hint });
    const lines = writeTerminalReport(result, { unicode: true, styled: false }).split('\n');
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(lines.join(' ')).toContain(`offloop gate: holds: it offloop gate: ${hint}`);
    expect(writeMarkdownReport(result)).toContain('\n\nNot judged, but clearly worse: loop utilization +12.0 %');
    expect(describeGate(result).findings).toEqual([
      'Holds: it',
      expect.stringMatching(/^Not judged, but clearly worse/),
    ]);
    expect(writeJunitReport(result, await loadJunitBuilder())).toMatch(/<system-out>.*not judged, but clearly worse/s);
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    onTestFinished(() => write.mockRestore());
    await annotateGithub(result, false, { GITHUB_ACTIONS: 'true' });
    expect(write.mock.calls.map(([text]) => text)).toContainEqual(
      expect.stringMatching(/^::warning title=offloop gate::not judged, but clearly worse.*\n$/),
    );
  });

  it.each([
    [false, 'error'],
    [true, 'warning'],
  ])('are, where it is tolerated (%j) that nothing can be judged, an annotation: %s', async (isTolerated, command) => {
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    onTestFinished(() => write.mockRestore());
    const result = makeResult({ verdict: 'cannot judge', cause: 'noise', sentence: "can't judge: too noisy" });
    await annotateGithub(result, isTolerated, { GITHUB_ACTIONS: 'true' });
    expect(write.mock.calls).toEqual([[`::${command} title=offloop gate::can't judge: too noisy\n`]]);
  });

  it('say nothing to GitHub where it is not there', async () => {
    const environment = { GITHUB_STEP_SUMMARY: '/nowhere/at/all' };
    await expect(annotateGithub(makeResult(), false, environment)).resolves.toBeUndefined();
  });
});
