import { describe, expect, it } from 'vitest';
import type { FaultKind } from '../run/trial-record.js';
import { findCause } from './cause.js';
import type { Excluded } from './division.js';

/** Blocks in the order in which a run takes them: of each the trials by arm, and what each was left out for. */
type Block = readonly (readonly ['candidate' | 'reference', FaultKind | null])[];

const WHOLE: Block = [
  ['reference', null],
  ['candidate', null],
];
/** Left out of a block that began with it: the other has no trial there. */
const first = (arm: 'candidate' | 'reference', kind: FaultKind): Block => [[arm, kind]];
/** Left out of a block whose other trial counts. */
const second = (arm: 'candidate' | 'reference', kind: FaultKind): Block => [
  [arm === 'candidate' ? 'reference' : 'candidate', null],
  [arm, kind],
];

function makeTrials(blocks: readonly Block[]): Excluded[] {
  return blocks.flatMap((trials, block) =>
    trials.map(([arm, kind]) => {
      const faults = kind === null ? [] : [`why: ${kind}`];
      return { arm, block, faults, faultKinds: kind === null ? [] : [kind] };
    }),
  );
}

function times(count: number, block: Block): Block[] {
  return Array.from({ length: count }, () => block);
}

describe('what keeps a run from being judged', () => {
  it.each<[what: string, blocks: readonly Block[]]>([
    ['nothing was left out', times(8, WHOLE)],
    ['the machine stood still now and then', [...times(8, WHOLE), second('candidate', 'standstill')]],
    ['the load was late in trials of both', [first('reference', 'lateness'), first('candidate', 'lateness')]],
    ['both lacked a core', [...times(6, WHOLE), second('candidate', 'starvation'), first('reference', 'starvation')]],
  ])('is noise where %s', (_, blocks) => {
    expect(findCause(makeTrials(blocks), false)).toBe('noise');
  });

  it.each<[what: string, blocks: readonly Block[]]>([
    ['requests failed', [...times(8, WHOLE), second('candidate', 'failed requests')]],
    ['the load was not reached', [second('reference', 'load')]],
    ['a window was not whole', [...times(8, WHOLE), first('reference', 'incomplete window')]],
    ['the candidate alone lacked a core', [...times(8, WHOLE), second('candidate', 'starvation')]],
    ['a service without a reference lacked a core', [[['candidate', 'starvation']], [['candidate', null]]]],
    [
      'the candidate lacked a core three times as often',
      [...times(6, WHOLE), ...times(3, second('candidate', 'starvation')), first('reference', 'starvation')],
    ],
    [
      'the machine stood still for one of them alone',
      [...times(8, WHOLE), ...times(6, second('candidate', 'standstill'))],
    ],
  ])('is a fault where %s', (_, blocks) => {
    expect(findCause(makeTrials(blocks), false)).toBe('fault');
  });
});

describe('what ends a run by four trials in a row', () => {
  const still = first('candidate', 'standstill');

  it.each<[what: string, blocks: readonly Block[]]>([
    ['the other had as many', [...times(4, still), ...times(4, first('reference', 'standstill'))]],
    ['the other had no trial at all', times(4, still)],
    ['the other had its one trial left out', [first('reference', 'standstill'), ...times(4, still)]],
    ['there is no other', times(4, [['candidate', 'lateness']])],
  ])('is noise where %s', (_, blocks) => {
    expect(findCause(makeTrials(blocks), true)).toBe('noise');
  });

  it.each<[what: string, blocks: readonly Block[]]>([
    ['the other had none', [...times(2, still), ...times(2, second('candidate', 'standstill'))]],
    ['the other had far fewer', [first('reference', 'standstill'), ...times(4, second('candidate', 'standstill'))]],
    ['only the candidate was run, and lacked a core', times(4, first('candidate', 'starvation'))],
    ['requests failed', times(4, first('candidate', 'failed requests'))],
  ])('is a fault where %s', (_, blocks) => {
    expect(findCause(makeTrials(blocks), true)).toBe('fault');
  });
});
