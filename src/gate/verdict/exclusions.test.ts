import { describe, expect, it } from 'vitest';
import type { FaultKind } from '../run/trial-record.js';
import { conclude } from './conclude.js';
import { judgeExclusions } from './exclusions.js';
import { judgeFigures } from './judge-figure.js';

const judge = (trials: ReturnType<typeof makeTrials>) => judgeExclusions(trials, false);

type Arm = 'candidate' | 'reference';

/** Blocks, each by the arm that was left out of it; null where both count. */
function makeTrials(leftOut: readonly (Arm | null)[], kind: FaultKind = 'failed requests') {
  return leftOut.flatMap((excluded, block) => {
    if (excluded !== null) return [{ arm: excluded, block, faults: [`why: ${kind}`], faultKinds: [kind] }];
    return (['reference', 'candidate'] as const).map((arm) => ({ arm, block, faults: [], faultKinds: [] }));
  });
}

const times = <Item>(count: number, item: Item): Item[] => Array.from({ length: count }, () => item);

describe('judgeExclusions', () => {
  it('doubts a run that leaves out one arm clearly more often than the other', () => {
    const trials = makeTrials([...times(20, null), ...times(7, 'candidate' as const), 'reference']);
    const counts = judge(makeTrials([...times(20, null), ...times(6, 'candidate' as const)]));
    expect(counts.doubt).toMatch(/^6 trials of the candidate and 0 of the reference in 26 blocks were left out/);
    expect(counts.doubt).toContain('most often of the candidate: why: failed requests');
    expect(judge(trials).doubt).toBeNull();
    expect(judge(makeTrials([...times(20, null), ...times(3, 'candidate' as const)])).doubt).toBeNull();
  });

  it('doubts a run that leaves out more than a third of its blocks, evenly or not', () => {
    const even = [...times(2, 'candidate' as const), ...times(2, 'reference' as const)];
    expect(judge(makeTrials([...times(8, null), ...even])).doubt).toBeNull();
    expect(judge(makeTrials([...times(7, null), ...even])).doubt).toMatch(/in 11 blocks/);
  });

  it('has no doubt where the machine was at fault, however often, and without any', () => {
    const even = [...times(7, 'candidate' as const), ...times(6, 'reference' as const)];
    expect(judge(makeTrials([...times(6, null), ...even], 'standstill'))).toEqual({
      doubt: null,
      commonestFault: 'why: standstill',
      cause: 'noise',
      blockCount: 19,
    });
    expect(judge([])).toEqual({ doubt: null, commonestFault: null, cause: 'noise', blockCount: 0 });
  });

  it.each(['standstill', 'lateness', 'clock step'] as const)(
    'doubts a run whose machine had a %s in trials of one service alone: it may take all cores now and then',
    (kind) => {
      const uneven = makeTrials([...times(14, null), ...times(6, 'candidate' as const)], kind);
      expect(judge(uneven).doubt).toBe(
        '6 trials of the candidate and 0 of the reference in 20 blocks were left out, ' +
          `most often of the candidate: why: ${kind}`,
      );
      expect(judge(makeTrials([...times(14, null), ...times(5, 'candidate' as const)], kind)).doubt).toBeNull();
    },
  );

  it('tosses one coin for all kinds together', () => {
    const requests = makeTrials([...times(14, null), ...times(3, 'candidate' as const)]);
    const machine = makeTrials([...times(14, null), ...times(3, 'candidate' as const)], 'standstill');
    expect(judge(requests).doubt).toBeNull();
    expect(judge(machine).doubt).toBeNull();
    const later = machine.map((trial) => ({ ...trial, block: trial.block + 100 }));
    expect(judge([...requests, ...later]).doubt).toMatch(/^6 trials of the candidate and 0 of the reference/);
  });

  it('keeps a run from holding that lost its candidate in 13 of 19 blocks', () => {
    const series = [{ figure: 'rawP99Millis' as const, reference: times(6, 10), candidate: times(6, 10) }];
    const run = {
      mode: 'compare',
      end: 'all blocks',
      pairCount: 6,
      figures: judgeFigures(series, { rawP99Millis: { absoluteMargin: 5, relativeMargin: null, budget: null } }, 0.95),
      confidence: 0.95,
      lastFaults: [],
      durationMillis: 0,
    } as const;
    expect(conclude({ ...run, exclusions: judge(makeTrials(times(6, null))) }).verdict).toBe('holds');
    const exclusions = judge(makeTrials([...times(6, null), ...times(13, 'candidate' as const)]));
    expect(conclude({ ...run, exclusions })).toMatchObject({
      verdict: 'cannot judge',
      sentence: expect.stringContaining('13 trials of the candidate'),
    });
    expect(conclude({ ...run, pairCount: 2, exclusions }).sentence).toBe(
      "can't judge: 2 blocks count, at least 6 are needed (left out most often: why: failed requests)",
    );
  });
});
