import { describe, expect, it } from 'vitest';
import { type AutoFlushFigures, concludeAutoFlush, judgeAutoFlush } from './auto-flush-verdict.js';
import type { ExportCoincidence } from './export-coincidence.js';
import type { Run } from './run-record.js';
import { CONTROL_ARM, comparedArm } from './scenario-arms.js';
import { makeTrial } from './test-trial.js';

const CONTROL: AutoFlushFigures = { arm: 'control', p99Millis: 5, longestMillis: 14, coincidence: null };

function coincide(low: number, high: number): ExportCoincidence {
  return {
    blockCount: 12,
    observedShare: 0.92,
    chanceShare: 0.11,
    excess: { estimate: (low + high) / 2, low, high, confidence: 0.95 },
    millisPerMegabyte: 12.5,
  };
}

function flush(changes: Partial<AutoFlushFigures> = {}): AutoFlushFigures {
  const coincidence = coincide(0.7, 0.9);
  return { arm: 'batch-otlp-json', p99Millis: 26, longestMillis: 48, coincidence, ...changes };
}

const OTHERS: AutoFlushFigures[] = [
  { arm: 'batch-otlp-json-tuned', p99Millis: 7, longestMillis: 20, coincidence: null },
  { arm: 'offloop', p99Millis: 4, longestMillis: 11, coincidence: null },
];

describe('the claim of the auto-flush', () => {
  it('holds where blocks at exports are as long as the document’s spikes', () => {
    const { status, sentence } = judgeAutoFlush([CONTROL, flush({ longestMillis: 1_000 }), ...OTHERS], true);
    expect(status).toBe('holds');
    expect(sentence).toBe(
      'The document has 30 ms at p99 and spikes of 1 to 1.5 s; with batch-otlp-json a request waits 26 ms at p99 and ' +
        '1000 ms at the longest for the loop (control: 5 ms at p99 and 14 ms at the longest). Of its 12 longest blocks ' +
        '92 % lie at an export, where chance would put 11 %, 80 points more [70, 90]. Flushed otherwise: ' +
        'batch-otlp-json-tuned 7 ms at p99 and 20 ms at the longest, offloop 4 ms at p99 and 11 ms at the longest.',
    );
  });

  it('holds in another form where they are shorter, and says what the document’s would take', () => {
    const { status, sentence } = judgeAutoFlush([CONTROL, flush({ longestMillis: 999 })], true);
    expect(status).toBe('holds in another form');
    expect(sentence).toContain('here 12.5 ms/MB, so that 1 s would take a batch of 80 MB.');
    expect(sentence).not.toContain('otherwise');
  });

  it.each([
    ['the longest blocks lie elsewhere', flush({ coincidence: coincide(-0.3, 0) })],
    ['the control has as long ones', flush({ longestMillis: 14 })],
  ])('does not hold where %s', (_, figures) => {
    expect(judgeAutoFlush([CONTROL, figures], true).status).toBe('does not hold');
  });

  it.each([
    ['chance could give as much', [CONTROL, flush({ coincidence: coincide(0, 0.9) })], true],
    ['too few trials exported', [CONTROL, flush({ coincidence: { ...coincide(0.7, 0.9), excess: null } })], true],
    ['nothing was exported in a window', [CONTROL, flush({ coincidence: null })], true],
    ['the run is unclear', [CONTROL, flush()], false],
    ['no trial of the control counts', [flush()], true],
    ['no trial of the flush counts', [CONTROL, ...OTHERS], true],
  ] satisfies [string, AutoFlushFigures[], boolean][])('is left open where %s', (_, figures, isClear) => {
    const { status, sentence } = judgeAutoFlush(figures, isClear);
    expect(status).toBe('cannot tell');
    expect(sentence).toMatch(/^(The run is too noisy or too short\.|No trial of )/);
  });
});

describe('of a run', () => {
  const size = { blockCount: 6, warmUpMillis: 0, measuredMillis: 1_000 };
  const scenario: Run['scenario'] = {
    name: 'test',
    title: 'a test',
    claim: 'auto-flush',
    arms: [CONTROL_ARM, comparedArm('batch-otlp-json')],
    load: { requestsPerSecond: 50, promptCharacters: 1, completionCharacters: 1 },
    sizes: { standard: size, quick: size, reference: size },
  };

  /** Six blocks; in each the loop was blocked once, at an export, and in the control for less and without one. */
  function makeRun(faults: readonly string[] = []): Run {
    const trials = Array.from({ length: size.blockCount }, (_, block) => {
      const blocked = makeTrial({ arm: 'batch-otlp-json', block, blockMillis: 60, faults });
      const longestBlocks = [{ startedAtUnixMillis: 400, durationMillis: 60 }];
      return [
        makeTrial({ arm: 'control', block, blockMillis: 5 }),
        {
          ...blocked,
          measured: { ...blocked.measured, loopDelay: { ...blocked.measured.loopDelay, longestBlocks } },
          exports: [{ receivedAtUnixMillis: 461, wireByteLength: 3_000_000 }],
        },
      ];
    }).flat();
    return { scenario, size, provenance: {} as Run['provenance'], resumptions: [], trials, failedTrials: [] };
  }

  it('is concluded from the valid trials', () => {
    const verdict = concludeAutoFlush(makeRun());
    expect(verdict?.status).toBe('holds in another form');
    expect(verdict?.sentence).toContain('60 ms at the longest for the loop (control: ');
    expect(verdict?.sentence).toContain('Of its 6 longest blocks 100 % lie at an export');
    expect(concludeAutoFlush(makeRun(['starved']))?.status).toBe('cannot tell');
  });

  it('is none where the scenario answers no such claim', () => {
    const { claim: _, ...others } = scenario;
    expect(concludeAutoFlush({ ...makeRun(), scenario: others })).toBeNull();
  });
});
